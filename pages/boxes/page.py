"""Bounding boxes: what is where in a picture, drawn, listed, compared and exported."""

from functools import partial

from components.attachments.adding import draw_complaints
from pages.boxes.form import draw_form
from pages.boxes.live import following
from pages.boxes.picture import draw_bare, draw_choice, draw_welcome
from pages.boxes.result import draw_result
from pages.boxes.state import MODES, current_boxes

desk = current_boxes()
desk.settle()
picture = desk.picture
asked = desk.shown

# --- Draw the page ---

if picture is None:
    draw_welcome(desk)
else:
    draw_complaints(desk.media)
    draw_choice(desk, picture)
    draw_form(desk, picture)
    if not asked or not (asked.live.running or asked.run.candidates):
        draw_bare(picture)
    if asked:
        desk.page_run.draw(
            partial(draw_result, desk, asked),
            name=MODES[asked.question.mode],
            following=following(asked),
        )
