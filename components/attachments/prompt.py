"""A prompt with media, for pages that are no conversation: what is large is stored before it goes.

A page keeps one `MediaPrompt`, has its attachments drawn with the pieces of
`adding` and `listing`, and calls `prepare` where it would otherwise ask.
"""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from components.answer.problem import draw_problem
from components.attachments.adding import draw_adding, draw_complaints
from components.attachments.listing import draw_attachments
from components.attachments.state import Attachments, attachments_of
from components.connection import current_connection
from components.files.upload_progress import follow_uploads
from components.own_things import upload
from gemini.api.problems import Problem
from gemini.request import Part
from gemini.resources.files import StoredFile, Uploads

Then = Callable[[list[Part]], None]
"""Takes the parts of a prompt, the media first, when all of them can be sent."""


@dataclass
class MediaPrompt:
    """The media of a page's prompt. While there are `uploads`, a prompt waits for them; `problem`
    says why the last ones failed."""

    page: str
    uploads: Uploads | None = None
    problem: Problem | None = None
    _words: str = ""
    _then: Then | None = None

    @property
    def attachments(self) -> Attachments:
        """Where the media come in. Every kind is taken."""
        return attachments_of(self.page, "image", "document", "audio", "video", "text")

    def prepare(self, words: str, then: Then) -> None:
        """Call `then` with media and words as parts: now, or when what is large is stored."""
        self.stop()
        self._words, self._then = words, then
        connection, large = current_connection(), self.attachments.to_store(words)
        if connection is not None and large:
            self.uploads = upload(connection, large)
        else:
            then(self._parts({}))

    def settle(self) -> None:
        """Send what waited for its uploads when they have ended, or keep why they failed."""
        uploads = self.uploads
        if uploads is None or uploads.running:
            return
        self.uploads, self.problem = None, uploads.problem
        if uploads.complete and self._then is not None:
            self._then(self._parts(uploads.files))

    def stop(self) -> None:
        """Give up what waits for its uploads."""
        if self.uploads is not None:
            self.uploads.stop()
        self.uploads = self.problem = None

    def _parts(self, stored: dict[str, StoredFile]) -> list[Part]:
        media = [
            file.part() if (file := stored.get(one.digest)) else one.part()
            for one in self.attachments.media
        ]
        return [*media, {"text": self._words}] if self._words.strip() else media


def draw_media_prompt(prompt: MediaPrompt) -> None:
    """Draw the ways to add media, and what is there."""
    attachments = prompt.attachments
    draw_complaints(attachments)
    count = len(attachments.media)
    label = f"Files ({count})" if count else "Add files"
    with st.expander(
        label, icon=":material/attach_file:", type="compact", key=f"{prompt.page}-files"
    ):
        draw_adding(attachments)
        if count:
            draw_attachments(attachments)


def draw_waiting(prompt: MediaPrompt) -> None:
    """Follow the uploads that a prompt waits for until it is sent; say why they failed."""
    if prompt.problem:
        draw_problem(prompt.problem)
    if prompt.uploads is None:
        return
    st.button(
        "Stop",
        key=f"{prompt.page}-stop-uploads",
        icon=":material/stop_circle:",
        on_click=prompt.stop,
    )
    follow_uploads(prompt.uploads)
    prompt.settle()
    st.rerun()
