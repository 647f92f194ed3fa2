"""The conversation about media: quick prompts, turns, and the field to ask more."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.answer.problem import draw_problem
from components.attachments.state import Attachments
from components.conversation.composer import (
    Places,
    composing,
    draw_files_that_wait,
    place_composer,
)
from components.conversation.earlier import draw_earlier, hand_over, latest
from components.conversation.menu import draw_context, draw_conversation_menu
from components.conversation.turns import draw_turns
from components.files.upload_progress import follow_uploads
from gemini.media.attachment import Attachment


@dataclass(frozen=True)
class QuickPrompt:
    """A prompt at a click. With `many`, only offered for several media."""

    label: str
    icon: str
    text: str
    many: bool = False


def place_conversation(attachments: Attachments, placeholder: str) -> Places:
    """Make the places of a conversation. To be called by the page itself, outside of any column."""
    chat = attachments.chat

    def submit(text: str, files: list[Attachment]) -> None:
        attachments.submit(text, files)
        if files or attachments.chat.complaints or attachments.chat is not chat:
            st.rerun()

    context = (
        draw_conversation_menu(attachments.chat, attachments.submit)
        if not attachments.empty
        else st.empty()
    )
    return Places(place_composer(attachments.chat, placeholder, submit), context)


def draw_conversation(
    attachments: Attachments, places: Places, prompts: Sequence[QuickPrompt] = ()
) -> None:
    """Draw the conversation about the attachments where the script is."""
    draw_earlier(attachments.chat)
    _latest(attachments, places, prompts)


@st.fragment
def _latest(attachments: Attachments, places: Places, prompts: Sequence[QuickPrompt]) -> None:
    """What was asked since the page was drawn. Only this runs again when more is asked."""
    chat = attachments.chat
    if places.composer.chat is not chat:  # cleared or imported: the whole page is another one
        st.rerun()
    with composing(places.composer):
        follow_waiting(attachments)
        draw_turns(chat, latest(chat))
    if attachments.problem:
        draw_problem(attachments.problem)
    if attachments.media:
        _draw_prompts(attachments, prompts)
    draw_context(chat, places.context)
    hand_over(chat)


def _draw_prompts(attachments: Attachments, prompts: Sequence[QuickPrompt]) -> None:
    many = len(attachments.media) > 1
    with st.container(horizontal=True, gap="small"):
        for prompt in prompts:
            if prompt.many and not many:
                continue
            st.button(
                prompt.label,
                key=f"quick-{attachments.page}-{prompt.label}",
                icon=f":material/{prompt.icon}:",
                help=prompt.text,
                on_click=attachments.ask,
                args=(prompt.text,),
            )


def draw_held(attachments: Attachments) -> None:
    """Draw why a prompt was not sent, and the files that wait for the next one since then.

    For a chat, which has no list of media.
    """
    if attachments.problem:
        draw_problem(attachments.problem)
    if attachments.pending and attachments.waiting is None:
        draw_files_that_wait(attachments.pending, f"leave-out-{attachments.page}")


def follow_waiting(attachments: Attachments) -> None:
    """Show how far the uploads are until they have ended, then send what waits for them."""
    uploads = attachments.uploads
    if uploads is None:
        return
    place = st.empty()
    with place.container():
        st.text(attachments.waiting or "")
        follow_uploads(uploads)
    place.empty()
    attachments.settle()
    st.rerun()  # the list of media says now where they are
