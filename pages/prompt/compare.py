"""Compare: one prompt to several models or settings at once, side by side, with figures."""

from components.compare import current_comparison
from components.compare_answers import draw_answers, draw_results
from components.compare_form import draw_form, draw_welcome

comparison = current_comparison()

# --- Draw the page ---

draw_welcome(comparison)
draw_form(comparison)
if comparison.entries:
    draw_answers(comparison)
    draw_results(comparison)
