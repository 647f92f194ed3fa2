"""What is deleted: what people delete, and what need not be kept any more.

Retention, from the environment, takes the oldest first, starred or not:

    PLAYGROUND_HISTORY=off           keep nothing (requests are still counted, without their words)
    PLAYGROUND_HISTORY_DAYS=30       keep a run for 30 days
    PLAYGROUND_HISTORY_MEGABYTES=500 keep at most so much, over all owners

Saved prompts are kept until somebody deletes them.

What belongs to a session, because nobody signs in where others can reach the server, is nobody's
after a reload. It is deleted within a day, saved prompts included. So is what a browser can't find
again, for it has not come for longer than its cookie lasts.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, String, cast, delete, func, literal, select

from gemini.history import media_store
from gemini.history.conversations import forget, forget_runs
from gemini.history.limits import VariableError, number_in
from gemini.history.people import abandoned, end, forget_old
from gemini.history.presets import delete_preset
from gemini.history.schema import (
    conversations,
    media,
    media_uses,
    micros,
    preset_versions,
    presets,
    run_data,
    run_pieces,
    run_texts,
    runs,
    turns,
    usage,
)
from gemini.history.shares import forget_ended

MEGABYTE = 1_000_000
SESSION_OWNER = "session:"  # how the owner of what nobody can find again begins
PASSING_DAYS = 1.0  # that it is kept
CENTURY = 36_500  # days; who says more says for ever
OFF = frozenset({"off", "no", "false", "0"})
ON = frozenset({"", "on", "yes", "true", "1"})
PORTION = 200  # runs deleted in one transaction; others wait meanwhile


@dataclass(frozen=True)
class Retention:
    """Whether runs are kept, for how many days, and in how many megabytes (None: no limit)."""

    keep: bool = True
    days: float | None = None
    megabytes: float | None = None


KEEP_ALL = Retention()


def retention_from(environ: Mapping[str, str]) -> Retention:
    """What the environment says.

    Raises:
        VariableError: a variable is neither a switch nor a number above zero.
    """
    switch = environ.get("PLAYGROUND_HISTORY", "").strip().lower()
    if switch not in OFF | ON:
        raise VariableError(f"PLAYGROUND_HISTORY must be on or off, not {switch!r}.")
    days = number_in(environ, "PLAYGROUND_HISTORY_DAYS", above_zero=True)
    return Retention(
        keep=switch not in OFF,
        days=None if days is None or days > CENTURY else days,
        megabytes=number_in(environ, "PLAYGROUND_HISTORY_MEGABYTES", above_zero=True),
    )


def stored_bytes(connection: Connection) -> int:
    """About what all runs and media take on disk."""
    sums = (select(func.coalesce(func.sum(t.c.size), 0)) for t in (runs, media))
    return sum(int(connection.execute(s).scalar_one()) for s in sums)


def apply(connection: Connection, retention: Retention, now: datetime) -> bool:
    """Delete a portion of what need not be kept any more; whether there may be more of it."""
    if _delete_passing(connection, micros(now - timedelta(days=PASSING_DAYS))):
        return True
    if (owner := abandoned(connection, now)) is not None:
        if not delete_some(connection, owner):
            end(connection, owner, now)
        return True
    forget_old(connection, now)
    forget_ended(connection, now)
    if retention.days is not None:
        oldest = micros(now - timedelta(days=retention.days))
        _delete_old_counts(connection, retention.days, now)
        if _delete_oldest(connection, before=oldest):
            return True
        _delete_empty_conversations(connection, conversations.c.updated < oldest)
    if retention.megabytes is not None:
        excess = stored_bytes(connection) - int(retention.megabytes * MEGABYTE)
        return excess > 0 and _delete_oldest(connection, at_least=excess) > 0
    return False


def delete_runs(connection: Connection, owner: str, run_ids: Collection[str]) -> int:
    """Delete an owner's runs with their turns, and the media nobody else holds; gives how many."""
    keys: list[int] = []
    for some in media_store.in_portions(run_ids):
        query = select(runs.c.key).where(runs.c.owner == owner, runs.c.id.in_(some))
        keys += connection.execute(query).scalars()
    delete_rows(connection, keys)
    forget_runs(connection, owner, run_ids)
    return len(keys)


