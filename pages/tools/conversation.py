"""The conversation of the tools page: samples, turns, and calls that are answered by themselves."""

from pathlib import Path

import streamlit as st

from components.conversation.composer import Places, composing, place_composer
from components.conversation.earlier import draw_earlier, hand_over, latest
from components.conversation.menu import draw_context, draw_conversation_menu
from components.conversation.turns import draw_turns
from components.samples import draw_about
from gemini.media.attachment import Attachment
from gemini.tools import gallery
from pages.tools.calls import draw_below, draw_edited
from pages.tools.state import PAGE, ToolsState

STYLE = Path(__file__).with_name("page.css")


def place_conversation(state: ToolsState) -> Places:
    """Make the places. To be called by the page itself, outside of any column."""
    chat = state.chat
    chat.extra = state.config
    chat.look.below = lambda turn: draw_below(state, turn)
    chat.look.edit = lambda turn: draw_edited(state, turn)

    def submit(text: str, attachments: list[Attachment]) -> None:
        first = not chat.conversation.turns
        state.submit(text, attachments)
        if first or chat.complaints:  # the page looks another way then
            st.rerun()

    begun = bool(chat.conversation.turns)
    context = draw_conversation_menu(chat, state.submit) if begun else st.empty()
    return Places(place_composer(chat, "Ask something that needs a function", submit), context)


def draw_welcome(state: ToolsState) -> None:
    """Draw what the page is for, and the samples that run at a click, while nothing was asked."""
    place = st.empty()  # gone at once when something is asked, and nothing below it moves
    if state.chat.conversation.turns:
        place.html(STYLE)
        return
    with place.container():
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


def draw_conversation(state: ToolsState, places: Places) -> None:
    """Draw the conversation where the script is."""
    chat = state.chat
    note = st.empty()
    if not chat.conversation.path():
        note.caption(
            "Ask below, or click a sample. Each call is shown here and waits for its result."
        )
    draw_earlier(chat)
    _latest(state, places)


@st.fragment
def _latest(state: ToolsState, places: Places) -> None:
    """What was asked since the page was drawn. Only this runs again when more is asked."""
    chat = state.chat
    if places.composer.chat is not chat:  # cleared or imported: the whole page is another one
        st.rerun()
    with composing(places.composer) as show_stop:
        draw_turns(chat, latest(chat))
        while state.go_on():
            show_stop()
            draw_turns(chat, chat.conversation.path()[-1:])
    draw_context(chat, places.context)
    if not state.waiting():  # or the field of a result would be another one while somebody types
        hand_over(chat)
