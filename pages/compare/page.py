"""Compare: one prompt to several models or settings at once, side by side, with figures."""

from components import session
from components.answer.in_view import in_view
from components.attachments.uploading import draw_failed, draw_uploads
from pages.compare.answers import draw_answers, draw_results
from pages.compare.form import draw_form, draw_welcome
from pages.compare.state import PAGE, CompareState

comparison = session.state(PAGE, CompareState)
comparison.look_at_address()

# --- Draw the page ---

draw_welcome(comparison)
draw_form(comparison)
draw_failed(comparison.attachments.sending)
draw_uploads(comparison.attachments.sending, stop=f"{PAGE}-stop-uploads")
if comparison.entries:
    with in_view(comparison.entries[0].live.run.id):
        draw_answers(comparison)
        draw_results(comparison)
