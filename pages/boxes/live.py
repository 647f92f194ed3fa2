"""The answer as it comes: its text, and the items that are complete drawn already."""

import re
import time
from collections.abc import Callable

import streamlit as st
from PIL import Image
from streamlit.delta_generator import DeltaGenerator

from components.answer.stream import follow
from gemini.live_run import LiveRun
from gemini.media.attachment import Attachment
from gemini.request import Part
from gemini.spatial.draw import draw
from gemini.spatial.parse import parse
from pages.boxes.overlay import SCALE_ON_SCREEN, jpeg
from pages.boxes.picture import canvas
from pages.boxes.state import BoxesRun

PICTURE_EVERY = 0.15  # seconds; it is drawn and sent anew each time
SHOWN_LINES = 30  # of the text; its beginning has been seen
SHOWN_CHARACTERS = 4000
LONG_STRING = re.compile(r'(?<=")[^"\s]{120,}')  # a mask in base64


def following(boxes_run: BoxesRun) -> Callable[[LiveRun, DeltaGenerator], None]:
    """What follows a run about a picture on the screen, for `PageRun.draw`."""

    def follow_run(live: LiveRun, container: DeltaGenerator) -> None:
        beside, column = container.columns([4, 3])
        picture = _Picture(beside, boxes_run.sent)
        follow(live, column, drawer=lambda place: ItemsDrawer(place, picture))

    return follow_run


class _Picture:
    """The picture with what has been found so far; drawn anew only when that is more."""

    def __init__(self, place: DeltaGenerator, sent: Attachment) -> None:
        self.count = 0
        self._canvas = canvas(sent)
        self._place = place.empty()
        self._name = sent.name
        self._show(self._canvas)

    def take(self, text: str) -> None:
        """Draw what the text says by now."""
        items = parse(text).items
        if len(items) != self.count:
            self.count = len(items)
            self._show(draw(self._canvas, items, scale=SCALE_ON_SCREEN).image)

    def _show(self, image: Image.Image) -> None:
        self._place.image(jpeg(image), width="stretch", alt=self._name)


class ItemsDrawer:
    """Draws one answer as it comes (a `components.answer.stream.Drawer`)."""

    def __init__(self, container: DeltaGenerator, picture: _Picture) -> None:
        with container:
            self._note, self._code = st.empty(), st.empty()
        self._picture = picture
        self._text = self._shown = self._drawn = ""  # all, in the code, in the picture
        self._next = 0.0  # when the picture may be drawn again
        self.thinking = False

    @property
    def ready(self) -> bool:
        """Whether a line has ended since the text was drawn."""
        return self._text.rfind("\n") >= len(self._shown)

    def add(self, part: Part) -> None:
        """Take the next part."""
        self.thinking = bool(part.get("thought"))
        if not self.thinking:
            self._text += part.get("text") or ""

    def flush(self) -> bool:
        """Draw what has come; into the picture, too, unless that was done a moment ago."""
        if self._text != self._shown:
            self._show()
        elif self.thinking:
            self._note.caption(":shimmer[Thinking]")
        if self._text != self._drawn and time.monotonic() >= self._next:
            self._draw()
            self._next = time.monotonic() + PICTURE_EVERY
        return self._text != self._drawn

    def thought_for(self, seconds: float | None) -> None:
        """Thoughts aren't shown here; they are in the response."""

    def close(self) -> None:
        """Draw what is left."""
        if self._text != self._shown:
            self._show()
        if self._text != self._drawn:
            self._draw()
        self._note.empty()

    def _show(self) -> None:
        self._shown = self._text
        self._code.code(_tail(self._text), language="json", wrap_lines=True)

    def _draw(self) -> None:
        self._drawn = self._text
        self._picture.take(self._text)
        count = self._picture.count
        self._note.caption(f":shimmer[{count} found so far]" if count else ":shimmer[Looking]")


def _tail(text: str) -> str:
    """The last lines of a text, long strings shortened."""
    short = LONG_STRING.sub(lambda m: f"{m[0][:40]}... ({len(m[0]):,} characters)", text)
    lines = short.splitlines()
    hidden = len(lines) - SHOWN_LINES
    tail = "\n".join(lines[-SHOWN_LINES:])[-SHOWN_CHARACTERS:]
    return f"... {hidden} earlier lines\n{tail}" if hidden > 0 else tail
