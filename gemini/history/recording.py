"""Writes Runs while they stream: their beginning, each second what is new, and their end.

`begin`, `checkpoint` and `finish` are pieces of work for the writer, and change the Recording only
by what they return: a transaction that fails is simply tried again.
"""

import logging
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from gemini.api.problems import Problem
from gemini.history import admission, conversations, media_store, rows, usage
from gemini.history.limits import Price
from gemini.history.media_store import Medium, pack, unpack, without_media
from gemini.history.schema import AnyRow, run_data, run_pieces, runs
from gemini.history.tree import Tree
from gemini.history.writer import Presence, Writer, reason
from gemini.interactions.background import (
    cut_to_state,
    is_background,
    is_running_there,
    may_be_followed,
)
from gemini.live_run import LiveRun
from gemini.request import to_jsonable
from gemini.run import Run

log = logging.getLogger(__name__)

CUT = Problem(
    "cut",
    "The answer was cut off",
    "The playground stopped during the answer. What arrived is kept.",
    "Regenerate the answer, or continue from here.",
)

CHECKPOINT = 1.0  # seconds: what a killed process may lose of an answer
POLL = 0.1  # seconds between looks for an answer's end
IDLE = 60.0  # seconds between looks when nothing is written
LONGEST_WAIT = 30.0  # seconds after which a write that failed is tried again
MOST_FAULTS = 3  # a run that can't be written for reasons of its own is given up then


@dataclass(eq=False)
class Recording:
    """A run that is being kept, and how far.

    `secrets` must not be written. `parts` are the numbers of parts written, by candidate,
    `interaction` is the id written, and `pieces` the number of rows they took. The recorder looks
    after it when it is `due` (by `time.monotonic`); `failures` is how often that has failed in a
    row.
    """

    run: Run
    live: LiveRun | None
    owner: str
    page: str
    session: str
    keep: bool
    secrets: tuple[str, ...] = field(default=(), repr=False)
    tree: Tree | None = None
    begun: bool = False
    key: int | None = None
    parts: list[int] = field(default_factory=list)
    interaction: str = ""
    pieces: int = 0
    due: float = 0.0
    checkpoint_at: float = 0.0
    failures: int = 0

    @property
    def running(self) -> bool:
        return self.run.outcome == "running"


def begin(connection: Connection, recording: Recording, writer: int) -> int | None:
    """Write what is known before anything has come; gives its key (None: not kept)."""
    run = recording.run
    usage.begin(connection, recording.owner, run, recording.page, recording.session)
    return _add(connection, recording, writer) if recording.keep else None


def _add(connection: Connection, recording: Recording, writer: int | None) -> int:
    """Write a run, and the turn that it answers; `writer` writes the rest of it."""
    run, owner, tree = recording.run, recording.owner, recording.tree
    key = rows.add(
        connection,
        owner,
        run,
        recording.page,
        conversation_id=tree.id if tree else None,
        writer=writer,
        secrets=recording.secrets,
    )
    turn = tree.turn_of(run) if tree else None
    if tree and turn:
        conversations.write(connection, owner, tree, [turn.id])
    return key


def checkpoint(connection: Connection, recording: Recording) -> list[int]:
    """Write what came since the last time; gives the numbers of parts written by now."""
    run = recording.run
    usage.note(connection, recording.owner, run, None)
    result = dict(run.result) if is_background(run.request) else {}  # parts come before it
    counts = _counts(run)
    new_id = recording.interaction != (result.get("id") or "")
    if recording.key is None or (counts == recording.parts and not new_id):
        return counts
    if new_id:  # what was asked is on the wire; a killed process would take it along
        rows.write_wire(connection, recording.key, run, recording.secrets)
    media: dict[str, Medium] = {}
    piece = pack(_piece(run, result, recording.parts, counts, media))
    grown = update(runs).where(runs.c.key == recording.key).values(size=runs.c.size + len(piece))
    if connection.execute(grown).rowcount:
        row = {"key": recording.key, "number": recording.pieces, "piece": piece}
        connection.execute(insert(run_pieces), row)
        media_store.keep(connection, f"run/{recording.key}", media)
    return counts


