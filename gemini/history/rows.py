"""A Run as rows of the tables, and rows as a Run."""

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from gemini.history import media_store
from gemini.history.media_store import Medium, pack, run_without_media, unpack, with_media
from gemini.history.schema import (
    micros,
    run_data,
    run_pieces,
    run_texts,
    runs,
    storable,
    storable_count,
    storable_name,
)
from gemini.history.search import index_words
from gemini.interactions.background import is_running_there
from gemini.request import text_of
from gemini.run import Run
from gemini.run_json import exchanges_from_json, exchanges_to_json, run_from_json

WORD_COST = 6.5  # bytes on disk for a byte of `words` and its index: bench/history.py, on SQLite


@dataclass(frozen=True)
class StoredRun:
    """A run as it lies in the database: its key, and its data with references for media."""

    key: int
    data: dict[str, Any]
    wire: bytes | None = None


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
    secrets: Collection[str] = (),
) -> int:
    """Write a run that has ended, or begin one that `writer` is writing; gives its key.

    It must not be there yet. What has come of a begun one is not written: that is for its pieces.
    `secrets` are hidden in the record of the wire.
    """
    run = run if writer is None else dataclasses.replace(run, candidates=[], exchanges=[])
    key = _free_key(connection, micros(run.created))
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
        **_write_contents(connection, key, run, secrets=secrets, new=True),
    }
    if writer is not None:
        row["outcome"] = "running"
    connection.execute(insert(runs), row)
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
    columns = _write_contents(connection, key, run, name=row.name, secrets=secrets)
    outcome = {"outcome": "running"} if is_running_there(run) else {}
    ended = {"writer": None, "cut": cut, **columns, **outcome}
    connection.execute(update(runs).where(runs.c.key == key), ended)
    connection.execute(delete(run_pieces).where(run_pieces.c.key == key))
    return True


def write_wire(connection: Connection, key: int, run: Run, secrets: Collection[str]) -> None:
    """Write the record of the wire as far as it goes."""
    wire = pack(exchanges_to_json(run.exchanges, secrets))
    connection.execute(update(run_data).where(run_data.c.key == key), {"wire": wire})


def rename(connection: Connection, owner: str, run_id: str, name: str) -> bool:
    """Give a run a name, which is searched too; False when there is no such run."""
    query = (
        select(runs.c.key, run_texts.c.prompt, run_texts.c.answer)
        .join(run_texts, run_texts.c.key == runs.c.key)
        .where(runs.c.owner == owner, runs.c.id == run_id)
    )
    row = connection.execute(query).first()
    if row is None:
        return False
    name = storable_name(name).strip()
    connection.execute(update(runs).where(runs.c.key == row.key), {"name": name})
    values = {"words": index_words(name, row.prompt, row.answer)}
    connection.execute(update(run_texts).where(run_texts.c.key == row.key), values)
    return True


def star(connection: Connection, owner: str, run_id: str, *, starred: bool) -> bool:
    """Mark a run, or not; False when there is no such run."""
    change = update(runs).where(runs.c.owner == owner, runs.c.id == run_id)
    return connection.execute(change, {"starred": starred}).rowcount > 0


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


def stored_runs(
    connection: Connection, owner: str, run_ids: Collection[str]
) -> dict[str, StoredRun]:
    """An owner's runs by their ids, those that are being written as they have come so far."""
    stored: dict[str, StoredRun] = {}
    for some in media_store.in_portions(run_ids):
        query = (
            select(runs.c.key, runs.c.id, runs.c.writer, run_data.c.data, run_data.c.wire)
            .join(run_data, run_data.c.key == runs.c.key)
            .where(runs.c.owner == owner, runs.c.id.in_(some))
        )
        for row in connection.execute(query).all():
            data = unpack(row.data)
            if row.writer is not None:
                data = with_pieces(connection, row.key, data)
            stored[row.id] = StoredRun(row.key, data, row.wire)
    return stored


def with_pieces(connection: Connection, key: int, data: dict[str, Any]) -> dict[str, Any]:
    """A run's JSON with its pieces put to it, in order."""
    pieces = select(run_pieces.c.piece).where(run_pieces.c.key == key).order_by("number")
    for packed in connection.execute(pieces).scalars():
        piece = unpack(packed)
        data.update(piece["said"])
        for candidate, new in zip(data["candidates"], piece["candidates"], strict=False):
            candidate.update(new)
        for new in piece["candidates"][len(data["candidates"]) :]:
            data["candidates"].append({**new, "parts": [], "times": []})
        for index, part, *times in piece["parts"]:
            data["candidates"][index]["parts"].append(part)
            data["candidates"][index].setdefault("times", []).extend(times)
    return data


def load(connection: Connection, stored: StoredRun) -> Run:
    """The Run, with its media and the record of its wire.

    Raises:
        ValueError: what is stored is damaged.
    """
    media = media_store.held_by(connection, [f"run/{stored.key}"])
    run = run_from_json(with_media(stored.data, media))
    run.exchanges = exchanges_from_json(unpack(stored.wire)) if stored.wire else []
    return run


def _write_contents(
    connection: Connection,
    key: int,
    run: Run,
    *,
    name: str = "",
    secrets: Collection[str] = (),
    new: bool = False,
) -> dict[str, Any]:
    """Write the texts, the data and the media of a run; gives the columns of `runs` they fill."""
    media: dict[str, Medium] = {}
    data = run_without_media(run, media)
    prompt = storable(text_of(run.request.last_parts))
    answer = storable("\n\n".join(text_of(list(c.parts)) for c in run.candidates))
    texts = {"prompt": prompt, "answer": answer, "words": index_words(name, prompt, answer)}
    wire = pack(exchanges_to_json(run.exchanges, secrets)) if run.exchanges else None
    packed = {"data": pack(data), "wire": wire}
    for table, values in ((run_texts, texts), (run_data, packed)):
        if new:
            connection.execute(insert(table), {"key": key, **values})
        else:
            connection.execute(update(table).where(table.c.key == key), values)
    media_store.keep(connection, f"run/{key}", media)
    size = disk_size(prompt, answer, texts["words"]) + len(packed["data"]) + len(wire or b"")
    return {"size": size, **figures(data)}


def disk_size(prompt: str, answer: str, words: str) -> int:
    """About how many bytes the texts of a run take on disk, indexes included."""
    return len(prompt.encode()) + len(answer.encode()) + round(WORD_COST * len(words.encode()))


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
