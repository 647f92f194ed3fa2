"""Token counter: how many tokens a prompt has, for several models side by side."""

from components.answers.problem import draw_problem
from components.media.prompt import draw_waiting
from components.tokens.count import current_token_desk
from components.tokens.form import draw_form, draw_welcome
from components.tokens.results import draw_counts, draw_listing, draw_running

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
