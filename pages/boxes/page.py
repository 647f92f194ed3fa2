"""Bounding boxes: what is where in a picture, drawn, listed, compared and exported."""

from functools import partial

from components import session
from components.attachments.adding import draw_complaints
from pages.boxes.form import draw_form
from pages.boxes.live import following
from pages.boxes.picture import draw_bare, draw_choice, draw_welcome
from pages.boxes.result import draw_result
from pages.boxes.state import MODES, PAGE, BoxesState

state = session.state(PAGE, BoxesState)
state.settle()
picture = state.picture
asked = state.shown

# --- Draw the page ---

if picture is None:
    draw_welcome(state)
else:
    draw_complaints(state.media)
    draw_choice(state, picture)
    draw_form(state, picture)
    if not asked or not (asked.live.running or asked.run.candidates):
        draw_bare(picture)
    if asked:
        state.page_run.draw(
            partial(draw_result, state, asked),
            name=MODES[asked.question.mode],
            following=following(asked),
        )
