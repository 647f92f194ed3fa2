"""What the token counter remembers: the content, the models, and what each of them counted."""

from concurrent.futures import wait
from dataclasses import dataclass, field

import streamlit as st

from components.attachments.state import Attachments, attachments_of
from components.connection import usable_connection
from components.format import asked_again
from components.settings.run_settings import current_settings
from gemini.api.call import PendingCall
from gemini.api.problems import Problem
from gemini.models.tokens import count_arguments
from gemini.request import Part

PAGE = "tokens"
MOST_MODELS = 6
LOOK_UP_EVERY = 0.1  # seconds


@dataclass
class TokensState:
    """The page in one session. `models` are names, None for the one of the sidebar.

    `listed` gave every token by itself, which only Vertex AI does. `problem` is why nothing could
    be asked.
    """

    text: str = ""
    models: list[str] | None = None
    counts: list[PendingCall] = field(default_factory=list)
    listed: PendingCall | None = None
    complaint: str = ""
    problem: Problem | None = None
    _counted: tuple[str, list[str]] = ("", [])

    @property
    def attachments(self) -> Attachments:
        """What is counted with the text."""
        return attachments_of(PAGE)

    @property
    def chosen(self) -> list[str]:
        """The models to ask."""
        return [current_settings().model.name] if self.models is None else self.models

    @property
    def changed(self) -> bool:
        """Whether the text or the files are others than those that were counted."""
        media = [one.digest for one in self.attachments.media]
        return (self.text, media) != self._counted

    @property
    def running(self) -> list[PendingCall]:
        """What has not answered yet."""
        counts = [*self.counts, *([self.listed] if self.listed else [])]
        return [count for count in counts if not count.future.done()]

    @property
    def asked_again(self) -> str:
        """Why one of them is asked once more; "" where none is."""
        return next(filter(None, (asked_again(each.exchanges) for each in self.running)), "")

    def count(self) -> None:
        """Have the content counted by every model at once, when its media can be sent."""
        self.stop()
        self.complaint = self._complaint()
        if not self.complaint:
            self.counts, self.listed = [], None
            self.attachments.prepare(self.text, self._count)

    def list_tokens(self) -> None:
        """Have the first model list the tokens of the text, with their ids. On Vertex AI only."""
        self.complaint = "" if self.text.strip() and self.chosen else "Write a text first."
        connection, self.problem = usable_connection()
        if connection is not None and not self.complaint:
            contents = [{"role": "user", "parts": [{"text": self.text}]}]
            arguments = {"model": self.chosen[0], "contents": contents}
            self.listed = PendingCall(connection, "models.compute_tokens", arguments)

    def stop(self) -> None:
        """Wait no longer for what has not answered."""
        self.attachments.sending.stop()
        self.counts = [count for count in self.counts if count.future.done()]
        if self.listed is not None and not self.listed.future.done():
            self.listed = None

    def look_up(self) -> bool:
        """Wait a moment for answers; whether any is still to come. Streamlit may interrupt it."""
        wait([each.future for each in self.running], LOOK_UP_EVERY)
        st.session_state.get("looked_up")  # lets Streamlit interrupt here
        return bool(self.running)

    def _complaint(self) -> str:
        if not self.text.strip() and not self.attachments.media:
            return "Write a text first, or add a file."
        return "" if self.chosen else "Choose a model first."

    def _count(self, parts: list[Part]) -> None:
        connection, self.problem = usable_connection()
        if connection is None:
            return
        self._counted = self.text, [one.digest for one in self.attachments.media]
        config, contents = current_settings().config(), [{"role": "user", "parts": parts}]
        vertex = connection.target.backend == "vertex"
        self.counts = [
            PendingCall(
                connection,
                "models.count_tokens",
                count_arguments(model, contents, config, vertex=vertex),
            )
            for model in self.chosen
        ]
