"""What is asked with a schema: the prompt, the text, the files, the mode, and Send."""

import streamlit as st

from components.answer.problem import draw_problem
from components.attachments.adding import draw_adding, draw_complaints
from components.attachments.listing import draw_attachments
from components.bound_fields import bound_text
from components.files.upload_progress import follow_uploads
from components.samples import draw_about, samples
from gemini.structured import SchemaSample, gallery
from pages.structured.state import PAGE, StructuredState

FORM_KEY = "structured-form"  # session state: whether the fields are unfolded


def draw_gallery(task: StructuredState) -> None:
    """Draw what the page is for, and samples that fill schema, prompt and text at a click."""
    shown = samples(PAGE)
    draw_about(PAGE)
    with st.container(horizontal=True, gap="small"):
        for sample in gallery():
            st.button(
                sample.title,
                key=f"structured-sample-{sample.key}",
                icon=f":material/{shown['icons'].get(sample.key, 'data_object')}:",
                help=sample.use,
                on_click=_load,
                args=(task, sample),
            )


def draw_form(task: StructuredState) -> None:
    """Draw the fields, which fold when they are sent so that the answer has room, and Send."""
    st.session_state.setdefault(FORM_KEY, True)
    with st.expander("Prompt, text and files", key=FORM_KEY, on_change="rerun"):
        st.text_area("Prompt", height=90, **bound_text(task, "prompt", PAGE))
        st.text_area("Text to work on", height=220, **bound_text(task, "text", PAGE))
        draw_complaints(task.attachments)
        with st.expander("Add files", icon=":material/attach_file:", type="compact"):
            draw_adding(task.attachments)
        if task.attachments.media:
            draw_attachments(task.attachments)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Send",
            key="structured-send",
            type="primary",
            icon=":material/send:",
            disabled=bool(task.blocked),
            on_click=_send,
            args=(task,),
        )
        _draw_mode(task)
    if said := task.blocked or task.complaint:
        st.caption(f":material/block: {said}")
    if task.problem:
        draw_problem(task.problem)


def draw_uploads(task: StructuredState) -> None:
    """Show the uploads that the request waits for, until it can be sent."""
    if task.uploads is None:
        return
    st.button(
        "Stop",
        key="structured-stop-uploads",
        icon=":material/stop_circle:",
        on_click=task.stop_uploads,
    )
    follow_uploads(task.uploads)
    task.settle()
    st.rerun()


def _load(task: StructuredState, sample: SchemaSample) -> None:
    task.load(sample)
    st.session_state[FORM_KEY] = True


def _send(task: StructuredState) -> None:
    task.send()
    st.session_state[FORM_KEY] = bool(task.complaint)


def _draw_mode(task: StructuredState) -> None:
    key = "structured-enum"

    def store() -> None:
        task.enum = st.session_state[key]

    possible = task.choices is not None
    st.session_state[key] = task.enum and possible
    st.toggle(
        "Enum mode",
        key=key,
        disabled=not possible,
        on_change=store,
        help="The answer is one of the schema's words and nothing else (text/x.enum). "
        "For schemas that are one list of words.",
    )
