"""Token counter: how many tokens a prompt has, for several models side by side."""

from components.answer.problem import draw_problem
from components.attachments.prompt import draw_waiting
from pages.tokens.form import draw_form, draw_welcome
from pages.tokens.results import draw_counts, draw_listing, draw_running
from pages.tokens.state import current_token_desk

desk = current_token_desk()

# --- Draw the page ---

draw_welcome(desk)
draw_form(desk)
draw_waiting(desk.media)
draw_running(desk)
if desk.problem:
    draw_problem(desk.problem)
draw_counts(desk)
draw_listing(desk)
