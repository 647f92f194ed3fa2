"""The form of a new batch: what comes back, the prompt, the table or a file of whole requests, and
what it will take."""

from collections.abc import Sequence

import streamlit as st

from components.answer.problem import draw_problem
from components.attachments.uploading import draw_failed, draw_uploads
from components.connection import current_connection
from components.history import current_history
from components.markdown.literal import literal
from components.prices import price_table
from components.settings.run_settings import current_settings
from gemini.batches.inputs import RequestFile
from gemini.batches.plan import (
    INLINE_LIMIT,
    PRICE_SHARE,
    BatchPlan,
    estimated_tokens,
    in_older_form,
    size,
)
from gemini.format import counted, money
from gemini.models.prices import MILLION, price_for
from pages.batches.draft import OWN, PLAIN, BatchDraft, embedders, schemas
from pages.batches.state import on_vertex
from pages.batches.table import draw_missing, draw_ways

KEYS_SHOWN, DAMAGED_SHOWN, ROWS_SHOWN = 3, 10, 500


def draw_form(draft: BatchDraft) -> None:
    """Draw the fields."""
    if on_vertex():
        _draw_stored(draft)
    elif draft.requests is not None:
        _draw_requests(draft, draft.requests)
    else:
        _draw_fields(draft)


def draw_sending(draft: BatchDraft) -> None:
    """Draw what is being uploaded, and why nothing was sent."""
    draw_uploads(draft.sending, stop="batch-stop")
    draw_failed(draft.sending)
    if draft.problem:
        draw_problem(draft.problem)


def _draw_fields(draft: BatchDraft) -> None:
    st.segmented_control(
        "What comes back",
        ["Answers", "Embeddings"],
        key="batch-kind",
        default=None if "batch-kind" in st.session_state else "Answers",
        required=True,
        persist_state="session",
    )
    if draft.kind == "Embeddings":
        _draw_embedding()
    else:
        _draw_presets()
    if st.session_state.get("batch-preset", OWN) == OWN or draft.kind == "Embeddings":
        st.session_state.setdefault("batch-prompt", PLAIN)
        st.text_area(
            "Prompt",
            key="batch-prompt",
            height=130,
            help="`{{name}}` stands for the column of that name, also in the system instruction.",
            persist_state="session",
        )
        if draft.kind == "Answers":
            _draw_schemas()
    draw_ways(draft)
    _draw_send(draft, counted(len(draft.sheet.rows), "row"), ready=bool(draft.sheet.rows))
    st.checkbox(
        "Send as a JSONL file",
        key="batch-as-file",
        help="Uses the Files API. Always done above 20 MB.",
        persist_state="session",
    )
    plan = draft.plan()
    _draw_schema_form(plan)
    # Below Send, which a line more or less for what was just typed would move from under the click.
    if plan.sheet.rows and plan.missing:
        draw_missing(draft, plan.missing)
    else:
        _draw_estimate(plan)


def _draw_schema_form(plan: BatchPlan) -> None:
    """Draw the choice of the schema's form, where the prompt has a schema that both can say."""
    if "response_schema" in plan.template.config or in_older_form(plan.template) is not None:
        st.checkbox(
            "Send the schema as responseSchema",
            key="batch-older-schema",
            help="Try this if `responseJsonSchema` gives broken JSON. Answers are checked against "
            "the schema either way.",
            persist_state="session",
        )


def _draw_presets() -> None:
    history = current_history()
    names = list(history.preset_names()) if history is not None else []
    if names:
        st.selectbox(
            "Prompt from",
            [OWN, *names],
            key="batch-preset",
            help="A saved prompt: each of its variables is a column.",
            persist_state="session",
        )


def _draw_schemas() -> None:
    """Draw the choice of a saved schema that the answers keep to, where there is one."""
    if names := list(schemas()):
        st.selectbox(
            "Schema",
            names,
            index=None,
            placeholder="None",
            key="batch-schema",
            help="One that you saved on Structured output. Answers are checked against it.",
            persist_state="session",
        )


def _draw_embedding() -> None:
    model, size_field = st.columns(2)
    model.selectbox("Model", embedders(), key="batch-embedder", persist_state="session")
    size_field.number_input(
        "Dimensions",
        min_value=1,
        value=None,
        key="batch-size",
        placeholder="Model's default",
        persist_state="session",
    )


def _draw_estimate(plan: BatchPlan) -> None:
    """Say what it will take, where that can be said."""
    if plan.missing:
        st.caption(f":material/info: No column yet for {', '.join(plan.missing)}.")
    elif plan.sheet.rows:
        _draw_cost(estimated_tokens(plan), plan.template.model)
        if size(plan) > INLINE_LIMIT:
            st.caption("Sent as a file, since it's over 20 MB.")


