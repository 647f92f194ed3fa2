"""A Run as rows of the tables, and rows as a Run."""

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from gemini.history import mediums, words
from gemini.history.packing import Medium, pack, run_without_media, unpack, with_media
from gemini.history.schema import run_data, run_pieces, run_texts, runs
from gemini.history.wire_json import exchanges_from_json, exchanges_to_json
from gemini.request import text_of
from gemini.run import Outcome, Run
from gemini.run_json import run_from_json

AnyRow = Row[*tuple[Any, ...]]

WORD_COST = 6.5  # bytes on disk for a byte of `words` and its index: bench/history.py, on SQLite
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_NAME = 200  # characters
LISTED_TEXT = 500  # characters of a prompt and an answer that a list reads
MOST_TOKENS = 2**31 - 1  # a column ends there


@dataclass(frozen=True)
class RunSummary:
    """A run as a list shows it. Times in seconds after the request left; `key` is its place.

    `created` is a few microseconds late where several fall together. `cut` is true where the
    process ended before the answer did. `prompt` and `answer` are one line each: the place where
    a search found something, or their beginnings.
    """

    key: int
    id: str
    created: datetime
    page: str
    conversation_id: str | None
    model: str
    backend: str | None
    outcome: Outcome
    cut: bool
    starred: bool
    name: str
    problem: str | None
    prompt_tokens: int
    output_tokens: int
    first_part: float | None
    seconds: float | None
    prompt: str
    answer: str


@dataclass(frozen=True)
class StoredRun:
    """A run as it lies in the database: its key, and its data with references for media."""

    key: int
    data: dict[str, Any]
    wire: bytes | None


def micros(moment: datetime) -> int:
    """A time with its zone as the database has it: microseconds since 1970, UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(stored: int) -> datetime:
    """The inverse of `micros`."""
    return EPOCH + timedelta(microseconds=stored)


def storable(text: str) -> str:
    """A text that every database takes: without NUL and without halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def storable_name(text: str) -> str:
    """A name as the database keeps it: of a run, a model, a saved prompt, a type of media."""
    return storable(text)[:LONGEST_NAME]


def storable_count(count: int | None) -> int:
    """A number of tokens as the database keeps it."""
    return min(max(count or 0, 0), MOST_TOKENS)


def key_of(connection: Connection, owner: str, run_id: str) -> int | None:
    """The key of an owner's run."""
    query = select(runs.c.key).where(runs.c.owner == owner, runs.c.id == run_id)
    return connection.execute(query).scalar()


def add(
    connection: Connection,
    owner: str,
    run: Run,
    page: str,
    *,
    conversation_id: str | None = None,
    writer: int | None = None,
) -> int:
    """Write a run that has ended, or begin one that `writer` is writing; gives its key.

    It must not be there yet. What has come of a begun one is not written: that is for its pieces.
    """
    run = run if writer is None else dataclasses.replace(run, candidates=[], exchanges=[])
    key = _free_key(connection, micros(run.created))
    written = _write_contents(connection, key, run, new=True)
    row = {
        "key": key,
        "id": run.id,
        "owner": owner,
        "page": page,
        "conversation_id": conversation_id,
        "model": storable_name(run.request.model),
        "backend": run.backend,
        "cut": False,
        "starred": False,
        "name": "",
        "writer": writer,
        "size": written.size,
        **figures(written.data),
    }
    if writer is not None:
        row["outcome"] = "running"
    connection.execute(insert(runs), row)
    mediums.keep(connection, f"run/{key}", written.media)
    return key


def replace(
    connection: Connection,
    key: int,
    run: Run,
    *,
    cut: bool = False,
    secrets: Collection[str] = (),
) -> bool:
    """Write a run that has ended over what was there; False when it was deleted meanwhile.

    `secrets` are hidden in the record of the wire.
    """
    row = connection.execute(select(runs.c.name).where(runs.c.key == key)).first()
    if row is None:
        connection.execute(delete(run_pieces).where(run_pieces.c.key == key))
        return False
    written = _write_contents(connection, key, run, name=row.name, secrets=secrets)
    ended = {"writer": None, "cut": cut, "size": written.size, **figures(written.data)}
    connection.execute(update(runs).where(runs.c.key == key), ended)
    connection.execute(delete(run_pieces).where(run_pieces.c.key == key))
    mediums.keep(connection, f"run/{key}", written.media)
    return True


def figures(data: dict[str, Any]) -> dict[str, Any]:
    """The columns that say how a run went, from its JSON."""
    usage, timing = data["usage"], data["timing"]
    written = (usage.get("candidates_token_count"), usage.get("thoughts_token_count"))
    output = sum(storable_count(count) for count in written)
    return {
        "outcome": data["outcome"],
        "problem": data["problem"]["kind"] if data["problem"] else None,
        "prompt_tokens": storable_count(usage.get("prompt_token_count")),
        "output_tokens": storable_count(output),
        "first_part": timing["first_part"],
        "seconds": timing["end"],
    }


