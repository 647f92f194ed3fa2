"""Which turns the page itself draws, and which it leaves to the fragment that streams.

Only the fragment runs again when something is asked, so a long conversation doesn't slow the next
answer down. When the fragment's own turns have become many, the page takes them over.
"""

import time

import streamlit as st

from components.conversation.state import Chat
from components.conversation.turns import draw_turns
from gemini.conversation import Turn
from gemini.format import counted

MOST_LATEST = 1  # turn in the fragment, whose answer is drawn anew with the next prompt
MORE = 100  # turns that a click on the button adds
SETTLING, LOOK_UP_EVERY = 0.4, 0.05  # seconds


def draw_earlier(chat: Chat) -> None:
    """Draw the turns before `chat.base`, set anew here; the oldest wait behind a button."""
    path = chat.conversation.path()
    answering = chat.live is not None and chat.live.running
    chat.base = len(path) - 1 if answering else len(path)
    first = max(0, chat.base - chat.shown)
    if first and st.button(
        f"Show {counted(first, 'earlier turn')}",
        key=f"earlier-{chat.page}",
        icon=":material/history:",
        type="tertiary",
    ):
        chat.shown += MORE
        st.rerun()
    draw_turns(chat, path[first : chat.base])


def latest(chat: Chat) -> list[Turn]:
    """The turns that are the fragment's to draw."""
    return chat.conversation.path()[chat.base :]


def hand_over(chat: Chat) -> None:
    """Have the page take over the fragment's turns where they have become many.

    To be called at the fragment's end. It waits until the browser has drawn the last words, which
    would otherwise come after all turns were drawn anew; what is asked meanwhile comes first.
    """
    if len(latest(chat)) <= MOST_LATEST:
        return
    settled = time.monotonic() + SETTLING
    while time.monotonic() < settled:
        time.sleep(LOOK_UP_EVERY)
        st.session_state.get("looked_up")  # lets Streamlit interrupt here
    st.rerun()
