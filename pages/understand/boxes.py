"""Bounding boxes: what is where in a picture, drawn, listed, compared and exported."""

from functools import partial

from components.attachments import draw_complaints
from components.boxes import MODES, current_boxes
from components.boxes_form import draw_form
from components.boxes_live import following
from components.boxes_picture import draw_bare, draw_welcome
from components.boxes_result import draw_result

desk = current_boxes()
desk.settle()
picture = desk.picture
asked = desk.shown

# --- Draw the page ---

if picture is None:
    draw_welcome(desk)
else:
    draw_complaints(desk.media)
    draw_form(desk, picture)
    if not asked or not (asked.live.running or asked.run.candidates):
        draw_bare(picture)
    if asked:
        desk.page_run.draw(
            partial(draw_result, desk, asked),
            name=MODES[asked.question.mode],
            following=following(asked),
        )
