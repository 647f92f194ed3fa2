"""Structured output: a schema made in four ways, and answers that keep to it."""

from functools import partial
from pathlib import Path

import streamlit as st

from components import session
from components.attachments.uploading import draw_uploads
from pages.structured.editors import draw_editors
from pages.structured.form import draw_form, draw_gallery
from pages.structured.library import draw_schema_library
from pages.structured.live import following_value
from pages.structured.result import draw_result
from pages.structured.state import PAGE, StructuredState

STYLE = Path(__file__).with_name("page.css")

state = session.state(PAGE, StructuredState)
state.library.look_at_address()
state.reopen()

# --- Draw the page ---

st.html(STYLE)
draw_gallery(state)
beside, work = st.columns([6, 5], gap="large")
with beside:
    st.header("Schema", anchor=False)
    draw_schema_library(state.library)
    draw_editors(state.draft)
with work:
    st.header("Request", anchor=False)
    draw_form(state)
    draw_uploads(state.attachments.sending, stop=f"{PAGE}-stop-uploads")
    if request := state.request:
        state.page_run.draw(
            partial(draw_result, request=request),
            following=following_value(enum=request.choices is not None),
        )