def finish(connection: Connection, recording: Recording, price: Price) -> None:
    """Write the whole run over its beginning and its pieces."""
    if recording.key is not None:
        rows.replace(connection, recording.key, recording.run, secrets=recording.secrets)
    usage.note(connection, recording.owner, recording.run, price(recording.run))
    admission.release(connection, recording.run.id)


def write_ended(connection: Connection, recording: Recording, price: Price) -> None:
    """Write a run that has ended before its beginning was written: once, and whole."""
    run, owner = recording.run, recording.owner
    usage.begin(connection, owner, run, recording.page, recording.session, dollars=price(run))
    if recording.keep:
        _add(connection, recording, None)
    admission.release(connection, run.id)


def mark_cut(connection: Connection, presence: Presence, price: Price) -> int:
    """End the runs whose writers are gone, with what they had written; gives their number."""
    writers = select(runs.c.writer).where(runs.c.writer.is_not(None)).distinct()
    others = [w for w in connection.execute(writers).scalars() if w != presence.writer]
    gone = [w for w in others if presence.is_gone(connection, w)]
    query = (
        select(runs.c.key, runs.c.owner, run_data.c.data, run_data.c.wire)
        .join(run_data, run_data.c.key == runs.c.key)
        .where(runs.c.writer.in_(gone))
    )
    records = connection.execute(query).all() if gone else []
    for row in records:
        _mark_one(connection, row, price)
    return len(records)


def claim(
    connection: Connection, owner: str, run_id: str, writer: int
) -> tuple[int, str, Run] | None:
    """Take over a run that goes on at the API and that nobody writes: its key, its page, itself."""
    query = select(runs.c.key, runs.c.page).where(
        runs.c.owner == owner, runs.c.id == run_id, runs.c.writer.is_(None)
    )
    row = connection.execute(query).first()
    stored = rows.stored_runs(connection, owner, [run_id]).get(run_id) if row else None
    if row is None or stored is None:
        return None
    run = rows.load(connection, stored)
    if not may_be_followed(run):
        return None
    if cut_to_state(run):
        rows.replace(connection, row.key, run)
    free = update(runs).where(runs.c.key == row.key, runs.c.writer.is_(None))
    taken = connection.execute(free, {"writer": writer, "outcome": "running"}).rowcount
    return (row.key, row.page, run) if taken else None


def let_go(connection: Connection, key: int) -> None:
    """Give a run back that was taken over and could not be followed."""
    connection.execute(update(runs).where(runs.c.key == key), {"writer": None})


class RunRecorder:
    """The runs that are being recorded. `trouble` says why nothing can be written, if so."""

    def __init__(self, presence: Presence, price: Price) -> None:
        self.trouble: str | None = None
        self._presence = presence
        self._price = price
        self._lock = threading.Lock()
        self.taking_over = threading.Lock()  # one at a time
        self._recordings: list[Recording] = []

    @property
    def writer(self) -> int:
        """By what others know that a run is written here."""
        return self._presence.writer

    def add(self, recording: Recording) -> None:
        """Record a run from now on; one that is being recorded already is passed over."""
        with self._lock:
            if all(other.run is not recording.run for other in self._recordings):
                self._recordings.append(recording)

    def live(self, owner: str, run_id: str) -> LiveRun | None:
        """An owner's run that is being filled in this process."""
        for recording in self._all():
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
        if not any(recording.failures for recording in self._all()):
            self.trouble = None

    def _note_trouble(self, error: Exception) -> None:
        self.trouble = f"The history can't be written: {reason(error)}."

    def mark_cut(self, connection: Connection) -> int:
        """End the runs of processes that are gone; gives their number."""
        return mark_cut(connection, self._presence, self._price)

    def is_behind(self) -> bool:
        """Whether a run that has begun or ended isn't written so, and could be now."""
        return any(not each.failures and not (each.begun and each.running) for each in self._all())

    def tick(self, writer: Writer, *, last: bool = False) -> float:
        """Write what is due (the last time: everything); gives the seconds until the next look."""
        for recording in self._all():
            now = time.monotonic()
            if last:
                recording.checkpoint_at = recording.due = now
            if recording.due <= now:
                self._look_after(writer, recording, now)
        return POLL if self._all() else IDLE

    def _all(self) -> list[Recording]:
        with self._lock:
            return list(self._recordings)

    def _look_after(self, writer: Writer, recording: Recording, now: float) -> None:
        try:
            done = self._write(writer, recording, now)
        except Exception as error:  # one run's fault must not keep the others from being written
            self._note_failure(recording, error, now)
            return
        if recording.failures or self.trouble:
            recording.failures, self.trouble = 0, None
        if done:
            self._drop(recording)

    def _write(self, writer: Writer, recording: Recording, now: float) -> bool:
        """Take a recording one step on; whether it is complete."""
        if not (recording.begun or recording.running or is_running_there(recording.run)):
            writer.transact(lambda c: write_ended(c, recording, self._price))
            return True
        if not recording.begun:
            own = self._presence.writer
            recording.key = writer.transact(lambda c: begin(c, recording, own))
            recording.begun = True
            waits = not is_background(recording.run.request)  # one in the background for its id
            recording.checkpoint_at = now + CHECKPOINT if waits else now
        if not recording.running:
            writer.transact(lambda c: finish(c, recording, self._price))
            return True
        if recording.checkpoint_at <= now and _has_news(recording):
            recording.parts = writer.transact(lambda c: checkpoint(c, recording))
            recording.interaction = recording.run.response_id or ""
            recording.pieces += 1
            recording.checkpoint_at = now + CHECKPOINT
        return False

    def _note_failure(self, recording: Recording, error: Exception, now: float) -> None:
        recording.failures += 1
        recording.due = now + min(2.0**recording.failures, LONGEST_WAIT)
        log.warning("A run couldn't be written: %s", reason(error))
        runs_own_fault = isinstance(error, IntegrityError | DataError)
        if isinstance(error, SQLAlchemyError) and not runs_own_fault:
            self._note_trouble(error)
        elif recording.failures >= MOST_FAULTS:
            self._drop(recording)

    def _drop(self, recording: Recording) -> None:
        with self._lock:
            self._recordings.remove(recording)


