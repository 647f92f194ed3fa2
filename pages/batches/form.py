"""The form of a new batch: what comes back, the prompt, the table, and what it will take."""

import streamlit as st

from components.answer.problem import draw_problem
from components.files.upload_progress import follow_uploads
from components.history import current_history
from components.samples import draw_sample_buttons
from components.settings.run_settings import current_settings
from gemini.batches.plan import INLINE_LIMIT, BatchPlan, estimated_tokens, in_older_form, size
from gemini.format import counted
from pages.batches.draft import OWN, PLAIN, BatchDraft, embedders
from pages.batches.estimate import draw_estimate
from pages.batches.requests import draw_requests
from pages.batches.send import draw_send
from pages.batches.state import PAGE, on_vertex
from pages.batches.table import draw_ways


def draw_samples(draft: BatchDraft) -> None:
    """Draw what runs at a click."""
    draw_sample_buttons(PAGE, draft.run_sample)


def draw_form(draft: BatchDraft) -> None:
    """Draw the fields."""
    if on_vertex():
        _draw_stored(draft)
    elif draft.requests is not None:
        draw_requests(draft, draft.requests)
    else:
        _draw_fields(draft)


def draw_sending(draft: BatchDraft) -> None:
    """Draw what is being uploaded, and why nothing was sent."""
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
            height=130,
            help="`{{name}}` stands for the column of that name, also in the system instruction.",
            persist_state="session",
        )
    draw_ways(draft)
    draw_send(draft, counted(len(draft.sheet.rows), "row"), ready=bool(draft.sheet.rows))
    st.checkbox(
        "Send as a JSONL file",
        key="batch-as-file",
        help="Uses the Files API. Always done above 20 MB.",
        persist_state="session",
    )
    plan = draft.plan()
    _draw_schema_form(plan)
    _draw_estimate(plan)


def _draw_schema_form(plan: BatchPlan) -> None:
    """Draw the choice of the schema's form, where the prompt has a schema that both can say."""
    if "response_schema" in plan.template.config or in_older_form(plan.template) is not None:
        st.checkbox(
            "Send the schema in its older form",
            key="batch-older-schema",
            help="As `responseSchema` in place of `responseJsonSchema`, if answers come as broken "
            "JSON. Answers are checked against the schema either way.",
            persist_state="session",
        )


def _draw_presets() -> None:
    history = current_history()
    names = [preset.name for preset in history.presets()] if history is not None else []
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
        "Dimensions",
        min_value=1,
        value=None,
        key="batch-size",
        placeholder="the model's own",
        persist_state="session",
    )


def _draw_estimate(plan: BatchPlan) -> None:
    """Say what it will take, where that can be said."""
    if plan.missing:
        st.caption(f":material/info: No column yet for {', '.join(plan.missing)}.")
    elif plan.sheet.rows:
        draw_estimate(estimated_tokens(plan), plan.template.model)
        if size(plan) > INLINE_LIMIT:
            st.caption("Sent as a file, since it's over 20 MB.")


def _draw_stored(draft: BatchDraft) -> None:
    """The fields of Vertex AI, which reads from storage alone."""
    st.info(
        "On Vertex AI a batch reads its requests from Cloud Storage or BigQuery and writes its "
        "results there. The requests carry their own settings: of the sidebar only the model is "
        "used.",
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
