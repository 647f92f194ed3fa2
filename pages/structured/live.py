"""The value of an answer while it is being written."""

import time
from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

from components.answer.answer import AnswerDrawer
from components.answer.stream import follow
from gemini.live_run import LiveRun
from gemini.request import Part
from gemini.structured.answer import partial
from gemini.structured.answer_table import to_json

REDRAW_EVERY = 0.1  # seconds, for a small value
BYTES_PER_SECOND = 100_000  # of values sent to the screen; a large one is redrawn less often
EXPANDED_BELOW = 30_000  # characters of JSON; a larger tree is opened two levels deep


def draw_value(place: DeltaGenerator, value: object) -> None:
    """Draw a value: objects and lists as a tree, anything else as large text."""
    if isinstance(value, (dict, list)):
        text = to_json(value)
        place.json(text, expanded=True if len(text) < EXPANDED_BELOW else 2)
    else:
        place.code(value if isinstance(value, str) else to_json(value), language=None)


def following_value(*, enum: bool) -> Callable[[LiveRun, DeltaGenerator], None]:
    """What follows a run on the screen, for `PageRun.draw`. In enum mode the text is the value."""

    def following(live: LiveRun, container: DeltaGenerator) -> None:
        follow(live, container, drawer=lambda column: ValueDrawer(column, enum=enum))

    return following


class ValueDrawer:
    """Draws the value that the text so far says; thoughts and other parts as everywhere."""

    def __init__(self, container: DeltaGenerator, *, enum: bool) -> None:
        self._others = AnswerDrawer(container.container(), live=True)
        self._place = container.empty()
        self._enum = enum
        self._text = ""
        self._drawn = ""
        self._next = 0.0

    @property
    def thinking(self) -> bool:
        return self._others.thinking

    @property
    def ready(self) -> bool:
        return self._others.ready

    def add(self, part: Part) -> None:
        """Take a part in; it is drawn at a `flush()`."""
        if part.get("thought") or "text" not in part:
            self._others.add(part)
            return
        self._others.close()
        self._text += part["text"]

    def flush(self) -> bool:
        """Draw what has come, if the last time is long enough ago for its size."""
        left = self._others.flush()
        if self._text != self._drawn and time.monotonic() >= self._next:
            self._draw()
        return left

    def thought_for(self, seconds: float | None) -> None:
        self._others.thought_for(seconds)

    def close(self) -> None:
        """Draw all of it; nothing more will come."""
        self._others.close()
        if self._text != self._drawn:
            self._draw()

    def _draw(self) -> None:
        self._drawn = self._text
        self._next = time.monotonic() + max(REDRAW_EVERY, len(self._text) / BYTES_PER_SECOND)
        answer = partial(self._text)
        if answer.has_value and not self._enum:
            draw_value(self._place, answer.value)
        else:
            self._place.code(self._text, language=None, wrap_lines=True)
