"""Speech: a text spoken by one voice, or by two that talk to each other."""

from components.reopening import draw_earlier, reopen
from pages.speech.form import draw_form, draw_welcome
from pages.speech.result import draw_sound, following
from pages.speech.state import PAGE, current_speech

desk = current_speech()
reopen(desk.page_run)

# --- Draw the page ---

draw_welcome(desk)
draw_form(desk)
desk.page_run.draw(draw_sound, name="Sound", following=following)
draw_earlier(desk.page_run, PAGE)
