"""Bounding boxes: what is where in a picture, drawn, listed, compared and exported."""

import streamlit as st

from components.attachments import draw_complaints
from components.boxes import MODES, current_boxes
from components.boxes_form import draw_form
from components.boxes_live import following
from components.boxes_picture import draw_bare, draw_picture_menu, draw_welcome
from components.boxes_result import draw_result

st.set_page_config(layout="wide")
desk = current_boxes()
picture = desk.picture
asked = desk.shown

# --- Draw the page ---

if picture is None:
    draw_welcome(desk)
else:
    draw_complaints(desk.media)
    draw_picture_menu(desk, picture)
    draw_form(desk)
    if asked is None or not (asked.live.running or asked.run.candidates):
        draw_bare(picture)
    if asked is not None:
        desk.page_run.draw(
            lambda _run: draw_result(desk, asked),
            name=MODES[asked.question.mode],
            following=following(asked),
        )
