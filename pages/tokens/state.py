"""What the token counter remembers: the content, the models, and what each of them counted."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import streamlit as st

from components.attachments.prompt import MediaPrompt
from components.connection import usable_connection
from components.settings.run_settings import current_settings
from gemini.api.call import ApiCall, perform
from gemini.api.connect import Connection
from gemini.api.problems import Problem
from gemini.models.tokens import count_arguments
from gemini.request import Content, Part

PAGE = "tokens"
MOST_MODELS = 6
LOOK_UP_EVERY = 0.1  # seconds


@dataclass
class Count:
    """A model that is asked for its count. `call` is None until it has answered."""

    model: str
    future: Future[ApiCall]

    @property
    def call(self) -> ApiCall | None:
        return self.future.result() if self.future.done() else None


@dataclass
class TokensState:
    """The page in one session. `models` are names, None for the one of the sidebar.

    `listed` is the call that gave every token by itself, which
    only Vertex AI has. `problem` is why nothing could be asked.
    """

    text: str = ""
    media: MediaPrompt = field(default_factory=lambda: MediaPrompt(PAGE))
    models: list[str] | None = None
    counts: list[Count] = field(default_factory=list)
    listed: Future[ApiCall] | None = None
    complaint: str = ""
    problem: Problem | None = None
    _counted: tuple[str, list[str]] = ("", [])

    @property
    def chosen(self) -> list[str]:
        """The models to ask."""
        return [current_settings().model.name] if self.models is None else self.models

    @property
    def changed(self) -> bool:
        """Whether the text or the files are others than those that were counted."""
        media = [one.digest for one in self.media.attachments.media]
        return (self.text, media) != self._counted

    @property
    def running(self) -> list[Future[ApiCall]]:
        """What has not answered yet."""
        futures = [count.future for count in self.counts]
        return [f for f in [*futures, *([self.listed] if self.listed else [])] if not f.done()]

    def count(self) -> None:
        """Have the content counted by every model at once, when its media can be sent."""
        self.stop()
        self.complaint = self._complaint()
        if not self.complaint:
            self.counts, self.listed = [], None
            self.media.prepare(self.text, self._count)

    def list_tokens(self) -> None:
        """Have the first model list the tokens of the text, with their ids. On Vertex AI only."""
        self.complaint = "" if self.text.strip() and self.chosen else "Write a text first."
        connection, self.problem = usable_connection()
        if connection is not None and not self.complaint:
            contents = [{"role": "user", "parts": [{"text": self.text}]}]
            arguments = {"model": self.chosen[0], "contents": contents}
            self.listed = _threads().submit(perform, connection, "models.compute_tokens", arguments)

    def stop(self) -> None:
        """Wait no longer for what has not answered."""
        self.media.stop()
        self.counts = [count for count in self.counts if count.future.done()]
        if self.listed is not None and not self.listed.done():
            self.listed = None

    def look_up(self) -> None:
        """Wait until all have answered. Streamlit may interrupt it at any time."""
        while running := self.running:
            wait(running, LOOK_UP_EVERY)
            st.session_state.get("looked_up")  # lets Streamlit interrupt here

    def _complaint(self) -> str:
        if not self.text.strip() and not self.media.attachments.media:
            return "Write a text first, or add a file."
        return "" if self.chosen else "Choose a model first."

    def _count(self, parts: list[Part]) -> None:
        connection, self.problem = usable_connection()
        if connection is None:
            return
        self._counted = self.text, [one.digest for one in self.media.attachments.media]
        ask = _asking(connection, [{"role": "user", "parts": parts}])
        self.counts = [Count(model, _threads().submit(ask, model)) for model in self.chosen]


def _asking(connection: Connection, contents: list[Content]) -> Callable[[str], ApiCall]:
    """What asks a model for its count, with the settings as they are now."""
    config = current_settings().config()
    vertex = connection.target.backend == "vertex"

    def ask(model: str) -> ApiCall:
        arguments = count_arguments(model, contents, config, vertex=vertex)
        return perform(connection, "models.count_tokens", arguments)

    return ask


@st.cache_resource(show_spinner=False)
def _threads() -> ThreadPoolExecutor:
    """A thread for each model that is asked; shared, as they only wait."""
    return ThreadPoolExecutor(max_workers=4 * MOST_MODELS, thread_name_prefix="token-count")
