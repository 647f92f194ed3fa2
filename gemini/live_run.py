"""A Run that is being filled, as those see it who follow it: `gemini.filling` fills it.

It can be followed from any thread, by several at a time, and again from the start: a screen that is
redrawn in the middle of an answer just goes on. Only `stop()` ends it early.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from gemini.interactions.background import is_background
from gemini.request import Part
from gemini.run import Outcome, Run


@dataclass(frozen=True)
class PartArrived:
    """A part came, untouched but for half characters, `at` seconds after the request left."""

    at: float
    candidate: int
    part: Part


@dataclass(frozen=True)
class Retrying:
    """The server declined (`status`), or could not be reached (None); it is asked again."""

    at: float
    status: int | None
    seconds: float


Event = PartArrived | Retrying


class LiveRun:
    """A Run that is being filled. Every attribute may be read from any thread at any time."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.events: list[Event] = []
        self.ended = threading.Event()
        self.stopping = False  # the API was asked to cancel
        self._changed = threading.Condition()
        self._at_end: list[Callable[[Run], object]] = []
        self._start = time.monotonic()
        if run.outcome != "running":
            self.ended.set()

    @property
    def running(self) -> bool:
        return self.run.outcome == "running"

    @property
    def elapsed(self) -> float:
        """Seconds since the request left, or its whole time when it has ended."""
        end = self.run.timing.end
        return end if end is not None else time.monotonic() - self._start

    def wait(self, seen: int, timeout: float) -> bool:
        """Wait until there are more than `seen` events or the run has ended; False on time-out."""
        with self._changed:
            return self._changed.wait_for(
                lambda: len(self.events) > seen or not self.running, timeout
            )

    @property
    def background(self) -> bool:
        """Whether it goes on at the API when nobody here waits for it."""
        return is_background(self.run.request)

    def stop(self) -> None:
        """End the run. What has come is kept. Safe at any time."""
        self._end("stopped")

    def leave(self) -> None:
        """Nobody waits for it any more: a run in the background goes on, any other one is ended."""
        if not self.background:
            self.stop()

    def when_ended(self, tell: Callable[[Run], object]) -> None:
        """Call `tell` with the run once it has ended, on whichever thread; at once if it has."""
        with self._changed:
            if self.running:
                self._at_end.append(tell)
                return
        tell(self.run)

    def _append(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def _end(self, outcome: Outcome) -> None:
        with self._changed:
            if self.running:
                self.run.timing.end = time.monotonic() - self._start
                self.run.outcome = outcome
            self.ended.set()
            self._changed.notify_all()
            tell_all, self._at_end = self._at_end, []
        for tell in tell_all:
            tell(self.run)
