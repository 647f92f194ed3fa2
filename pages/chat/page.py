"""Chat: many turns, streamed, with media; edit, regenerate, branch, export."""

import streamlit as st

from components.attachments.page import draw_held, follow_uploads
from components.attachments.state import attachments_of
from components.conversation.current import current_chat
from components.conversation.view import draw_conversation
from components.samples import draw_about, draw_sample_buttons

chat = current_chat("chat")
attachments = attachments_of("chat", optional=True)
attachments.forget()
chat.look.again = attachments.regenerate


def draw_above() -> None:
    """What the page is for, and the samples, while nothing has been asked yet; then the uploads."""
    place = st.empty()
    if not (chat.conversation.turns or chat.busy):
        with place.container():
            draw_about(chat.page)
            draw_sample_buttons(chat.page, lambda one: chat.send([{"text": one["prompt"]}]))
    follow_uploads(attachments)


# --- Draw the page ---

draw_conversation(
    chat,
    "Ask anything, or add files",
    attachments.submit,
    menu=st.container(),
    above=draw_above,
    below=lambda: draw_held(attachments),
)
