"""Bounding boxes: what is where in a picture, drawn, listed, compared and exported."""

from functools import partial

import streamlit as st

from components import session
from pages.boxes.form import draw_form
from pages.boxes.live import following
from pages.boxes.picture import draw_bare, draw_choice, draw_welcome
from pages.boxes.result import draw_result
from pages.boxes.state import MODES, PAGE, BoxesState

state = session.state(PAGE, BoxesState)
state.settle()
state.reopen()
picture = state.picture
boxes_run = state.shown

# --- Draw the page ---

place = st.empty()  # of the samples, which would stay, faded, below the first answer
if picture is None:
    with place.container():
        draw_welcome(state)
else:
    state.media.complaints.draw()
    draw_choice(state, picture)
    draw_form(state, picture)
    if not boxes_run or not (boxes_run.live.running or boxes_run.run.candidates):
        draw_bare(picture)
    if boxes_run:
        state.page_run.draw(
            partial(draw_result, state, boxes_run),
            name=MODES[boxes_run.question.mode],
            following=following(boxes_run),
        )
