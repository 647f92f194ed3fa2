"""Chat: many turns, streamed, with media; edit, regenerate, branch, export."""

import streamlit as st

from components.chat.chat import current_chat, name_in_address
from components.chat.composer import composing, place_composer
from components.chat.menu import draw_context, draw_conversation_menu
from components.chat.turns import draw_turns
from components.media.desk import current_desk
from components.media.talk import draw_held, follow_waiting
from components.samples import draw_samples

MOST_LATEST = 4  # turns in the fragment; then the page takes them over

chat = current_chat("chat")
desk = current_desk("chat", "image", "document", "audio", "video", "text", optional=True)
desk.forget()
chat.look.again = desk.regenerate
path = chat.conversation.path()

# The turns before `base` are drawn here, once; those after it by the fragment, which alone runs
# again when something is asked. So a long conversation doesn't slow the next answer down.
chat.base = len(path) - 1 if chat.busy else len(path)
first = max(0, chat.base - chat.shown)


@st.fragment
def latest_turns() -> None:
    """What was asked since the page was drawn, and the field to ask more."""
    with composing(composer):
        draw_samples(chat)
        follow_waiting(desk)
        turns = chat.conversation.path()[chat.base :]
        draw_turns(chat, turns)
    draw_held(desk)
    draw_context(chat, context)
    name_in_address(chat)
    if len(turns) > MOST_LATEST:
        st.rerun()


# --- Draw the page ---

context = draw_conversation_menu(chat)
if first and st.button(f"Show {first} earlier turns", icon=":material/history:", type="tertiary"):
    chat.shown += 100
    st.rerun()
draw_turns(chat, path[first : chat.base])
composer = place_composer(chat, "Ask anything, or add files", desk.submit)
latest_turns()
