"""Lets requests through as far as the limits allow, one at a time over all processes.

Before a request leaves, what it takes at least is reserved in the database: that it is a request,
its prompt, and what that costs. The transaction that looks at what is used and reserves holds a
lock (SQLite's for writing, PostgreSQL's advisory one), so that of requests that come at once, here
and in other processes, no more pass than there is room for. When a run has ended its use is
written, and in the same transaction its reservation goes.

Not covered: an answer counts as it is written, each second, so those that run at once can pass a
limit by as much as they write; and a prompt is estimated, as `gemini.models.estimate` does it, its
price known for text models only. Calls that are not asked of a model count as requests.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
)

from gemini.api.problems import Problem
from gemini.history.limits import MINUTE, NO_LIMITS, Rules, Scope, Spent, check
from gemini.history.people import join_group
from gemini.history.schema import memberships, micros, reservations, storable_count, usage

LONGEST_RUN = timedelta(days=1)
LOCK = 0x4C494D54  # any number, the same for all processes


@dataclass(frozen=True)
class Admission:
    """A request that wants to leave: whose it is, its run's id, what its prompt takes."""

    id: str
    owner: str
    tokens: int = 0
    dollars: float = 0.0


def admit(
    connection: Connection, request: Admission, rules: Rules, now: datetime
) -> Problem | None:
    """Why a request may not be sent now; None when it may, and then it is reserved.

    Its transaction has to be one that writes, and to end at once.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    _forget_old(connection, now)
    for scope, limits in rules.items():
        if limits == NO_LIMITS:
            continue
        if scope.group is not None:  # who is counted against a group counts in it
            join_group(connection, request.owner, scope.group)
        used = spent(connection, now, scope, month=limits.per_month)
        tokens, dollars = request.tokens, request.dollars
        if problem := check(limits, used, scope.words, tokens, dollars, now=now):
            return problem
    row = {
        "id": request.id,
        "owner": request.owner,
        "at": micros(now),
        "tokens": storable_count(request.tokens),
        "dollars": request.dollars,
    }
    connection.execute(insert(reservations), row)
    return None


def release(connection: Connection, run_id: str) -> None:
    """Let go of what was reserved for a run whose use is written."""
    connection.execute(delete(reservations).where(reservations.c.id == run_id))


def spent(connection: Connection, now: datetime, scope: Scope, *, month: bool = False) -> Spent:
    """What was used in a scope, and what is reserved; each run is counted in one of the two.

    The use of the month is looked up where `month` says so. A run counts on the day it began.
    """
    today = now.astimezone(UTC).date()
    since = today.replace(day=1) if month else today
    of_today = usage.c.day == today
    totals = select(
        *(
            func.coalesce(func.sum(case((which, column), else_=0)), 0)
            for which in (of_today, usage.c.day >= since)
            for column in (usage.c.total_tokens, func.coalesce(usage.c.dollars, 0.0))
        )
    ).where(usage.c.day >= since, _theirs(scope, usage.c.owner))
    tokens, dollars, month_tokens, month_dollars = tuple[Any, ...](connection.execute(totals).one())
    minute_ago = micros(now - timedelta(seconds=MINUTE))
    recent = select(usage.c.at, usage.c.requests).where(
        usage.c.at > minute_ago, _theirs(scope, usage.c.owner)
    )
    times = [row.at for row in connection.execute(recent) for _ in range(row.requests)]
    for row in connection.execute(_reserved(scope)):
        if row.used is None and row.at > minute_ago:
            times.append(row.at)
        more_tokens = max(0, row.tokens - (row.used or 0))
        more_dollars = max(0.0, row.dollars - (row.cost or 0.0))
        if row.at >= _start(now):
            tokens, dollars = tokens + more_tokens, dollars + more_dollars
        if row.at >= _start(now, month=month):
            month_tokens, month_dollars = month_tokens + more_tokens, month_dollars + more_dollars
    return Spent(
        tuple((micros(now) - at) / 1e6 for at in sorted(times)),
        int(tokens),
        float(dollars),
        int(month_tokens) if month else 0,
        float(month_dollars) if month else 0.0,
    )


def _reserved(scope: Scope):
    same = and_(usage.c.id == reservations.c.id, usage.c.owner == reservations.c.owner)
    columns = (reservations.c.at, reservations.c.tokens, reservations.c.dollars)
    return (
        select(*columns, usage.c.total_tokens.label("used"), usage.c.dollars.label("cost"))
        .outerjoin(usage, same)
        .where(_theirs(scope, reservations.c.owner))
    )


def _theirs(scope: Scope, owner: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a row is of a scope, by its owner."""
    if scope.owner is not None:
        return owner == scope.owner
    if scope.group is not None:
        return owner.in_(select(memberships.c.owner).where(memberships.c.name == scope.group))
    return owner.is_not(None)


def _start(now: datetime, *, month: bool = False) -> int:
    """When the day, or the month, began (UTC)."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return micros(today.replace(day=1) if month else today)


def _forget_old(connection: Connection, now: datetime) -> None:
    """Let go of what is over a minute old and no run that is going on: it was never sent, or no
    run at all, or its process has ended. After a day nobody can tell any more, and it goes too."""
    running = exists().where(
        usage.c.id == reservations.c.id,
        usage.c.owner == reservations.c.owner,
        usage.c.outcome == "running",
    )
    old = reservations.c.at <= micros(now - timedelta(seconds=MINUTE))
    ancient = reservations.c.at <= micros(now - LONGEST_RUN)
    connection.execute(delete(reservations).where(or_(ancient, and_(old, ~running))))
