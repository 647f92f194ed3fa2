"""Chat: many turns, streamed, with media; edit, regenerate, branch, export."""

import streamlit as st

from components.attachments.state import current_desk
from components.conversation.composer import composing, place_composer
from components.conversation.earlier import draw_earlier, hand_over, latest
from components.conversation.media import draw_held, follow_waiting
from components.conversation.menu import draw_context, draw_conversation_menu
from components.conversation.state import current_chat
from components.conversation.turns import draw_turns
from components.samples import draw_samples

chat = current_chat("chat")
desk = current_desk("chat", "image", "document", "audio", "video", "text", optional=True)
desk.forget()
chat.look.again = desk.regenerate


@st.fragment
def latest_turns() -> None:
    """What was asked since the page was drawn, and the field to ask more."""
    with composing(composer):
        draw_samples(chat)
        follow_waiting(desk)
        draw_turns(chat, latest(chat))
    draw_held(desk)
    draw_context(chat, context)
    hand_over(chat)


# --- Draw the page ---

context = draw_conversation_menu(chat, desk.submit)
draw_earlier(chat)
composer = place_composer(chat, "Ask anything, or add files", desk.submit)
latest_turns()
