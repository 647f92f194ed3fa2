"""Media in the database: stored once each, kept as long as somebody holds them.

A holder is a run, a turn of a conversation or a version of a preset, as "run/<key>".
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from gemini.history.packing import Medium
from gemini.history.schema import media, media_uses

T = TypeVar("T")

MOST_AT_ONCE = 500  # values in one statement


def keep(connection: Connection, holder: str, by_digest: Mapping[str, Medium]) -> None:
    """Store what isn't there yet, and note that `holder` holds it."""
    known = media_kept(connection, by_digest.keys())
    for digest, medium in by_digest.items():
        if digest not in known:
            mime_type = "".join(c for c in medium.mime_type if " " <= c <= "~")  # servers name it
            row = {"mime_type": mime_type, "size": len(medium.data), "data": medium.data}
            insert_new(connection, media, [{"digest": digest, **row}])
    insert_new(connection, media_uses, [{"holder": holder, "digest": d} for d in by_digest])


def media_kept(connection: Connection, digests: Collection[str]) -> set[str]:
    """Those of the digests whose media are there."""
    known: set[str] = set()
    for some in in_portions(digests):
        query = select(media.c.digest).where(media.c.digest.in_(some))
        known.update(connection.execute(query).scalars())
    return known


def held_by(connection: Connection, holders: Collection[str]) -> dict[str, bytes]:
    """The media of holders, by digest."""
    contents: dict[str, bytes] = {}
    for some in in_portions(holders):
        query = (
            select(media.c.digest, media.c.data)
            .join(media_uses, media_uses.c.digest == media.c.digest)
            .where(media_uses.c.holder.in_(some))
        )
        contents.update((row.digest, row.data) for row in connection.execute(query))
    return contents


def let_go(connection: Connection, holders: Collection[str]) -> None:
    """These holders are gone: delete the media that nobody else holds."""
    for some in in_portions(holders):
        held = select(media_uses.c.digest).where(media_uses.c.holder.in_(some)).distinct()
        digests = connection.execute(held).scalars().all()
        connection.execute(delete(media_uses).where(media_uses.c.holder.in_(some)))
        for few in in_portions(digests):
            unused = ~exists().where(media_uses.c.digest == media.c.digest)
            connection.execute(delete(media).where(media.c.digest.in_(few), unused))


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; those whose primary key is there already are passed over."""
    if rows:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def in_portions(values: Collection[T]) -> list[list[T]]:
    """Values in lists that are short enough for one statement."""
    every = list(values)
    return [every[i : i + MOST_AT_ONCE] for i in range(0, len(every), MOST_AT_ONCE)]
