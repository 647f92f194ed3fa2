"""The field at the bottom of the page: text, files, sound; and Stop while an answer is written."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.typing import ChatInputValue, UploadedFile

from components.chat import Chat
from gemini.media import MediaError, attachment
from gemini.request import Part

STYLE = """<style>
.st-key-stop { display: none }
[data-testid="stBottom"]:has(.is-busy) .st-key-stop { display: flex }
</style>"""
BUSY = "<span class='is-busy'></span>"


@dataclass
class Composer:
    """The places at the bottom of the page: of the field, and of the mark that shows Stop.

    A fragment may write there, since it does so whenever the page is drawn.

    The Stop button belongs to the page, not to the fragment that streams: a click on a fragment's
    own widget waits for the fragment's end, one on the page's interrupts it. So it is always there
    and only to be seen while there is something to stop.
    """

    chat: Chat
    field: DeltaGenerator
    mark: DeltaGenerator


def place_composer(chat: Chat) -> Composer:
    """Make the places. To be called by the page itself, outside of any fragment."""
    with st.bottom:
        st.html(STYLE)
        row = st.container(horizontal=True, vertical_alignment="center", gap="small")
        composer = Composer(chat, row.container(), row.container(width="content"))
        row.container(key="stop", width="content").button(
            "Stop", key="stop-button", icon=":material/stop_circle:", on_click=chat.stop
        )
    return composer


@contextmanager
def composing(composer: Composer) -> Iterator[None]:
    """Draw the field, and send what was submitted; Stop is to be seen while the body runs.

    When a file can't be used, its name and why are shown, the text is put back, and nothing is
    sent.
    """
    chat = composer.chat
    key = f"composer-{chat.conversation.id}"
    if chat.draft:
        st.session_state[key], chat.draft = chat.draft, ""
    with composer.field:
        for complaint in chat.complaints:
            st.error(complaint, icon=":material/error:")
        chat.complaints = []
        submitted = st.chat_input(
            "Ask anything, or add files", key=key, accept_file="multiple", accept_audio=True
        )
    if submitted is not None:
        _submit(chat, submitted)
    mark = composer.mark.empty()
    if chat.busy:
        mark.html(BUSY)
    yield
    mark.empty()


def _submit(chat: Chat, submitted: ChatInputValue) -> None:
    files = [*submitted.files, *([submitted.audio] if submitted.audio else [])]
    parts, names, complaints = _checked(files)
    text = submitted.text.strip()
    if complaints:
        chat.complaints, chat.draft = complaints, text
        st.rerun(scope="fragment")
    if text:
        parts.append({"text": text})
    if parts:
        chat.send(parts, names)


def _checked(files: Iterable[UploadedFile]) -> tuple[list[Part], list[str], list[str]]:
    """The parts and names of the files that can be sent, and what is wrong with the others."""
    parts, names, complaints = [], [], []
    for file in files:
        try:
            checked = attachment(file.name, file.getvalue())
        except MediaError as error:
            complaints.append(str(error))
        else:
            parts.append(checked.part())
            names.append(f"{checked.name} ({checked.note})" if checked.note else checked.name)
    return parts, names, complaints
