"""Draws an answer, its parts in order, live or from history alike.

Both ways go through one `AnswerDrawer`, so a redrawn answer looks like the one that streamed. What
changed since the last `flush()` is sent, and nothing else.
"""

import time
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer.citations import cited, linked
from components.answer.grounding import draw_grounding
from components.answer.parts import draw_part
from components.answer.preview import draw_previews, previewable
from components.answer.problem import guarded
from components.markdown.markdown import Splitter, shown
from components.markdown.reading import definitions
from gemini.format import duration
from gemini.grounding import grounding
from gemini.media.pcm import is_raw, playable
from gemini.media.transcripts import as_text, spoken_lines
from gemini.request import Part, text_of
from gemini.run import Candidate, Run

LONG_BLOCK = 4000  # characters; an open block that is longer is drawn less often...
REDRAWN_A_SECOND = 100_000  # characters
GROUP = 16  # elements of a text that stand in one container

Write = Callable[[str], str]
"""Makes Markdown for the screen of a model's text; a page may link what the text refers to."""

Cuts = list[list[int]]
"""How an answer that streamed was cut into elements: for each of its texts, how many blocks each
element has. What is left at a text's end is one more. Drawn in the same elements again, they stay
as they are in the browser; others would be gone until they are drawn."""


class AnswerDrawer:
    """Draws one candidate into a container, part by part.

    `live` says that it is still being written: thoughts are then labelled as going on. Their
    duration is told with `thought_for()` when it is known. `cuts` are followed as far as they go,
    and what streams adds to them. With a `key`, which is this answer's alone, pages and pictures
    that it has as code can be looked at.
    """

    def __init__(
        self,
        container: DeltaGenerator,
        *,
        live: bool = False,
        write: Write = shown,
        cuts: Cuts | None = None,
        key: str = "",
    ) -> None:
        self._container = container
        self._live = live
        self._write = write
        self._cuts: Cuts = [] if cuts is None else cuts
        self._key = key
        self._texts = 0  # that were begun
        self._text: _TextDrawer | None = None
        self._status: Any = None
        self._sound: list[Part] = []

    def add(self, part: Part) -> None:
        """Take a part in. Text is drawn at the next `flush()`, anything else at once."""
        part = as_text(part)
        if not text_of([part]) and "text" in part and not part.get("thought"):
            return  # an empty text only carries a signature
        if part.get("thought"):
            self._add_thought(part)
            return
        if self._status is not None or self._text is None or "text" not in part:
            self._close_text()
        if is_raw((part.get("inline_data") or {}).get("mime_type") or ""):
            self._sound.append(part)
        elif "text" in part:
            if self._text is None:
                self._text = self._text_in(self._container, self._key)
            self._text.add(part["text"])
        else:
            draw_part(self._container, part)

    def _add_thought(self, part: Part) -> None:
        """Take in a thought: words, or a picture that the model drew on the way to its answer."""
        if self._status is None:
            self._close_text()
            label = ":shimmer[Thinking]" if self._live else "Thoughts"
            state = "running" if self._live else "complete"
            self._status = self._container.status(label, state=state, type="compact")
        if "text" not in part:
            self._end_text()
            draw_part(self._status, part)
            return
        if self._text is None:
            self._text = self._text_in(self._status)
        self._text.add(part["text"])

    def _text_in(self, container: DeltaGenerator, key: str = "") -> "_TextDrawer":
        if self._texts == len(self._cuts):
            self._cuts.append([])
        self._texts += 1
        key = f"{key}-{self._texts}" if key else ""
        return _TextDrawer(container, self._write, self._cuts[self._texts - 1], key)

    def flush(self) -> bool:
        """Send what has come since the last time, or a part of it: then it is True."""
        return self._text is not None and self._text.flush()

    @property
    def ready(self) -> bool:
        """Whether a block of text is done and not drawn yet."""
        return self._text is not None and self._text.ready

    def thought_for(self, seconds: float | None) -> None:
        """Label the thoughts with how long they took."""
        if self._status is not None:
            label = f"Thought for {duration(seconds)}" if seconds is not None else "Thoughts"
            self._status.update(label=label, state="complete")

    def close(self) -> None:
        """Nothing more will come. Speech that came in pieces is drawn now, as one sound."""
        self._close_text()
        with guarded("This audio", self._container):
            for part in playable(self._sound):
                draw_part(self._container, part)
        self._sound = []

    @property
    def thinking(self) -> bool:
        """Whether the last part was a thought."""
        return self._status is not None

    def _close_text(self) -> None:
        self._end_text()
        self._status = None

    def _end_text(self) -> None:
        if self._text is not None:
            self._text.close()
        self._text = None


