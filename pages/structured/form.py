"""What is asked with a schema: the prompt, the text, the files, the mode, and Send."""

from functools import partial

import streamlit as st

from components.attachments.adding import draw_adding
from components.attachments.listing import draw_attachments
from components.attachments.uploading import draw_failed
from components.keyboard import RUN
from components.samples import draw_about, samples
from components.session import bound, bound_field
from components.setup_link import linked_prompt
from gemini.structured.gallery import SchemaSample, gallery
from pages.structured.state import PAGE, StructuredState

FORM_KEY = "structured-form"  # session state: whether the fields are unfolded


def draw_gallery(state: StructuredState) -> None:
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
                args=(state, sample),
            )


def draw_form(state: StructuredState) -> None:
    """Draw the fields, which fold when they are sent so that the answer has room, and Send."""
    state.prompt = linked_prompt(PAGE, state.prompt)
    st.session_state.setdefault(FORM_KEY, True)
    with st.expander("Prompt, text and files", key=FORM_KEY, on_change="rerun"):
        st.text_area("Prompt", height=90, **bound_field(state, "prompt", PAGE))
        st.text_area("Text to work on", height=220, **bound_field(state, "text", PAGE))
        state.attachments.complaints.draw()
        with st.expander("Add files", icon=":material/attach_file:", type="compact"):
            draw_adding(state.attachments)
        if state.attachments.media:
            draw_attachments(state.attachments)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Send",
            key="structured-send",
            type="primary",
            icon=":material/send:",
            shortcut=RUN,
            disabled=bool(state.blocked),
            on_click=_send,
            args=(state,),
        )
        _draw_mode(state)
    if said := state.blocked or state.complaint:
        st.caption(f":material/block: {said}")
    draw_failed(state.attachments.sending)


def _load(state: StructuredState, sample: SchemaSample) -> None:
    state.load(sample)
    st.session_state[FORM_KEY] = True


def _send(state: StructuredState) -> None:
    state.send()
    st.session_state[FORM_KEY] = bool(state.complaint)


def _draw_mode(state: StructuredState) -> None:
    possible = state.choices is not None
    st.toggle(
        "Enum mode",
        disabled=not possible,
        help="The answer is one of the schema's words and nothing else (text/x.enum). "
        "For schemas that are one list of words.",
        **bound("structured-enum", state.enum and possible, partial(setattr, state, "enum")),
    )
