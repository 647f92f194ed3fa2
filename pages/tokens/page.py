"""Token counter: how many tokens a prompt has, for several models side by side."""

from components import session
from components.answer.problem import draw_problem
from components.attachments.prompt import draw_waiting
from pages.tokens.form import draw_form, draw_welcome
from pages.tokens.results import draw_counts, draw_listing, draw_running
from pages.tokens.state import PAGE, TokensState

state = session.state(PAGE, TokensState)

# --- Draw the page ---

draw_welcome(state)
draw_form(state)
draw_waiting(state.media)
draw_running(state)
if state.problem:
    draw_problem(state.problem)
draw_counts(state)
draw_listing(state)
