"""Bounding boxes: what is where in a picture, drawn, listed, compared and exported."""

from functools import partial

from components.boxes.desk import MODES, current_boxes
from components.boxes.form import draw_form
from components.boxes.live import following
from components.boxes.picture import draw_bare, draw_choice, draw_welcome
from components.boxes.result import draw_result
from components.media.attachments import draw_complaints

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
