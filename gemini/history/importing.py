"""Takes in a history that was exported: all is checked before the first row is written.

What can't be taken is left out and named. Runs, conversations and saved prompts that are there
already are passed over.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import BinaryIO, TypeVar

from sqlalchemy import Connection, update

from gemini.history import changing, conversations, preset_rows, rows
from gemini.history.archive_reader import (
    ArchiveError,
    ImportedConversation,
    ImportedPreset,
    ImportedRun,
    Reader,
)
from gemini.history.schema import runs
from gemini.history.writer import Writer

T = TypeVar("T")

AT_ONCE = 50  # entries in one transaction; others wait meanwhile


@dataclass(frozen=True)
class Imported:
    """How much came in; `skipped` were there already, `left_out` says what could not be taken."""

    runs: int = 0
    conversations: int = 0
    presets: int = 0
    skipped: int = 0
    left_out: tuple[str, ...] = ()


def import_archive(writer: Writer, owner: str, source: BinaryIO) -> Imported:
    """Read an exported history into an owner's own.

    Raises:
        ArchiveError: it is not such a file, is damaged, or too large. Nothing was written then.
    """
    try:
        with zipfile.ZipFile(source) as file:
            reader = Reader(file)
            reader.check()
            return _write(writer, owner, reader)
    except ArchiveError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise ArchiveError("the file is not a zip, or damaged") from error
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        raise ArchiveError(f"a line in it is damaged ({type(error).__name__})") from error


def _write(writer: Writer, owner: str, reader: Reader) -> Imported:
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
    while some := list(islice(entries, AT_ONCE)):
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
        changing.rename(connection, owner, run.id, entry.name)
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
    )
    return True


def _add_presets(connection: Connection, owner: str, entries: list[ImportedPreset]) -> int:
    """Add the prompts whose names are free; gives the number of versions added."""
    taken = {preset.name for preset in preset_rows.listed(connection, owner)}
    new = [entry for entry in entries if entry.name not in taken]
    for entry in new:
        preset_rows.save(
            connection, owner, entry.name, entry.page, entry.template, created=entry.created
        )
    return len(new)
