"""Who uses the playground, what their browsers are known by, and what they did that others ask for.

A person is an owner: the name under which all that is theirs is stored.
"""

import secrets as randomness
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from gemini.history.access import Access
from gemini.history.conversations import forget
from gemini.history.presets import delete_preset, taken_names
from gemini.history.schema import (
    audit,
    batch_tables,
    memberships,
    micros,
    moment,
    own_things,
    people,
    secrets,
    shares,
    storable,
    storable_name,
)

BROWSER_OWNER = "browser:"  # how the owner of what a browser without sign-in made begins
LONGEST_DETAIL = 500  # characters
AUDIT_DAYS = 400  # that who did what is kept
ABANDONED_DAYS = 410  # since the last visit; the cookie, which ends before, was the only way back


@dataclass(frozen=True)
class Person:
    """Somebody who was here. `name` is what operators see; `ended`: their browser was forgotten."""

    owner: str
    name: str
    groups: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    ended: bool


@dataclass(frozen=True)
class AuditEntry:
    """What somebody did, and when."""

    at: datetime
    owner: str
    action: str
    detail: str


class People:
    """The people of a playground. Its methods may be called from any thread."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def secret(self, name: str) -> str:
        """A secret of this playground, the same for all its processes; made at the first call."""
        if known := self._access.read(lambda c: _secret(c, name)):
            return known
        return self._access.write(lambda c: _make_secret(c, name))

    def see(self, owner: str, name: str, groups: Collection[str] = (), login: str = "") -> None:
        """Note that somebody is here. Returns at once.

        `login` tells one sign-in of theirs from another: a new one is noted as such.
        """
        self._access.write_soon(lambda c: _see(c, owner, name, groups, login))

    def has_ended(self, owner: str) -> bool:
        """Whether the browser of this owner was forgotten."""
        ended = select(people.c.ended).where(people.c.owner == owner)
        return self._access.read(lambda c: c.execute(ended).scalar()) is not None

    def end(self, owner: str) -> None:
        """Forget a browser: what else of it is stored has to be deleted first.

        What it saved, its links, and the names of what it made at the API go with it. What it used
        stays, without a word of what was said.
        """
        now = datetime.now(UTC)
        self._access.write(lambda c: end(c, owner, now))

    def note(self, owner: str, action: str, detail: str = "") -> None:
        """Note what somebody did, for operators. Returns at once."""
        row = {
            "at": micros(datetime.now(UTC)),
            "owner": owner,
            "action": action,
            "detail": storable(detail)[:LONGEST_DETAIL],
        }
        self._access.write_soon(lambda c: c.execute(insert(audit), row))

    def add_own(self, owner: str, name: str) -> None:
        """Remember who made a thing at the API. Returns at once."""
        at = micros(datetime.now(UTC))
        self._access.write_soon(lambda c: _add_own(c, owner, name, at))

    def own(self, owner: str) -> frozenset[str]:
        """The names of what an owner made at the API."""
        query = select(own_things.c.name).where(own_things.c.owner == owner)
        return frozenset(self._access.read(lambda c: c.execute(query).scalars().all()))

    def all(self) -> list[Person]:
        """Everybody, those seen last first."""
        return self._access.read(_all)

    def audit(self, most: int = 1000) -> list[AuditEntry]:
        """What people did, the latest first."""
        query = select(audit).order_by(audit.c.key.desc()).limit(most)
        rows = self._access.read(lambda c: c.execute(query).all())
        return [AuditEntry(moment(r.at), r.owner, r.action, r.detail) for r in rows]


def forget_old(connection: Connection, now: datetime) -> None:
    """Delete from the list of who did what all that is older than AUDIT_DAYS."""
    before = micros(now - timedelta(days=AUDIT_DAYS))
    connection.execute(delete(audit).where(audit.c.at < before))


def abandoned(connection: Connection, now: datetime) -> str | None:
    """A browser that has not come for so long that it can't find its own any more."""
    query = select(people.c.owner).where(
        people.c.owner.startswith(BROWSER_OWNER),
        people.c.ended.is_(None),
        people.c.last_seen < micros(now - timedelta(days=ABANDONED_DAYS)),
    )
    return connection.execute(query.limit(1)).scalar()


def _secret(connection: Connection, name: str) -> str | None:
    return connection.execute(select(secrets.c.value).where(secrets.c.name == name)).scalar()


def _make_secret(connection: Connection, name: str) -> str:
    row = {"name": name, "value": randomness.token_urlsafe(48)}
    connection.execute(_insert(connection, secrets).values(row).on_conflict_do_nothing())
    value = _secret(connection, name)
    assert value is not None
    return value


def _see(
    connection: Connection, owner: str, name: str, groups: Collection[str], login: str
) -> None:
    now = datetime.now(UTC)
    row = {"name": storable_name(name), "login": login, "last_seen": micros(now)}
    first = {"owner": owner, "first_seen": micros(now), **row}
    known = connection.execute(select(people).where(people.c.owner == owner)).first()
    if known is None:
        adding = _insert(connection, people).values(first).on_conflict_do_nothing()
        connection.execute(adding)
    else:
        connection.execute(update(people).where(people.c.owner == owner), row)
    if login and (known is None or known.login != login):
        entry = {"at": micros(now), "owner": owner, "action": "Signed in", "detail": ""}
        connection.execute(insert(audit), entry)
    connection.execute(delete(memberships).where(memberships.c.owner == owner))
    for group in sorted(set(groups)):
        join_group(connection, owner, group)


def join_group(connection: Connection, owner: str, group: str) -> None:
    """Note that somebody is in a group; they may be already."""
    member = _insert(connection, memberships).values(owner=owner, name=group)
    connection.execute(member.on_conflict_do_nothing())


def end(connection: Connection, owner: str, now: datetime) -> None:
    """End a browser whose runs are deleted, with all else that is stored for it."""
    forget(connection, owner)
    for name in taken_names(connection, owner):
        delete_preset(connection, owner, name)
    for table in (shares, own_things, memberships, batch_tables):
        connection.execute(delete(table).where(table.c.owner == owner))
    at = micros(now)
    row = {"owner": owner, "name": "", "login": "", "first_seen": at, "last_seen": at, "ended": at}
    adding = _insert(connection, people).values(row)
    ended = {"ended": at, "last_seen": at}
    connection.execute(adding.on_conflict_do_update(index_elements=["owner"], set_=ended))
    entry = {"at": at, "owner": owner, "action": "Browser forgotten", "detail": ""}
    connection.execute(insert(audit), entry)


def _add_own(connection: Connection, owner: str, name: str, at: int) -> None:
    row = {"owner": owner, "name": name, "at": at}
    connection.execute(_insert(connection, own_things).values(row).on_conflict_do_nothing())


def _all(connection: Connection) -> list[Person]:
    groups: dict[str, list[str]] = {}
    for row in connection.execute(select(memberships).order_by(memberships.c.name)):
        groups.setdefault(row.owner, []).append(row.name)
    return [
        Person(
            row.owner,
            row.name,
            tuple(groups.get(row.owner, ())),
            moment(row.first_seen),
            moment(row.last_seen),
            row.ended is not None,
        )
        for row in connection.execute(select(people).order_by(people.c.last_seen.desc()))
    ]


def _insert(connection: Connection, table):
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
