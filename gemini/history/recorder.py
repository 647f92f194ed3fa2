"""Keeps up with the runs that are being written, and with what else falls due."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from gemini.history import recording as work
from gemini.history.presence import Presence
from gemini.history.recording import Price, Recording
from gemini.history.writer import Writer, reason
from gemini.run import LiveRun

CHECKPOINT = 1.0  # seconds: what a killed process may lose of an answer
POLL = 0.1  # seconds between looks for an answer's end
IDLE = 60.0  # seconds between looks when nothing is written
LONGEST_WAIT = 30.0  # seconds after which a write that failed is tried again
MOST_FAULTS = 3  # a run that can't be written for reasons of its own is given up then

log = logging.getLogger(__name__)


@dataclass(eq=False)
class RecorderTask:
    """A recording, when it is next looked after, and how often that has failed in a row.

    Times are of `time.monotonic`.
    """

    recording: Recording
    due: float = 0.0
    failures: int = 0
    checkpoint_at: float = 0.0


class RunRecorder:
    """The runs that are being recorded. `trouble` says why nothing can be written, if so."""

    def __init__(self, presence: Presence, price: Price) -> None:
        self.trouble: str | None = None
        self._presence = presence
        self._price = price
        self._lock = threading.Lock()
        self._tasks: list[RecorderTask] = []

    def add(self, recording: Recording) -> None:
        """Record a run from now on; one that is being recorded already is passed over."""
        with self._lock:
            if all(t.recording.run is not recording.run for t in self._tasks):
                self._tasks.append(RecorderTask(recording))

    def live(self, owner: str, run_id: str) -> LiveRun | None:
        """An owner's run that is being filled in this process."""
        for task in self._all():
            recording = task.recording
            if recording.running and (recording.owner, recording.run.id) == (owner, run_id):
                return recording.live
        return None

    @contextmanager
    def noting_trouble(self) -> Iterator[None]:
        """Whether the database takes what is written meanwhile is what `trouble` says."""
        try:
            yield
        except SQLAlchemyError as error:
            self._note_trouble(error)
            raise
        if not any(task.failures for task in self._all()):
            self.trouble = None

    def _note_trouble(self, error: Exception) -> None:
        self.trouble = f"The history cannot be written: {reason(error)}."

    def is_behind(self) -> bool:
        """Whether a run that has begun or ended isn't written so, and could be now."""
        return any(
            not t.failures and not (t.recording.begun and t.recording.running) for t in self._all()
        )

    def tick(self, writer: Writer, *, last: bool = False) -> float:
        """Write what is due (the last time: everything); gives the seconds until the next look."""
        for task in self._all():
            now = time.monotonic()
            if last:
                task.checkpoint_at = task.due = now
            if task.due <= now:
                self._look_after(writer, task, now)
        return POLL if self._all() else IDLE

    def _all(self) -> list[RecorderTask]:
        with self._lock:
            return list(self._tasks)

    def _look_after(self, writer: Writer, task: RecorderTask, now: float) -> None:
        try:
            done = self._write(writer, task, now)
        except Exception as error:  # one run's fault must not keep the others from being written
            self._note_failure(task, error, now)
            return
        if task.failures or self.trouble:
            task.failures, self.trouble = 0, None
        if done:
            self._drop(task)

    def _write(self, writer: Writer, task: RecorderTask, now: float) -> bool:
        """Take a recording one step on; whether it is complete."""
        recording = task.recording
        if not recording.begun:
            own = self._presence.writer
            recording.key = writer.transact(lambda c: work.begin(c, recording, own))
            recording.begun = True
            task.checkpoint_at = now + CHECKPOINT
        if not recording.running:
            writer.transact(lambda c: work.finish(c, recording, self._price))
            return True
        if task.checkpoint_at <= now and _has_new(recording):
            recording.parts = writer.transact(lambda c: work.checkpoint(c, recording))
            recording.pieces += 1
            task.checkpoint_at = now + CHECKPOINT
        return False

    def _note_failure(self, task: RecorderTask, error: Exception, now: float) -> None:
        task.failures += 1
        task.due = now + min(2.0**task.failures, LONGEST_WAIT)
        log.warning("A run could not be written: %s", reason(error))
        runs_own_fault = isinstance(error, IntegrityError | DataError)
        if isinstance(error, SQLAlchemyError) and not runs_own_fault:
            self._note_trouble(error)
        elif task.failures >= MOST_FAULTS:
            self._drop(task)

    def _drop(self, task: RecorderTask) -> None:
        with self._lock:
            self._tasks.remove(task)


def _has_new(recording: Recording) -> bool:
    return [len(c.parts) for c in recording.run.candidates] != recording.parts
