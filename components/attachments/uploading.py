"""Sent when its files are stored: the one way in which pages wait for uploads.

Files that are too large for a request go to the Files API first. A page hands them to its `Sending`
together with what is to be done then, and draws it with `draw_uploads`.

What waits is a function, and the words of a prompt where there are some. What is drawn meanwhile
are the words and a bar for each file; the script stays there until all uploads have ended. Then the
function is called with what is stored. If one of them fails, or if somebody stops them, `otherwise`
is called instead, which gives back what was typed; the files stay attached. What failed is named
until something else is sent. Something else that is sent meanwhile stops what waits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from components.answer.problem import draw_problem
from components.connection import current_connection
from components.demo_mode import watch
from components.markdown.literal import literal
from components.own_things import upload
from components.runtime import uninterrupted
from gemini.format import size
from gemini.media.attachment import Attachment
from gemini.resources.files import StoredFile, Upload, Uploads
from gemini.taking_turns import waiting

LOOK_UP_EVERY = 0.15  # seconds

Stored = Mapping[str, StoredFile]
"""What is at the Files API, by the digest of its attachment."""


def _nothing(_: Stored) -> None:
    pass


@dataclass
class Sending:
    """What one page sends. `words` are those of the prompt that waits for its `uploads`.

    `failed` are the uploads of the last time that didn't work.
    """

    words: str = ""
    uploads: Uploads | None = None
    failed: list[Upload] = field(default_factory=list)
    _then: Callable[[Stored], None] = _nothing
    _otherwise: Callable[[Stored], None] = _nothing

    @property
    def running(self) -> bool:
        """Whether something waits."""
        return self.uploads is not None

    def begin(
        self,
        files: Sequence[Attachment],
        then: Callable[[Stored], None],
        otherwise: Callable[[Stored], None] = _nothing,
        words: str = "",
    ) -> None:
        """Store the files, then call `then`; if not all of them can be stored, `otherwise`.

        Without files, or without a connection (asking says then what is missing), that is at once.
        """
        self.stop()
        self.failed = []
        connection = current_connection()
        if connection is None or not files:
            then({})
            return
        self.words, self._then, self._otherwise = words, then, otherwise
        self.uploads = upload(connection, files)
        watch(self)

    def stop(self) -> None:
        """Give up what waits, also where all is stored by now; the API lets go of the rest."""
        if self.uploads is not None:
            self.uploads.stop()
            self._end(self.uploads, self._otherwise)

    def settle(self) -> None:
        """When the uploads have ended, do what waited for them."""
        if self.uploads is not None and not self.uploads.running:
            complete = self.uploads.complete
            self._end(self.uploads, self._then if complete else self._otherwise)

    @uninterrupted()
    def _end(self, uploads: Uploads, proceed: Callable[[Stored], None]) -> None:
        self.uploads, self._then, self._otherwise = None, _nothing, _nothing  # they hold bytes
        self.failed = [one for one in uploads.each if one.problem]
        proceed(uploads.files)


def draw_uploads(sending: Sending, stop: str | None = None) -> None:
    """Draw what waits until it has ended, do it, and draw the page anew.

    `stop` is the key of a Stop button, which must not be in a fragment: a click on it there would
    come too late. Streamlit may interrupt this at any time; the next script goes on with it.
    """
    if sending.uploads is None:
        return
    place = st.empty()
    with place.container():
        if sending.words:
            st.text(sending.words)
        if stop:
            st.button("Stop", key=stop, icon=":material/stop_circle:", on_click=sending.stop)
        _follow(sending.uploads)
    place.empty()
    sending.settle()
    st.rerun()


def draw_failed(sending: Sending) -> None:
    """Name each file that could not be stored, and say why."""
    for one in sending.failed:
        st.markdown(f"**{literal(one.attachment.name)}**")
        if one.problem:
            draw_problem(one.problem)


@waiting()
def _follow(uploads: Uploads) -> None:
    """Show how far each upload is until all have ended."""
    bars = [(one, st.progress(0.0)) for one in uploads.each]
    while uploads.running:
        for one, bar in bars:
            bar.progress(one.share, _progress(one))
        if going := next((one for one in uploads.each if one.running), None):
            going.ended.wait(LOOK_UP_EVERY)
        st.session_state.get("looked_up")  # lets Streamlit interrupt here


def _progress(one: Upload) -> str:
    name, total = literal(one.attachment.name), size(len(one.attachment.data))
    if one.state == "sending":
        return f"{name}: {size(one.sent)} of {total} uploaded"
    if one.running:
        return f"{name}: {total} uploaded, the Files API is processing it"
    return f"{name}: stored"
