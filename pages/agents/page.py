"""Agents: research with a plan, its steps and a report; tasks in a sandbox that stays."""

from functools import partial
from pathlib import Path

import streamlit as st

from components import session
from components.attachments.page import draw_held, follow_uploads
from components.conversation.view import draw_conversation
from gemini.conversation import Turn
from pages.agents.answer import draw_turn_of_agent
from pages.agents.ending import draw_ending
from pages.agents.form import draw_next, draw_settings, draw_welcome
from pages.agents.state import PAGE, AgentsState

STYLE = Path(__file__).with_name("page.css")

state = session.state(PAGE, AgentsState)
state.settle()
state.attachments.forget()
chat = state.chat
chat.look.answer = partial(draw_turn_of_agent, state)
chat.look.again = state.again


def draw_above() -> None:
    """What the page is for, while nothing has been asked yet; then the uploads."""
    place = st.empty()
    if not (chat.conversation.turns or chat.busy):
        with place.container():
            draw_welcome(state)
    follow_uploads(state.attachments)


def draw_below(turn: Turn) -> None:
    """What can be done with the last answer."""
    if state.last is turn:
        draw_ending(state, turn)


def draw_around() -> None:
    """Who answers what is typed next, and what waits to be sent with it."""
    draw_next(state)
    draw_held(state.attachments)


chat.look.below = draw_below

# --- Draw the page ---

st.html(STYLE)
menu = st.container()
if chat.conversation.turns:
    draw_settings(state)
draw_conversation(
    chat, state.placeholder, state.submit, menu=menu, above=draw_above, below=draw_around
)
