"""The talk about media: quick prompts, turns, and the field to ask more."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer.problem import draw_problem
from components.attachments.state import MediaDesk
from components.attachments.upload_progress import follow_uploads
from components.conversation.composer import (
    Composer,
    composing,
    draw_files_that_wait,
    place_composer,
)
from components.conversation.earlier import draw_earlier, hand_over, latest
from components.conversation.menu import draw_context, draw_conversation_menu
from components.conversation.turns import draw_turns
from gemini.media import Attachment


@dataclass(frozen=True)
class QuickPrompt:
    """A prompt at a click. With `many`, only offered for several media."""

    label: str
    icon: str
    text: str
    many: bool = False


@dataclass(frozen=True)
class Places:
    """What the fragment writes to outside of itself: the composer, and the use of the context."""

    composer: Composer
    context: DeltaGenerator


def place_talk(desk: MediaDesk, placeholder: str) -> Places:
    """Make the places of a talk. To be called by the page itself, outside of any column."""
    chat = desk.chat

    def submit(text: str, attachments: list[Attachment]) -> None:
        desk.submit(text, attachments)
        if attachments or desk.chat.complaints or desk.chat is not chat:
            st.rerun()

    context = draw_conversation_menu(desk.chat, desk.submit) if not desk.empty else st.empty()
    return Places(place_composer(desk.chat, placeholder, submit), context)


def draw_talk(desk: MediaDesk, places: Places, prompts: Sequence[QuickPrompt] = ()) -> None:
    """Draw the conversation of a desk where the script is."""
    draw_earlier(desk.chat)
    _latest(desk, places, prompts)


@st.fragment
def _latest(desk: MediaDesk, places: Places, prompts: Sequence[QuickPrompt]) -> None:
    """What was asked since the page was drawn. Only this runs again when more is asked."""
    chat = desk.chat
    if places.composer.chat is not chat:  # cleared or imported: the whole page is another one
        st.rerun()
    with composing(places.composer):
        follow_waiting(desk)
        draw_turns(chat, latest(chat))
    if desk.problem:
        draw_problem(desk.problem)
    if desk.media:
        _draw_prompts(desk, prompts)
    draw_context(chat, places.context)
    hand_over(chat)


def _draw_prompts(desk: MediaDesk, prompts: Sequence[QuickPrompt]) -> None:
    many = len(desk.media) > 1
    with st.container(horizontal=True, gap="small"):
        for prompt in prompts:
            if prompt.many and not many:
                continue
            st.button(
                prompt.label,
                key=f"quick-{desk.page}-{prompt.label}",
                icon=f":material/{prompt.icon}:",
                help=prompt.text,
                on_click=desk.ask,
                args=(prompt.text,),
            )


def draw_held(desk: MediaDesk) -> None:
    """Draw why a prompt was not sent, and the files that wait for the next one since then.

    For a chat, which has no list of media.
    """
    if desk.problem:
        draw_problem(desk.problem)
    if desk.pending and desk.waiting is None:
        draw_files_that_wait(desk.pending, f"leave-out-{desk.page}")


def follow_waiting(desk: MediaDesk) -> None:
    """Show how far the uploads are until they have ended, then send what waits for them."""
    uploads = desk.uploads
    if uploads is None:
        return
    place = st.empty()
    with place.container():
        st.text(desk.waiting or "")
        follow_uploads(uploads)
    place.empty()
    desk.settle()
    st.rerun()  # the list of media says now where they are