def find(connection: Connection, owner: str, run_id: str) -> StoredRun | None:
    """An owner's run, with the pieces of an answer that is being written put together."""
    query = (
        select(runs.c.key, run_data.c.data, run_data.c.wire)
        .join(run_data, run_data.c.key == runs.c.key)
        .where(runs.c.owner == owner, runs.c.id == run_id)
    )
    row = connection.execute(query).first()
    return (
        StoredRun(row.key, whole(connection, row.key, unpack(row.data)), row.wire) if row else None
    )


def whole(connection: Connection, key: int, data: dict[str, Any]) -> dict[str, Any]:
    """A run's JSON with its pieces put to it, in order."""
    pieces = select(run_pieces.c.piece).where(run_pieces.c.key == key).order_by("number")
    for packed in connection.execute(pieces).scalars():
        piece = unpack(packed)
        data.update(piece["said"])
        for candidate, new in zip(data["candidates"], piece["candidates"], strict=False):
            candidate.update(new)
        for new in piece["candidates"][len(data["candidates"]) :]:
            data["candidates"].append({**new, "parts": []})
        for index, part in piece["parts"]:
            data["candidates"][index]["parts"].append(part)
    return data


def load(connection: Connection, stored: StoredRun) -> Run:
    """The Run, with its media and the record of its wire.

    Raises:
        ValueError: what is stored is damaged.
    """
    media = mediums.held_by(connection, [f"run/{stored.key}"])
    run = run_from_json(with_media(stored.data, media))
    run.exchanges = exchanges_from_json(unpack(stored.wire)) if stored.wire else []
    return run


def summary_columns(*, whole_texts: bool) -> list[ColumnElement[Any]]:
    """The columns that `summary` reads, of `runs` joined with `run_texts`."""
    left_out = {"owner", "size", "writer"}
    columns: list[ColumnElement[Any]] = [c for c in runs.c if c.name not in left_out]
    for text in (run_texts.c.prompt, run_texts.c.answer):
        shown = text if whole_texts else func.substr(text, 1, LISTED_TEXT)
        columns.append(shown.label(text.name))
    return columns


def summary(row: AnyRow, terms: list[words.Term]) -> RunSummary:
    """A row of `summary_columns` as a RunSummary, its texts cut to where the terms are."""
    values = dict(row._mapping)
    values["created"] = moment(values["key"])
    values["prompt"] = words.excerpt(values["prompt"], terms)
    values["answer"] = words.excerpt(values["answer"], terms)
    return RunSummary(**values)


@dataclass(frozen=True)
class WrittenRun:
    """What `_write_contents` wrote: the run's JSON, the bytes it takes, the media it refers to."""

    data: dict[str, Any]
    size: int
    media: dict[str, Medium]


def _write_contents(
    connection: Connection,
    key: int,
    run: Run,
    *,
    name: str = "",
    secrets: Collection[str] = (),
    new: bool = False,
) -> WrittenRun:
    """Write the texts and the data of a run."""
    media: dict[str, Medium] = {}
    data = run_without_media(run, media)
    prompt, answer = storable(_prompt(run)), storable(_answer(run))
    texts = {"prompt": prompt, "answer": answer, "words": words.index(name, prompt, answer)}
    wire = pack(exchanges_to_json(run.exchanges, secrets)) if run.exchanges else None
    packed = {"data": pack(data), "wire": wire}
    for table, values in ((run_texts, texts), (run_data, packed)):
        if new:
            connection.execute(insert(table), {"key": key, **values})
        else:
            connection.execute(update(table).where(table.c.key == key), values)
    size = disk_size(prompt, answer, texts["words"]) + len(packed["data"]) + len(wire or b"")
    return WrittenRun(data, size, media)


def disk_size(prompt: str, answer: str, words: str) -> int:
    """About how many bytes the texts of a run take on disk, indexes included."""
    return len(prompt.encode()) + len(answer.encode()) + round(WORD_COST * len(words.encode()))


def _prompt(run: Run) -> str:
    """What was asked last."""
    return text_of(run.request.contents[-1].get("parts") or ()) if run.request.contents else ""


def _answer(run: Run) -> str:
    return "\n\n".join(text_of(list(c.parts)) for c in run.candidates)


def _free_key(connection: Connection, key: int) -> int:
    """The first key from a time on that no run has."""
    if not connection.execute(select(runs.c.key).where(runs.c.key == key)).first():
        return key
    following = runs.alias()
    before_a_gap = (
        select(runs.c.key)
        .where(runs.c.key >= key)
        .where(~select(following.c.key).where(following.c.key == runs.c.key + 1).exists())
        .order_by(runs.c.key)
        .limit(1)
    )
    return connection.execute(before_a_gap).scalar_one() + 1
