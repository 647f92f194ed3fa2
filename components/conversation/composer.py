"""The field at the bottom of the page: text, files, sound; and Stop while an answer is written."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.typing import ChatInputValue, UploadedFile

from components.browser_component import browser_component
from components.conversation.current import name_in_address
from components.conversation.state import Chat
from components.field_first import let_browser_draw
from components.files.uploaded import keeps_location, missing_files, name_of
from components.markdown.literal import literal
from components.notices import arrived
from gemini.media.attachment import Attachment, MediaError
from gemini.media.load import attachment
from gemini.taking_turns import take_turn

STYLE = """<style>
[data-testid="stBottomBlockContainer"] { padding-bottom: 1rem }
/* Their wrappers go with them: an empty one would still take room beside the field. */
[data-testid="stLayoutWrapper"]:has(> :is(.st-key-busy, .st-key-stop, .st-key-latest)) {
  display: none
}
[data-testid="stBottom"]:has(.is-busy) [data-testid="stLayoutWrapper"]:has(> .st-key-stop) {
  display: flex; margin-left: 0.75rem
}
#field-waits {
  width: fit-content; margin: 0 auto 0.25rem; padding: 0.15rem 0.75rem; border-radius: 1rem;
  font-size: 0.875rem; background: color-mix(in srgb, currentColor 10%, Canvas)
}
#field-waits:empty { display: none }
</style>"""
KEEP_DOWN = Path(__file__).with_name("keep_down.js")
FIELD = Path(__file__).with_name("field.js")
FIELD_WAITS = Path(__file__).with_name("field_waits.js")
BUSY = "<span class='is-busy'></span>"
TAKEN = "<span class='is-taken' data-count='{}'></span>"
COUNT = "prompts-taken"  # in this session, for the browser to know that one has been heard
GONE = "{} is no longer on the server. Attach it again."

Send = Callable[[str, list[Attachment]], bool | None]
"""Takes what was submitted: the text, and the files that can be sent. True: draw the whole page."""


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
    placeholder: str
    send: Send


def place_composer(chat: Chat, placeholder: str, send: Send) -> Composer:
    """Make the places. To be called by the page itself, outside of any fragment."""
    with st.bottom:
        st.html(STYLE)
        row = st.container(horizontal=True, vertical_alignment="center", gap=None)
        field, mark = row.container(), row.container(key="busy", width="content")
        composer = Composer(chat, field, mark, placeholder, send)
        with mark:  # takes no room there
            data = {"page": chat.page, "field": _key(chat)}
            browser_component("field", FIELD)(key="field", data=data, height=0)
            browser_component("field_waits", FIELD_WAITS)(key="field-waits", data=data, height=0)
        row.container(key="stop", width="content").button(
            "Stop", key="stop-button", icon=":material/stop_circle:", on_click=chat.stop
        )
    with st.bottom:  # now: it would raise the field by the room between two elements later
        browser_component("keep_down", KEEP_DOWN)(key="keep-down", height=0)
    return composer


@contextmanager
def composing(composer: Composer) -> Iterator[Callable[[], None]]:
    """Draw the field, which sends what is submitted; Stop is to be seen while the body runs.

    What it yields shows Stop, for a body that begins something itself. The address names the
    conversation before the body draws its answer: a reload in the middle of it finds it.

    A file that can't be used is named, with why; text and other files wait for the next prompt.
    What is sent while the body runs stays in the field until that has ended (`field_waits.js`).
    """
    chat = composer.chat
    _count_draws(chat)
    key = f"{_key(chat)}-{chat.fields}"
    if chat.draft:
        st.session_state[key] = chat.draft
    with composer.field:
        for complaint in chat.complaints:
            st.error(literal(complaint), icon=":material/error:")
        waiting = st.empty()
        submitted = st.chat_input(
            composer.placeholder,
            key=key,
            accept_file="multiple",
            accept_audio=True,
            on_submit=_submit,  # not by its value: that is gone where a click interrupts the script
            args=(composer, key),
        )
    new, chat.last_field = chat.last_field != key, key
    if new and submitted is not None:
        # The browser had this field from a process that has ended, and sent it as it came here:
        # before the field was drawn no callback of its was known.
        _submit(composer, key)
        st.rerun()
    let_browser_draw()
    if chat.held or chat.deletion:
        with waiting.container():
            _draw_what_waits(chat)
    name_in_address(chat)
    mark = composer.mark.empty()

    def show_stop() -> None:
        mark.html(BUSY)

    if chat.busy:
        show_stop()
    yield show_stop
    mark.html(TAKEN.format(st.session_state.get(COUNT, 0)))


def _key(chat: Chat) -> str:
    """How the keys of the fields of a chat begin."""
    return f"composer-{chat.conversation.id}"


def _count_draws(chat: Chat) -> None:
    """Let go of what was given back once the browser must have it."""
    if arrived(chat.drawn):
        chat.give_back("", [])
    elif chat.drawn is None and (chat.draft or chat.complaints):
        chat.drawn = time.monotonic()
        if chat.draft:
            chat.fields += 1  # the browser takes no notice of a value that a field had before


def _submit(composer: Composer, key: str) -> None:
    take_turn()
    st.session_state[COUNT] = st.session_state.get(COUNT, 0) + 1
    chat, submitted = composer.chat, st.session_state[key]
    assert isinstance(submitted, ChatInputValue)
    chat.give_back("", [])
    files = [*submitted.files, *([submitted.audio] if submitted.audio else [])]
    attachments, complaints = checked(files)
    complaints += [GONE.format(name) for name in missing_files(submitted)]
    text = submitted.text.strip()
    if complaints:
        chat.give_back(text, complaints, attachments)
    elif text or attachments:
        chat.typed = True
        try:
            whole_page = composer.send(text, [*chat.take_held(), *attachments])
        finally:
            chat.typed = False
        if whole_page:
            st.rerun()


def _draw_what_waits(chat: Chat) -> None:
    """Draw the files that wait for a prompt, and the way to undo a deletion."""
    if chat.held:
        draw_files_that_wait(chat.held, f"leave-out-held-{chat.page}")
    if chat.deletion:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(":material/delete: A turn was deleted", width="content")
            if st.button("Undo", key=f"undo-{chat.page}", icon=":material/undo:", type="tertiary"):
                chat.undo()
                st.rerun()  # the page may draw it, or this


def draw_files_that_wait(files: list[Attachment], key: str) -> None:
    """Draw the names of files that go with the next prompt, and the way to leave them out."""
    names = ", ".join(literal(one.name) for one in files)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        goes = "goes" if len(files) == 1 else "go"
        st.caption(f":material/attach_file: {names}: {goes} with the next prompt", width="content")
        st.button(
            "Leave out", key=key, type="tertiary", icon=":material/close:", on_click=files.clear
        )


def checked(files: Iterable[UploadedFile]) -> tuple[list[Attachment], list[str]]:
    """The files that can be sent, and what is wrong with the others."""
    attachments, complaints = [], []
    for file in files:
        try:
            data, keep_location = file.getvalue(), keeps_location()
            attachments.append(attachment(name_of(file), data, keep_location=keep_location))
        except MediaError as error:
            complaints.append(str(error))
    return attachments, complaints