def _draw_stored(draft: BatchDraft) -> None:
    """The fields of Vertex AI, which reads from storage alone."""
    st.info(
        "On Vertex AI a batch reads its requests from Cloud Storage or BigQuery and writes its "
        "results there. The requests carry their own settings: from the sidebar, only the model "
        "is used.",
        icon=":material/info:",
    )
    st.text_input("Source", key="batch-source", placeholder="gs://bucket/requests.jsonl",
                  persist_state="session")  # fmt: skip
    st.text_input("Destination", key="batch-destination", placeholder="gs://bucket/results",
                  persist_state="session")  # fmt: skip
    st.text_input("Display name", key="batch-title", persist_state="session")
    st.caption(f"For **{current_settings().model.name}**, the model of the run settings.")
    st.button("Start the batch", key="batch-send", type="primary", icon=":material/send:",
              on_click=draft.submit_stored)  # fmt: skip


def _draw_send(draft: BatchDraft, what: str, *, ready: bool) -> None:
    """Draw them; `what` is how much goes, such as "20 rows", `ready` whether it can go."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input("Display name", key="batch-title", placeholder="A name to recognize it by",
                      persist_state="session")  # fmt: skip
        st.button(
            f"Send {what}",
            key="batch-send",
            type="primary",
            icon=":material/send:",
            disabled=not ready or draft.sending.running,
            on_click=draft.submit,
        )


def _draw_cost(tokens: int, model: str) -> None:
    """Say how many tokens of text go out, and what they cost where that is known."""
    said = [f"About {counted(tokens, 'token')} of text for **{literal(model)}**"]
    connection = current_connection()
    if connection is not None and connection.target.backend == "emulator":
        said.append("the local emulator costs nothing")
    elif price := price_for(model, price_table()):
        rates = price.rates_for(0)
        cost, answer = rates.input * PRICE_SHARE, rates.output * PRICE_SHARE
        said.append(
            f"about {literal(money(tokens * cost / MILLION))} at half the usual price, plus "
            f"{literal(money(answer, 2))} per million tokens of answers (prices of "
            f"{price.read:%d %b %Y})"
        )
    else:
        said.append("its price isn't in the price table")
    st.caption(f"{'; '.join(said)}.")


def _draw_requests(draft: BatchDraft, file: RequestFile) -> None:
    """Draw the file's keys and prompts, its damaged lines, and what sends it."""
    if file.lines:
        _draw_about(file)
        _draw_lines(file)
    if file.damaged:
        _draw_damaged(file)
    _draw_send(draft, counted(len(file.lines), "request"), ready=bool(file.lines))
    st.button("Back to the table", key="batch-drop", type="tertiary",
              icon=":material/arrow_back:", on_click=draft.drop_requests)  # fmt: skip
    if file.lines:
        _draw_cost(file.estimated_tokens, _model(file))


def _draw_about(file: RequestFile) -> None:
    named = "named in the lines" if file.model else "from the sidebar, since no line names one"
    st.info(
        f"**{counted(len(file.lines), 'request')} in the Batch API's format**, with the "
        f"{_keys(file.keys)}. Each is sent unchanged, in a file uploaded with the Files API: this "
        f"page's prompt and the run settings aren't added. The job uses {literal(_model(file))} "
        f"({named}).",
        icon=":material/data_object:",
    )


def _draw_lines(file: RequestFile) -> None:
    rows = [{"key": line.key, "prompt": line.prompt} for line in file.lines[:ROWS_SHOWN]]
    st.dataframe(rows, hide_index=True, key="batch-requests", column_config={
        "key": st.column_config.TextColumn(width="small"),
        "prompt": st.column_config.TextColumn(width="large"),
    })  # fmt: skip
    if len(file.lines) > ROWS_SHOWN:
        st.caption(f"The first {ROWS_SHOWN:,} of {len(file.lines):,} are shown; all are sent.")


def _draw_damaged(file: RequestFile) -> None:
    count = len(file.damaged)
    named = [f"- {literal(one)}" for one in file.damaged[:DAMAGED_SHOWN]]
    if count > DAMAGED_SHOWN:
        named.append(f"- and {count - DAMAGED_SHOWN:,} more")
    left_out = "1 line is left out" if count == 1 else f"{count:,} lines are left out"
    said = f"{left_out}. To send everything, fix the file, go back and add it again."
    st.warning("\n".join([said, "", *named]), icon=":material/warning:")


def _keys(keys: Sequence[str]) -> str:
    """The first keys, and how many more there are."""
    said = ", ".join(f"“{literal(key[:60])}”" for key in keys[:KEYS_SHOWN])
    more = f" and {len(keys) - KEYS_SHOWN:,} more" if len(keys) > KEYS_SHOWN else ""
    return f"{'key' if len(keys) == 1 else 'keys'} {said}{more}"


def _model(file: RequestFile) -> str:
    return file.model or current_settings().model.name
