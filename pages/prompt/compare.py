"""Compare: one prompt to several models or settings at once, side by side, with figures."""

from components.compare.answers import draw_answers
from components.compare.desk import current_comparison
from components.compare.form import draw_form, draw_welcome
from components.compare.results import draw_results
from components.media.prompt import draw_waiting

comparison = current_comparison()
comparison.look_at_address()

# --- Draw the page ---

draw_welcome(comparison)
draw_form(comparison)
draw_waiting(comparison.media)
if comparison.entries:
    draw_answers(comparison)
    draw_results(comparison)
