"""Chat: many turns, streamed, with media; edit, regenerate, branch, export."""

import streamlit as st

from components.attachments.state import attachments_of
from components.conversation.composer import composing, place_composer
from components.conversation.earlier import draw_earlier, hand_over, latest
from components.conversation.media import draw_held, follow_waiting
from components.conversation.menu import draw_context, draw_conversation_menu
from components.conversation.state import current_chat
from components.conversation.turns import draw_turns
from components.samples import draw_samples

chat = current_chat("chat")
attachments = attachments_of("chat", "image", "document", "audio", "video", "text", optional=True)
attachments.forget()
chat.look.again = attachments.regenerate


@st.fragment
def latest_turns() -> None:
    """What was asked since the page was drawn, and the field to ask more."""
    with composing(composer):
        draw_samples(chat)
        follow_waiting(attachments)
        draw_turns(chat, latest(chat))
    draw_held(attachments)
    draw_context(chat, context)
    hand_over(chat)


# --- Draw the page ---

context = draw_conversation_menu(chat, attachments.submit)
draw_earlier(chat)
composer = place_composer(chat, "Ask anything, or add files", attachments.submit)
latest_turns()