def _mark_one(connection: Connection, row: AnyRow, price: Price) -> None:
    """End one run. One that can't be read any more is ended without being touched otherwise."""
    try:
        data = rows.with_pieces(connection, row.key, unpack(row.data))
        run = rows.load(connection, rows.StoredRun(row.key, data, row.wire))
    except (ValueError, LookupError, zlib.error):
        ended = {"writer": None, "outcome": "stopped", "cut": True}
        connection.execute(update(runs).where(runs.c.key == row.key), ended)
        return
    cut = not is_running_there(run)  # else it is followed on when somebody opens it
    run.outcome, run.problem = "stopped", CUT if cut else run.problem
    rows.replace(connection, row.key, run, cut=cut)
    usage.note(connection, row.owner, run, price(run))
    admission.release(connection, run.id)


def _has_news(recording: Recording) -> bool:
    """Whether parts have come since the last checkpoint, or the id of what runs at the API."""
    run = recording.run
    new_id = is_background(run.request) and (run.response_id or "") != recording.interaction
    return new_id or _counts(run) != recording.parts


def _piece(
    run: Run,
    result: dict[str, Any],
    before: list[int],
    counts: list[int],
    media: dict[str, Medium],
) -> dict[str, Any]:
    """What `rows.with_pieces` puts to a run. Log probabilities wait for the end: they only grow."""
    parts = []
    candidates = []
    for index, count in enumerate(counts):
        candidate, start = run.candidates[index], before[index] if index < len(before) else 0
        new = without_media(candidate.parts[start:count], media)
        times = candidate.times[start:count]
        parts += [[index, part, *times[n : n + 1]] for n, part in enumerate(to_jsonable(new))]
        metadata = {k: v for k, v in candidate.metadata.items() if k != "logprobs_result"}
        head = {"index": index, "finish_reason": candidate.finish_reason}
        message = {"finish_message": candidate.finish_message}
        candidates.append({**head, **message, "metadata": metadata})
    said = {
        "usage": dict(run.usage),
        "timing": asdict(run.timing),
        "model_version": run.model_version,
        "response_id": run.response_id,
        "prompt_feedback": dict(run.prompt_feedback),
        **({"result": result} if result else {}),
    }
    return {"said": said, "candidates": candidates, "parts": parts}


def _counts(run: Run) -> list[int]:
    """The number of parts that have come, by candidate."""
    return [len(candidate.parts) for candidate in run.candidates]
