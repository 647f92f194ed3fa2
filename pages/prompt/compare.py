"""Compare: one prompt to several models or settings at once, side by side, with figures."""

from components.compare import current_comparison
from components.compare_answers import draw_answers
from components.compare_form import draw_form, draw_welcome
from components.compare_results import draw_results
from components.media_prompt import draw_waiting

comparison = current_comparison()

# --- Draw the page ---

draw_welcome(comparison)
draw_form(comparison)
draw_waiting(comparison.media)
if comparison.entries:
    draw_answers(comparison)
    draw_results(comparison)
