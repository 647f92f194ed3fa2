"""Writes a Run while it streams: its beginning, each second what is new, and its end.

Each function is one piece of work for the writer, and changes the Recording only by what it
returns: a transaction that fails is simply tried again.
"""

import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select, update

from gemini.api.problems import Problem
from gemini.history import conversations, mediums, rows, usage
from gemini.history.packing import Medium, pack, unpack, with_media, without_media
from gemini.history.presence import Presence
from gemini.history.rows import AnyRow
from gemini.history.schema import run_data, run_pieces, runs
from gemini.history.tree import Tree
from gemini.request import to_jsonable
from gemini.run import LiveRun, Run
from gemini.run_json import run_from_json

CUT = Problem(
    "cut",
    "The answer was cut off",
    "The playground ended while it was being written. What arrived is kept.",
    "Regenerate the answer, or continue from here.",
)

Price = Callable[[Run], float | None]
"""What a run cost in US dollars; None where that isn't known."""


@dataclass(eq=False)
class Recording:
    """A run that is being kept, and how far.

    `secrets` must not be written. `parts` are the numbers of parts written, by candidate, and
    `pieces` the number of rows they took.
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
    pieces: int = 0

    @property
    def running(self) -> bool:
        return self.run.outcome == "running"


def begin(connection: Connection, recording: Recording, writer: int) -> int | None:
    """Write what is known before anything has come; gives its key (None: not kept)."""
    run, owner, tree = recording.run, recording.owner, recording.tree
    usage.begin(connection, owner, run, recording.page, recording.session)
    if not recording.keep:
        return None
    conversation_id = tree.id if tree else None
    key = rows.add(
        connection, owner, run, recording.page, conversation_id=conversation_id, writer=writer
    )
    turn = tree.turn_of(run) if tree else None
    if tree and turn:
        conversations.write(connection, owner, tree, [turn.id])
    return key


def checkpoint(connection: Connection, recording: Recording) -> list[int]:
    """Write what came since the last time; gives the numbers of parts written by now."""
    run = recording.run
    usage.note(connection, recording.owner, run, None)
    counts = [len(c.parts) for c in run.candidates]
    if recording.key is None or counts == recording.parts:
        return counts
    media: dict[str, Medium] = {}
    piece = pack(_piece(run, recording.parts, counts, media))
    grown = update(runs).where(runs.c.key == recording.key).values(size=runs.c.size + len(piece))
    if connection.execute(grown).rowcount:
        row = {"key": recording.key, "number": recording.pieces, "piece": piece}
        connection.execute(insert(run_pieces), row)
        mediums.keep(connection, f"run/{recording.key}", media)
    return counts


def finish(connection: Connection, recording: Recording, price: Price) -> None:
    """Write the whole run over its beginning and its pieces."""
    if recording.key is not None:
        rows.replace(connection, recording.key, recording.run, secrets=recording.secrets)
    usage.note(connection, recording.owner, recording.run, price(recording.run))


def mark_cut(connection: Connection, presence: Presence, price: Price) -> int:
    """End the runs whose writers are gone, with what they had written; gives their number."""
    writers = select(runs.c.writer).where(runs.c.writer.is_not(None)).distinct()
    others = [w for w in connection.execute(writers).scalars() if w != presence.writer]
    gone = [w for w in others if presence.is_gone(connection, w)]
    query = (
        select(runs.c.key, runs.c.owner, run_data.c.data)
        .join(run_data, run_data.c.key == runs.c.key)
        .where(runs.c.writer.in_(gone))
    )
    records = connection.execute(query).all() if gone else []
    for row in records:
        _mark_one(connection, row, price)
    return len(records)


def _mark_one(connection: Connection, row: AnyRow, price: Price) -> None:
    """End one run. One that can't be read any more is ended without being touched otherwise."""
    try:
        data = rows.whole(connection, row.key, unpack(row.data))
        media = mediums.held_by(connection, [f"run/{row.key}"])
        run = run_from_json(with_media(data, media))
    except (ValueError, LookupError, zlib.error):
        ended = {"writer": None, "outcome": "stopped", "cut": True}
        connection.execute(update(runs).where(runs.c.key == row.key), ended)
        return
    run.outcome, run.problem = "stopped", CUT
    rows.replace(connection, row.key, run, cut=True)
    usage.note(connection, row.owner, run, price(run))


def _piece(
    run: Run, before: list[int], counts: list[int], media: dict[str, Medium]
) -> dict[str, Any]:
    """What `rows.whole` puts to a run. Log probabilities wait for the end: they only grow."""
    parts = []
    candidates = []
    for index, count in enumerate(counts):
        candidate, start = run.candidates[index], before[index] if index < len(before) else 0
        new = without_media(candidate.parts[start:count], media)
        parts += [[index, part] for part in to_jsonable(new)]
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
    }
    return {"said": said, "candidates": candidates, "parts": parts}
