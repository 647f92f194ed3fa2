"""The field at the bottom of the page: text, files, sound; and Stop while an answer is written."""

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.typing import ChatInputValue, UploadedFile

from components.chat import Chat
from gemini.media import MediaError, attachment
from gemini.request import Part


@dataclass
class Composer:
    """The field as it was drawn. `stop` is the place of the Stop button beside it."""

    chat: Chat
    stop: DeltaGenerator
    shown_busy: bool = False

    def draw_stop(self) -> None:
        """Draw the Stop button while an answer is written, and take it away afterwards."""
        busy = self.chat.busy
        if busy and not self.shown_busy:
            self.stop.button(
                "Stop", key="stop", icon=":material/stop_circle:", on_click=self.chat.stop
            )
        elif self.shown_busy and not busy:
            self.stop.empty()
        self.shown_busy = busy


def draw_composer(chat: Chat) -> Composer:
    """Draw the field, and send what was submitted.

    When a file can't be used, its name and why are shown, the text is put back, and nothing is
    sent.
    """
    key = f"composer-{chat.conversation.id}"
    if chat.draft:
        st.session_state[key], chat.draft = chat.draft, ""
    with st.bottom:
        for complaint in chat.complaints:
            st.error(complaint, icon=":material/error:")
        chat.complaints = []
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            submitted = st.chat_input(
                "Ask anything, or add files",
                key=key,
                accept_file="multiple",
                accept_audio=True,
            )
            composer = Composer(chat, st.empty())
    if submitted is not None:
        _submit(chat, submitted)
    composer.draw_stop()
    return composer


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
