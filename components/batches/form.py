"""The form of a new batch: what comes back, the prompt, the table, and what it will take."""

import streamlit as st

from components.answers.problem import draw_problem
from components.batches.desk import PAGE, on_vertex
from components.batches.draft import OWN, PLAIN, BatchDraft, embedders
from components.batches.table import draw_ways
from components.client import connection
from components.files.upload_progress import follow_uploads
from components.history.keeping import shelf
from components.samples import draw_sample_buttons
from components.settings.run_settings import current_settings
from components.tokens.prices import price_table
from gemini.batches.plan import INLINE_LIMIT, PRICE_SHARE, Plan, estimated_tokens, size
from gemini.prices import MILLION, price_for


def draw_samples(draft: BatchDraft) -> None:
    """Draw what runs at a click."""
    draw_sample_buttons(PAGE, draft.run_sample)


def draw_form(draft: BatchDraft) -> None:
    """Draw the fields, and what waits for its upload."""
    if on_vertex():
        _draw_stored(draft)
    else:
        _draw_fields(draft)
    if draft.uploads is not None:
        st.button("Stop", key="batch-stop", icon=":material/stop_circle:",
                  on_click=draft.uploads.stop)  # fmt: skip
        follow_uploads(draft.uploads)
        draft.settle()
        st.rerun()
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
            height=90,
            help="`{{name}}` stands for the column of that name, also in the system instruction.",
            persist_state="session",
        )
    draw_ways(draft)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input("Display name", key="batch-title", placeholder="To know it again by",
                      persist_state="session")  # fmt: skip
        st.button(
            f"Send {_rows(draft)}",
            key="batch-send",
            type="primary",
            icon=":material/send:",
            disabled=not draft.sheet.rows or draft.uploads is not None,
            on_click=draft.submit,
        )
    st.checkbox(
        "Send as a JSONL file",
        key="batch-as-file",
        help="Through the Files API. Above 20 MB it is done anyway.",
        persist_state="session",
    )
    _draw_estimate(draft.made())


def _rows(draft: BatchDraft) -> str:
    count = len(draft.sheet.rows)
    return "1 row" if count == 1 else f"{count:,} rows"


def _draw_presets() -> None:
    mine = shelf()
    names = [preset.name for preset in mine.presets()] if mine is not None else []
    if names:
        st.selectbox(
            "Prompt from",
            [OWN, *names],
            key="batch-preset",
            help="A saved prompt: each of its variables is a column.",
            persist_state="session",
        )


def _draw_embedding() -> None:
    model, size_field = st.columns(2)
    model.selectbox("Model", embedders(), key="batch-embedder", persist_state="session")
    size_field.number_input(
        "Numbers a vector",
        min_value=1,
        value=None,
        key="batch-size",
        placeholder="the model's own",
        persist_state="session",
    )


def _draw_estimate(plan: Plan) -> None:
    """Say what it will take, where that can be said."""
    if not plan.sheet.rows or plan.missing:
        if plan.missing:
            st.caption(f":material/info: No column yet for {', '.join(plan.missing)}.")
        return
    tokens, bytes_ = estimated_tokens(plan), size(plan)
    said = [f"About {tokens:,} tokens of text go out, for **{plan.template.model}**"]
    via = connection()
    if via is not None and via.target.backend == "emulator":
        said.append("the local emulator costs nothing")
    elif price := price_for(plan.template.model, price_table()):
        rates = price.rates_for(0)
        cost, answer = rates.input * PRICE_SHARE, rates.output * PRICE_SHARE
        said.append(
            f"about \\${tokens * cost / MILLION:.4f} at half the usual price, and \\${answer:g} "
            f"for a million tokens of answers (prices read {price.read:%d %b %Y})"
        )
    else:
        said.append("its price is not in the price table")
    way = " They go as a file: more than 20 MB." if bytes_ > INLINE_LIMIT else ""
    st.caption(f"{'; '.join(said)}.{way}")


def _draw_stored(draft: BatchDraft) -> None:
    """The fields of Vertex AI, which reads from storage alone."""
    st.info(
        "On Vertex AI a batch reads its requests from Cloud Storage or BigQuery and writes its "
        "results there. The requests take their settings with them: those at the left but the "
        "model are not sent.",
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
