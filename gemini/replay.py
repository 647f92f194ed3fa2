"""A kept Run played again, at its own pace or faster: a LiveRun that is filled from the record.

Nothing is sent, and nothing of it is written: what is played is marked as a recording
(`Run.replayed`), and what it was played from stays as it is.
"""

import math
import threading
import time
import uuid
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields, replace

from gemini.live_run import LiveRun, PartArrived
from gemini.run import Candidate, Run

AT_ONCE = math.inf  # a pace
PACES = (1.0, 2.0, 4.0, AT_ONCE)
LONGEST = 3600.0  # seconds that a recording plays at its own pace; a file may claim anything
EVEN = 0.04  # seconds from part to part where not even the end of the answer is known


def as_recording(run: Run) -> Run:
    """A copy of a run under an id of its own, marked as a recording."""
    outcome = "stopped" if run.outcome == "running" else run.outcome
    return replace(deepcopy(run), id=uuid.uuid4().hex, outcome=outcome, replayed=True)


def has_times(run: Run) -> bool:
    """Whether it is known when the parts of a run came; one alone came with its end or before."""
    return all(len(c.parts) < 2 or len(c.times) == len(c.parts) for c in run.candidates)


def events_of(run: Run) -> list[PartArrived]:
    """The events of a run that has ended, in order; spread evenly where their times are unknown."""
    events = [
        PartArrived(at, candidate.index, part)
        for candidate in run.candidates
        for at, part in zip(_times(run, candidate), candidate.parts, strict=True)
    ]
    return sorted(events, key=lambda event: event.at)


class Replay(LiveRun):
    """A recorded run that is played from `start()` on.

    `run` is what is on the screen so far, `recorded` the whole. The pace may change on the way, and
    a pause be made. To `stop()` leaves what has come; to `leave()` or `finish()` brings the rest.
    """

    def __init__(self, recorded: Run, pace: float = 1.0) -> None:
        blank = {"candidates": [], "usage": {}, "result": {}, "problem": None, "exchanges": []}
        playing = replace(recorded, outcome="running", replayed=True, **blank)
        playing.timing = replace(recorded.timing, end=None)
        super().__init__(playing)
        self.recorded = recorded
        self.paused = False
        self._pace = pace
        self._waiting = events_of(recorded)
        self._length = _length(recorded, self._waiting)
        self._position = 0.0  # seconds of the recording, at...
        self._since = time.monotonic()  # this time
        self._whole = False
        self._thread: threading.Thread | None = None

    @property
    def elapsed(self) -> float:
        """How far it is, in seconds of the recording."""
        if (end := self.run.timing.end) is not None:
            return end
        if self._thread is None or self.paused:
            return self._position
        gone = time.monotonic() - self._since
        ahead = gone * self._pace if self._pace != AT_ONCE else self._length
        return min(self._position + ahead, self._length)

    @property
    def background(self) -> bool:
        """It goes on nowhere but here."""
        return False

    @property
    def begun(self) -> bool:
        """Whether it was started."""
        return self._thread is not None

    @property
    def was_stopped(self) -> bool:
        """Whether it was ended on the way."""
        return not self.running and not self._whole

    @property
    def pace(self) -> float:
        """How many seconds of the recording pass in one."""
        return self._pace

    @pace.setter
    def pace(self, pace: float) -> None:
        with self._changed:
            self._hold()
            self._pace = pace
            self._changed.notify_all()

    def start(self) -> None:
        """Begin to play, or go on after a pause."""
        with self._changed:
            self._hold()
            self.paused = False
            if self._thread is None and self.running:
                self._thread = threading.Thread(target=self._play, name="replay", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def start_once(self) -> None:
        """Begin to play, unless that was done before."""
        if not self.begun:
            self.start()

    def pause(self) -> None:
        """Wait where it is, until `start()`."""
        with self._changed:
            self._hold()
            self.paused = True

    def finish(self) -> None:
        """Bring all that is left at once."""
        with self._changed:
            for event in self._waiting:
                self._take(event)
            self._waiting = []
            self._complete()

    def stop(self) -> None:
        """End it where it is."""
        with self._changed:
            self._start = time.monotonic() - self.elapsed
            self._end("stopped")

    def leave(self) -> None:
        """Turn away: what was being played is there as a whole; what was stopped stays so."""
        if self.running:
            self.finish()

    def _hold(self) -> None:
        """Note how far it is by now."""
        self._position, self._since = self.elapsed, time.monotonic()

    def _play(self) -> None:
        with self._changed:
            while self.running:
                now = self.elapsed
                while self._waiting and self._waiting[0].at <= now:
                    self._take(self._waiting.pop(0))
                if not self._waiting and now >= self._length:
                    self._complete()
                    return
                due = self._waiting[0].at if self._waiting else self._length
                self._changed.wait(None if self.paused else max((due - now) / self._pace, 0.001))

    def _take(self, event: PartArrived) -> None:
        candidate = self.run.candidate(event.candidate)
        candidate.times.append(event.at)
        candidate.parts.append(event.part)
        self._append(event)

    def _complete(self) -> None:
        """Have the run be what was recorded, figures and all."""
        for each in fields(Run):
            if each.name not in {"replayed", "outcome", "candidates"}:
                setattr(self.run, each.name, getattr(self.recorded, each.name))
        self.run.candidates = [
            replace(each, parts=list(each.parts)) for each in self.recorded.candidates
        ]
        self._whole = True
        self.run.outcome = self.recorded.outcome  # the last: others look at it meanwhile
        self._end(self.run.outcome)


def _times(run: Run, candidate: Candidate) -> list[float]:
    """The seconds at which the parts of an answer came, in order."""
    count, last = len(candidate.parts), 0.0
    if len(candidate.times) != count:
        return list(_evenly(run, count))
    times: list[float] = []
    for at in candidate.times:
        last = max(last, _bounded(at))
        times.append(last)
    return times


def _evenly(run: Run, count: int) -> Iterator[float]:
    """Times for parts of which only is known when the first came, and when the answer ended."""
    start, end = _bounded(run.timing.first_part), run.timing.end
    length = _bounded(end) - start if end is not None else EVEN * count
    if count == 1 and run.timing.first_part is None:
        start = _bounded(end)
    for number in range(count):
        yield start + max(length, 0.0) * number / count


def _length(run: Run, events: list[PartArrived]) -> float:
    """The seconds from the beginning to the end."""
    last = events[-1].at if events else 0.0
    return max(last, _bounded(run.timing.end))


def _bounded(seconds: float | None) -> float:
    return min(max(seconds or 0.0, 0.0), LONGEST)
