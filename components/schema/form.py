"""What is asked with a schema: the prompt, the text, the files, the mode, and Send."""

from collections.abc import Callable

import streamlit as st

from components.answers.problem import draw_problem
from components.files.upload_progress import follow_uploads
from components.media.attachments import draw_adding, draw_complaints
from components.media.tray import draw_tray
from components.samples import draw_about, samples
from components.schema.task import PAGE, SchemaTask
from gemini.schema import SchemaSample, gallery

FORM_KEY = "structured-form"  # session state: whether the fields are unfolded


def draw_gallery(task: SchemaTask) -> None:
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


def draw_form(task: SchemaTask) -> None:
    """Draw the fields, which fold when they are sent so that the answer has room, and Send."""
    st.session_state.setdefault(FORM_KEY, True)
    with st.expander("Prompt, text and files", key=FORM_KEY, on_change="rerun"):
        _field("Prompt", "structured-prompt", task.prompt, 90, _setter(task, "prompt"))
        _field("Text to work on", "structured-text", task.text, 220, _setter(task, "text"))
        draw_complaints(task.desk)
        with st.expander("Add files", icon=":material/attach_file:", type="compact"):
            draw_adding(task.desk)
        if task.desk.media:
            draw_tray(task.desk)
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


def draw_uploads(task: SchemaTask) -> None:
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


def _load(task: SchemaTask, sample: SchemaSample) -> None:
    task.load(sample)
    st.session_state[FORM_KEY] = True


def _send(task: SchemaTask) -> None:
    task.send()
    st.session_state[FORM_KEY] = bool(task.complaint)


def _setter(task: SchemaTask, name: str) -> Callable[[str], None]:
    return lambda value: setattr(task, name, value)


def _field(label: str, key: str, text: str, height: int, store: Callable[[str], None]) -> None:
    """A text that shows `text` until somebody changes it, which `store` takes."""
    if st.session_state.get(key) != text:
        st.session_state[key] = text
    st.text_area(label, key=key, height=height, on_change=lambda: store(st.session_state[key]))


def _draw_mode(task: SchemaTask) -> None:
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
