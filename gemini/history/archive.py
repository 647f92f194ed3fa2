"""The history as a file to take along, a zip as `archive_reader` describes it; and taking one in.

What is about to be written is not in an export, nor who owns it. Of an import all is checked before
the first row is written. What can't be taken is left out and named; runs, conversations and saved
prompts that are there already are passed over.
"""

import json
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, BinaryIO, TypeVar

from sqlalchemy import Connection, select, update

from gemini.history import conversations, media_store, rows, schema
from gemini.history.archive_reader import (
    CONVERSATIONS,
    FORMAT,
    MANIFEST,
    MEDIA_FOLDER,
    PRESETS,
    RUNS,
    VERSION,
    ArchiveError,
    ImportedConversation,
    ImportedPreset,
    ImportedRun,
    Reader,
)
from gemini.history.listing import tags_in
from gemini.history.media_store import unpack
from gemini.history.presets import NameTakenError, save_preset, taken_names
from gemini.history.schema import media, media_uses, preset_versions, presets, run_data, runs, turns
from gemini.history.writer import Writer

T = TypeVar("T")

READ_AT_ONCE = 100  # runs
WRITTEN_AT_ONCE = 50  # entries in one transaction; others wait meanwhile


@dataclass(frozen=True)
class Imported:
    """How much came in; `skipped` were there already, `left_out` says what could not be taken."""

    runs: int = 0
    conversations: int = 0
    presets: int = 0
    skipped: int = 0
    left_out: tuple[str, ...] = ()


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


def import_archive(writer: Writer, owner: str, source: BinaryIO) -> Imported:
    """Read an exported history into an owner's own.

    Raises:
        ArchiveError: it is not such a file, is damaged, or too large. Nothing was written then.
    """
    try:
        with zipfile.ZipFile(source) as file:
            reader = Reader(file)
            reader.check()
            return _import(writer, owner, reader)
    except ArchiveError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise ArchiveError("the file isn't a zip, or is damaged") from error
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        raise ArchiveError(f"a line in it is damaged ({type(error).__name__})") from error


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
    portions = [None] if run_ids is None else media_store.in_portions(run_ids)
    for some in portions:
        query = statement if some is None else statement.where(runs.c.id.in_(some))
        for row in connection.execution_options(yield_per=READ_AT_ONCE).execute(query):
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
    heads = select(schema.conversations).where(schema.conversations.c.owner == owner)
    for head in connection.execute(heads.order_by(schema.conversations.c.updated)).all():
        of_head = (turns.c.owner == owner, turns.c.conversation_id == head.id)
        of_tree = select(turns).where(*of_head).order_by(turns.c.position, turns.c.key)
        entries = connection.execute(of_tree).all()
        holders += [f"turn/{entry.key}" for entry in entries]
        fields = {name: getattr(head, name) for name in ("id", "page", "title", "leaf")}
        times = {"created": head.created, "updated": head.updated}
        marks = {"pinned": head.pinned, "tags": tags_in(head.tags)}
        columns = ("id", "parent", "chosen", "run_id")
        plain = [{**{c: getattr(e, c) for c in columns}, **unpack(e.data)} for e in entries]
        yield {**fields, **marks, **times, "turns": conversations.parents_first(plain)}


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
    for some in media_store.in_portions(holders):
        statement = select(media_uses.c.digest).where(media_uses.c.holder.in_(some))
        digests.update(dict.fromkeys(connection.execute(statement).scalars()))
    return list(digests)


def _import(writer: Writer, owner: str, reader: Reader) -> Imported:
    counts = {"skipped": 0}
    for name, entries, add in (
        ("runs", reader.runs(reader.media), _add_run),
        ("conversations", reader.conversations(reader.media), _add_conversation),
    ):
        added, skipped = _in_portions(writer, entries, partial(add, owner=owner))
        counts[name] = added
        counts["skipped"] += skipped
    presets = list(reader.presets(reader.media))
    counts["presets"] = writer.run(lambda c: _add_presets(c, owner, presets))
    counts["skipped"] += len(presets) - counts["presets"]
    return Imported(**counts, left_out=tuple(reader.left_out))


def _in_portions(
    writer: Writer, entries: Iterator[T], add: Callable[[Connection, T], bool]
) -> tuple[int, int]:
    """Write entries, some in each transaction; gives how many were added and passed over."""
    added = skipped = 0
    while some := list(islice(entries, WRITTEN_AT_ONCE)):
        done = writer.run(lambda c, some=some: sum(add(c, entry) for entry in some))
        added, skipped = added + done, skipped + len(some) - done
    return added, skipped


def _add_run(connection: Connection, entry: ImportedRun, owner: str) -> bool:
    """Add a run; False when it is there already."""
    run = entry.run
    if rows.key_of(connection, owner, run.id) is not None:
        return False
    key = rows.add(connection, owner, run, entry.page, conversation_id=entry.conversation_id)
    marks = {"starred": entry.starred, "cut": entry.cut}
    connection.execute(update(runs).where(runs.c.key == key), marks)
    if entry.name:
        rows.rename(connection, owner, run.id, entry.name)
    return True


def _add_conversation(connection: Connection, entry: ImportedConversation, owner: str) -> bool:
    """Add a conversation; False when it is there already."""
    if conversations.exists(connection, owner, entry.tree.id):
        return False
    conversations.write(connection, owner, entry.tree, [turn.id for turn in entry.tree.turns])
    conversations.restore(
        connection,
        owner,
        entry.tree.id,
        title=entry.title,
        created=entry.created,
        updated=entry.updated,
        pinned=entry.pinned,
        tags="\n".join(entry.tags),
    )
    return True


def _add_presets(connection: Connection, owner: str, entries: list[ImportedPreset]) -> int:
    """Add what was saved under names, where these are free; gives the number of versions added."""
    taken = taken_names(connection, owner)
    new = [entry for entry in entries if entry.name not in taken]
    added = 0
    for entry in new:
        with suppress(NameTakenError):  # of one name, but of two kinds
            save_preset(
                connection, owner, entry.name, entry.page, entry.template, created=entry.created
            )
            added += 1
    return added
