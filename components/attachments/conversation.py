"""The conversation about media: quick prompts, turns, and the field to ask more."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer.problem import draw_problem
from components.attachments.state import Attachments
from components.conversation.composer import draw_files_that_wait
from components.conversation.view import draw_conversation
from components.files.upload_progress import follow_uploads
from gemini.media.attachment import Attachment


@dataclass(frozen=True)
class QuickPrompt:
    """A prompt at a click. With `many`, only offered for several media."""

    label: str
    icon: str
    text: str
    many: bool = False


def draw_media_conversation(
    attachments: Attachments,
    placeholder: str,
    menu: DeltaGenerator,
    prompts: Sequence[QuickPrompt] = (),
) -> None:
    """Draw the conversation about the attachments where the script is."""

    def submit(text: str, files: list[Attachment]) -> bool:
        attachments.submit(text, files)
        return bool(files or attachments.chat.complaints)  # the media are beside the conversation

    def draw_below() -> None:
        if attachments.problem:
            draw_problem(attachments.problem)
        if attachments.media:
            _draw_prompts(attachments, prompts)

    draw_conversation(
        attachments.chat,
        placeholder,
        submit,
        menu=None if attachments.empty else menu,
        above=lambda: follow_waiting(attachments),
        below=draw_below,
    )


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