class _TextDrawer:
    """Text as a row of Markdown elements, of which only the last one still changes.

    The blocks that are done by a flush become one element, and so does all that is left at the
    end: they look the same together as apart, and cost the browser less. So an answer from history
    is one element, however long it is. One that streamed here keeps its elements: `cuts` says how
    many blocks each has. Only code that can be looked at, by a button below it, ends an element.

    With each drawing the browser looks again at all that stands beside what has changed, and at
    containers only from outside. So each `GROUP` of elements has one of its own, but the first.
    """

    def __init__(self, container: DeltaGenerator, write: Write, cuts: list[int], key: str) -> None:
        self._container = container
        self._group = container
        self._write = write
        self._key = key
        self._previews = 0  # places of them
        self._cuts = cuts
        self._at = 0  # of them
        self._splitter = Splitter()
        self._done: list[str] = []
        self._element: DeltaGenerator | None = None
        self._changed = False
        self._due = 0.0  # when the open block may be drawn again
        self._drawn: list[tuple[DeltaGenerator, str, str]] = []  # element, text, what it shows
        self._definitions: dict[str, None] = {}  # of link addresses, in order

    def add(self, text: str) -> None:
        self._done += self._splitter.feed(text)
        self._changed = True

    @property
    def ready(self) -> bool:
        return bool(self._done)

    def flush(self) -> bool:
        """Draw the blocks that are done, or else the open one; whether text is left to be drawn.

        Both at once would reach the browser 5 ms apart: drawn one after the other, the second with
        text that is old by then.
        """
        left = False
        if self._done:
            self._draw_as_before()
            if count := self._next_preview() or len(self._done):
                self._cuts[self._at :] = [count]
                self._draw_done(count)
            left = bool(self._done or self._splitter.open)
        elif self._changed and self._splitter.open:
            if time.monotonic() < self._due:
                return True
            self._draw(self._splitter.open)
            if (size := len(self._splitter.open)) > LONG_BLOCK:
                self._due = time.monotonic() + size / REDRAWN_A_SECOND
        self._changed = left
        return left

    def close(self) -> None:
        """Draw what is left, also where that stands there already and defines links."""
        if self._changed or definitions(self._splitter.open):
            self._draw_as_before()
            while count := self._next_preview():
                self._draw_done(count)
            if rest := "\n\n".join([*self._done, self._splitter.open]).strip("\n"):
                self._draw(rest, final=True)
                self._draw_previews(rest)
            self._done, self._changed = [], False
        else:  # it stands there
            self._draw_previews(self._splitter.open)

    def _next_preview(self) -> int:
        """How many of the blocks that are done end with code that can be looked at; 0: none."""
        blocks = enumerate(self._done if self._key else (), 1)
        return next((count for count, block in blocks if previewable(block)), 0)

    def _draw_as_before(self) -> None:
        """Draw what is done in the elements that it has had before."""
        for count in self._cuts[self._at :]:
            if count > len(self._done):
                return
            self._draw_done(count)

    def _draw_done(self, count: int) -> None:
        """Draw the first blocks that are done as one element."""
        self._at += 1
        text = "\n\n".join(self._done[:count])
        self._draw(text, final=True)
        self._draw_previews(text)
        self._element, self._done = None, self._done[count:]

    def _draw_previews(self, text: str) -> None:
        if self._key and previewable(text):
            self._previews += 1
            draw_previews(self._group, text, f"{self._key}-{self._previews}")

    def _draw(self, block: str, *, final: bool = False) -> None:
        if self._element is None and self._drawn and len(self._drawn) % GROUP == 0:
            self._group = self._container.container()
        with guarded("This text", self._group):
            new = dict.fromkeys(definitions(block)) if final else {}
            if new.keys() - self._definitions.keys():
                self._definitions |= new
                self._draw_again()
            text = self._shown(block)
            if self._element is None:
                self._element = self._group.markdown(text, anchors=False)
            else:
                self._element.markdown(text, anchors=False)
            if final:
                self._drawn.append((self._element, block, text))

    def _draw_again(self) -> None:
        """Draw what links to something that was defined only now."""
        for number, (element, block, before) in enumerate(self._drawn):
            if (text := self._shown(block)) != before:
                element.markdown(text, anchors=False)
                self._drawn[number] = element, block, text

    def _shown(self, block: str) -> str:
        """Markdown of a block, in which all links are known that were defined so far."""
        return self._write(
            "\n".join([*self._definitions, "", block]) if self._definitions else block
        )


def draw_answer(
    run: Run,
    candidate: Candidate,
    container: DeltaGenerator | None = None,
    write: Write = shown,
    cuts: Cuts | None = None,
) -> None:
    """Draw a candidate that is complete, its sources numbered in the text and listed below.

    `cuts` are those with which it streamed here, where it did.
    """
    place = container if container is not None else st.container()
    grounded, parts = grounding(candidate), candidate.parts
    if lines := spoken_lines(candidate.metadata, text_of(parts)):
        parts = [{"text": lines}]
    if grounded.citations:
        parts = cited(parts, grounded.citations)
        plain, write = write, lambda text: linked(plain(text), grounded.sources)
    drawer = AnswerDrawer(place, write=write, cuts=cuts, key=f"{run.id}-{candidate.index}")
    for part in parts:
        was_thinking = drawer.thinking
        if was_thinking and not part.get("thought"):
            drawer.thought_for(run.timing.thinking)
        drawer.add(part)
    if drawer.thinking:
        drawer.thought_for(run.timing.thinking)
    drawer.close()
    draw_grounding(place, grounded, f"{run.id}-{candidate.index}")
