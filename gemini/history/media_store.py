"""JSON as it lies in the database, and media apart from it: once each, known by their SHA-256.

A part's `{"mime_type": ..., "data": bytes}` is kept as `{"mime_type": ..., "data": {"$media":
digest}}`. All other bytes (thought signatures) stay where they are. A medium is kept as long as
somebody holds it: a run, a turn of a conversation or a version of a preset, as "run/<key>".
"""

import hashlib
import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from gemini.api.redaction import config_without_secrets
from gemini.history.schema import media, media_uses
from gemini.request import UNKNOWN_TYPE, Request
from gemini.run import Run
from gemini.run_json import run_to_json

T = TypeVar("T")

MEDIA_KEY = "$media"
MOST_AT_ONCE = 500  # values in one statement


@dataclass(frozen=True)
class Medium:
    """The bytes of a picture, a sound, a document..."""

    mime_type: str
    data: bytes = field(repr=False)


def pack(value: Any) -> bytes:
    """JSON-ready data as compressed JSON. Pure ASCII, so half a surrogate pair passes too."""
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode("ascii"), 6)


def unpack(data: bytes) -> Any:
    """The inverse of `pack`."""
    return json.loads(zlib.decompress(data))


def without_media(value: Any, media: dict[str, Medium]) -> Any:
    """Plain data with references in place of media, which are added to `media` by digest."""
    if isinstance(value, dict):
        data, mime_type = value.get("data"), value.get("mime_type")
        if isinstance(data, bytes):
            digest = hashlib.sha256(data).hexdigest()
            media[digest] = Medium(mime_type or UNKNOWN_TYPE, data)
            return {**value, "data": {MEDIA_KEY: digest}}
        return {k: without_media(v, media) for k, v in value.items()}
    return [without_media(v, media) for v in value] if isinstance(value, list | tuple) else value


def with_media(value: Any, media: Mapping[str, bytes]) -> Any:
    """The inverse of `without_media`. A reference to what isn't in `media` stays as it is."""
    if isinstance(value, dict):
        if value.keys() == {MEDIA_KEY} and isinstance(value[MEDIA_KEY], str):
            return media.get(value[MEDIA_KEY], value)
        return {k: with_media(v, media) for k, v in value.items()}
    return [with_media(v, media) for v in value] if isinstance(value, list) else value


def request_without_media(request: Request, media: dict[str, Medium]) -> Request:
    """A request as it is kept: its media as references, and without secrets."""
    config = without_media(config_without_secrets(request.config), media)
    return replace(request, contents=without_media(request.contents, media), config=config)


def run_without_media(run: Run, media: dict[str, Medium]) -> dict[str, Any]:
    """A run as JSON-ready data as it is kept: media as references, no secrets, no wire."""
    candidates = [replace(c, parts=without_media(list(c.parts), media)) for c in run.candidates]
    request = request_without_media(run.request, media)
    return run_to_json(replace(run, request=request, candidates=candidates, exchanges=[]))


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
