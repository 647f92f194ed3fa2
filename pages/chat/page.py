"""Chat: many turns, streamed, with media; edit, regenerate, branch, export."""

import streamlit as st

from components.attachments.conversation import draw_held, follow_waiting
from components.attachments.state import attachments_of
from components.conversation.composer import composing, place_composer
from components.conversation.earlier import draw_earlier, hand_over, latest
from components.conversation.menu import draw_context, draw_conversation_menu
from components.conversation.state import current_chat
from components.conversation.turns import draw_turns
from components.samples import draw_about, draw_sample_buttons

chat = current_chat("chat")
attachments = attachments_of("chat", "image", "document", "audio", "video", "text", optional=True)
attachments.forget()
chat.look.again = attachments.regenerate


def draw_welcome() -> None:
    """What the page is for, and the samples, while nothing has been asked yet."""
    place = st.empty()
    if chat.conversation.turns or chat.busy:
        return
    with place.container():
        draw_about(chat.page)
        draw_sample_buttons(chat.page, lambda one: chat.send([{"text": one["prompt"]}], []))


@st.fragment
def latest_turns() -> None:
    """What was asked since the page was drawn, and the field to ask more."""
    with composing(composer):
        draw_welcome()
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
