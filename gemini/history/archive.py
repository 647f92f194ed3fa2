"""The history as a file to take along: JSON lines and media, in a zip.

    manifest.json         {"format": FORMAT, "version": VERSION}
    runs.jsonl            a run a line, the oldest first, as `run_line` makes it
    conversations.jsonl   a conversation a line, its turns naming their runs by id
    presets.jsonl         a version of a saved prompt a line, the oldest of each first
    media/<SHA-256>       the bytes that the lines refer to as {"$media": "<SHA-256>"}

What is about to be written is not in it, nor who owns it.
"""

import json
import zipfile
from collections.abc import Collection, Iterable, Iterator
from typing import Any, BinaryIO

from sqlalchemy import Connection, select

from gemini.history import mediums
from gemini.history.packing import unpack
from gemini.history.schema import (
    conversations,
    media,
    media_uses,
    preset_versions,
    presets,
    run_data,
    runs,
    turns,
)
from gemini.history.tree import parents_first

FORMAT = "gemini-playground/history"
VERSION = 1
MANIFEST = "manifest.json"
RUNS, CONVERSATIONS, PRESETS = "runs.jsonl", "conversations.jsonl", "presets.jsonl"
MEDIA_FOLDER = "media/"
AT_ONCE = 100  # runs


def export(
    connection: Connection, owner: str, target: BinaryIO, run_ids: Collection[str] | None = None
) -> None:
    """Write an owner's history into `target`; only these runs, when there are `run_ids`."""
    holders: list[str] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, json.dumps({"format": FORMAT, "version": VERSION}))
        _write_lines(archive, RUNS, _runs(connection, owner, run_ids, holders))
        if run_ids is None:
            _write_lines(archive, CONVERSATIONS, _conversations(connection, owner, holders))
            _write_lines(archive, PRESETS, _presets(connection, owner, holders))
        for digest in _digests(connection, holders):
            statement = select(media.c.data).where(media.c.digest == digest)
            data = connection.execute(statement).scalar_one()
            archive.writestr(f"{MEDIA_FOLDER}{digest}", data, zipfile.ZIP_STORED)


def _write_lines(archive: zipfile.ZipFile, name: str, lines: Iterable[dict[str, Any]]) -> None:
    with archive.open(name, "w", force_zip64=True) as file:
        for line in lines:
            file.write(json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n")


def _runs(
    connection: Connection, owner: str, run_ids: Collection[str] | None, holders: list[str]
) -> Iterator[dict[str, Any]]:
    """The lines of the runs; their names as holders of media are added to `holders`."""
    statement = (
        select(runs, run_data.c.data, run_data.c.wire)
        .join(run_data, run_data.c.key == runs.c.key)
        .where(runs.c.owner == owner, runs.c.writer.is_(None))
        .order_by(runs.c.key)
    )
    portions = [None] if run_ids is None else mediums.in_portions(run_ids)
    for some in portions:
        query = statement if some is None else statement.where(runs.c.id.in_(some))
        for row in connection.execution_options(yield_per=AT_ONCE).execute(query):
            holders.append(f"run/{row.key}")
            yield {
                "run": unpack(row.data),
                "wire": unpack(row.wire) if row.wire else [],
                "page": row.page,
                "name": row.name,
                "starred": row.starred,
                "cut": row.cut,
                "conversation": row.conversation_id if run_ids is None else None,
            }


def _conversations(
    connection: Connection, owner: str, holders: list[str]
) -> Iterator[dict[str, Any]]:
    heads = select(conversations).where(conversations.c.owner == owner)
    for head in connection.execute(heads.order_by(conversations.c.updated)).all():
        of_head = (turns.c.owner == owner, turns.c.conversation_id == head.id)
        of_tree = select(turns).where(*of_head).order_by(turns.c.position, turns.c.key)
        entries = connection.execute(of_tree).all()
        holders += [f"turn/{entry.key}" for entry in entries]
        fields = {name: getattr(head, name) for name in ("id", "page", "title", "leaf")}
        times = {"created": head.created, "updated": head.updated}
        columns = ("id", "parent", "chosen", "run_id")
        plain = [{**{c: getattr(e, c) for c in columns}, **unpack(e.data)} for e in entries]
        yield {**fields, **times, "turns": parents_first(plain)}


def _presets(connection: Connection, owner: str, holders: list[str]) -> Iterator[dict[str, Any]]:
    statement = (
        select(presets.c.name, presets.c.page, preset_versions)
        .join(preset_versions, preset_versions.c.preset == presets.c.key)
        .where(presets.c.owner == owner)
        .order_by(presets.c.name, preset_versions.c.version)
    )
    for row in connection.execute(statement).all():
        holders.append(f"preset/{row.key}")
        entry = {"name": row.name, "page": row.page, "created": row.created}
        yield {**entry, "request": unpack(row.data)}


def _digests(connection: Connection, holders: list[str]) -> list[str]:
    """The media of holders. Asked of the table, not of the lines: those hold what models wrote."""
    digests: dict[str, None] = {}
    for some in mediums.in_portions(holders):
        statement = select(media_uses.c.digest).where(media_uses.c.holder.in_(some))
        digests.update(dict.fromkeys(connection.execute(statement).scalars()))
    return list(digests)
