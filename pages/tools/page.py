"""Tools: functions declared, called by the model, and answered by hand or by themselves."""

from pathlib import Path

import streamlit as st

from components import session
from components.conversation.view import draw_conversation
from components.samples import draw_about
from gemini.tools.gallery import gallery
from pages.tools.calls import draw_below, draw_edited
from pages.tools.declarations import draw_calling, draw_functions
from pages.tools.state import PAGE, ToolsState

STYLE = Path(__file__).with_name("page.css")


def draw_welcome() -> None:
    """Draw what the page is for, and the samples that run at a click."""
    draw_about(PAGE)
    with st.container(horizontal=True, gap="small"):
        for number, sample in enumerate(gallery()):
            st.button(
                sample.label,
                key=f"sample-{PAGE}-{number}",
                icon=f":material/{sample.icon}:",
                help=f"{sample.use}: “{sample.prompt}”",
                on_click=state.load,
                args=(sample,),
            )


state = session.state(PAGE, ToolsState)
state.restore()
chat = state.chat
chat.extra = state.config
chat.look.below = lambda turn: draw_below(state, turn)
chat.look.edit = lambda turn: draw_edited(state, turn)

# --- Draw the page ---

begun = bool(chat.conversation.turns)
top = st.empty()  # gone at once when something is asked, and nothing below it moves
if begun:
    top.html(STYLE)
else:
    with top.container():
        draw_welcome()
menu = st.container()
beside, conversation = st.columns([2, 3], gap="large")
with beside, st.container(key="tools-functions"):
    st.header("Functions", anchor=False)
    draw_functions(state.draft)
    draw_calling(state)
with conversation:
    st.header("Conversation", anchor=False)
    note = st.empty()
    if not chat.conversation.path():
        note.caption(
            "Ask below, or click a sample. Each call is shown here and waits for its result."
        )
    draw_conversation(
        chat,
        "Ask something that needs a function",
        state.submit,
        menu=menu,
        begun=begun,
        go_on=state.go_on,
    )