def delete_rows(connection: Connection, keys: Collection[int]) -> None:
    """Delete runs by their keys, and nothing of the conversations they are in."""
    for some in media_store.in_portions(keys):
        for table in (run_pieces, run_data, run_texts, runs):
            connection.execute(delete(table).where(table.c.key.in_(some)))
    media_store.let_go(connection, [f"run/{key}" for key in keys])


def delete_some(connection: Connection, owner: str) -> int:
    """Delete a portion of an owner's runs, the oldest; gives how many, 0 when none were left."""
    oldest = select(runs.c.id).where(runs.c.owner == owner).order_by(runs.c.key).limit(PORTION)
    return delete_runs(connection, owner, connection.execute(oldest).scalars().all())


def _delete_passing(connection: Connection, before: int) -> bool:
    """Delete a portion of what was a session's; whether there may be more of it."""
    if _delete_oldest(connection, before, owners=SESSION_OWNER):
        return True
    theirs = conversations.c.owner.startswith(SESSION_OWNER)
    _delete_empty_conversations(connection, theirs & (conversations.c.updated < before))
    newest = select(func.max(preset_versions.c.created)).where(
        preset_versions.c.preset == presets.c.key
    )
    old = select(presets.c.owner, presets.c.name).where(
        presets.c.owner.startswith(SESSION_OWNER), newest.scalar_subquery() < before
    )
    for owner, name in connection.execute(old).all():
        delete_preset(connection, owner, name)
    return False


def _delete_oldest(
    connection: Connection,
    before: int | None = None,
    at_least: int | None = None,
    owners: str = "",
) -> int:
    """Delete the oldest runs that aren't being written: those made before a time, or as many as
    take so many bytes; of owners that begin so. One portion at most; gives their number."""
    size = (runs.c.size + _media_size()).label("size")
    query = select(runs.c.owner, runs.c.id, size).where(runs.c.writer.is_(None))
    if before is not None:
        query = query.where(runs.c.key < before)
    if owners:
        query = query.where(runs.c.owner.startswith(owners))
    by_owner: dict[str, list[str]] = {}
    freed = number = 0
    for row in connection.execute(query.order_by(runs.c.key).limit(PORTION)):
        if at_least is not None and freed >= at_least:
            break
        by_owner.setdefault(row.owner, []).append(row.id)
        freed, number = freed + row.size, number + 1
    for owner, ids in by_owner.items():
        delete_runs(connection, owner, ids)
    return number


def _media_size() -> ColumnElement[int]:
    """The bytes of a run's media. Some may be held by others too: then less is freed than said,
    and the next portion makes up for it."""
    return (
        select(func.coalesce(func.sum(media.c.size), 0))
        .join(media_uses, media_uses.c.digest == media.c.digest)
        .where(media_uses.c.holder == literal("run/") + cast(runs.c.key, String))
        .scalar_subquery()
    )


def _delete_empty_conversations(connection: Connection, which: ColumnElement[bool]) -> None:
    """Those of them whose turns have no run that is still kept."""
    remaining = select(turns.c.key).where(
        turns.c.owner == conversations.c.owner,
        turns.c.conversation_id == conversations.c.id,
        turns.c.run_id.is_not(None),
    )
    which &= conversations.c.deleted.is_(None)
    old = select(conversations.c.owner, conversations.c.id).where(which, ~remaining.exists())
    for owner, conversation_id in connection.execute(old).all():
        forget(connection, owner, conversation_id)


def _delete_old_counts(connection: Connection, days: float, now: datetime) -> None:
    """This month's stay in any case: limits are counted by them."""
    today = now.astimezone(UTC).date()
    first = min(today - timedelta(days=math.ceil(days)), today.replace(day=1))
    connection.execute(delete(usage).where(usage.c.day < first))
