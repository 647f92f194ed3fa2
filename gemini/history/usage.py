"""What was used: a row for each request, kept apart from what was said, and sums of them.

The rows stay when runs are deleted, or never kept, so that a day's limit means the day.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from gemini.history import rows
from gemini.history.limits import Spent
from gemini.history.schema import usage
from gemini.models.tokens import total_of
from gemini.run import Run

TOKENS = {
    "prompt_tokens": "prompt_token_count",
    "cached_tokens": "cached_content_token_count",
    "tool_tokens": "tool_use_prompt_token_count",
    "thoughts_tokens": "thoughts_token_count",
    "answer_tokens": "candidates_token_count",
    "total_tokens": "total_token_count",
}
"""Columns, and the fields of `types.GenerateContentResponseUsageMetadata` in them."""

NOT_SENT = frozenset({"limit", "no_key"})  # kinds of problems of a request that was held back


@dataclass(frozen=True)
class UsageRow:
    """One request. `usage` is the API's `usage_metadata`, ready for `gemini.models.prices.cost`."""

    run_id: str
    at: datetime
    session: str
    page: str
    model: str
    backend: str | None
    outcome: str
    usage: dict[str, Any]
    dollars: float | None


@dataclass(frozen=True)
class UsageSum:
    """The requests of a day (UTC) to a model. The cached tokens are also in the prompt's.

    `dollars` sums those whose price is known; `unpriced` counts the others.
    """

    day: date
    model: str
    requests: int
    prompt_tokens: int
    cached_tokens: int
    tool_tokens: int
    thoughts_tokens: int
    answer_tokens: int
    total_tokens: int
    dollars: float
    unpriced: int


def begin(connection: Connection, owner: str, run: Run, page: str, session: str) -> None:
    """Count a request that is sent; one that was held back is none."""
    if run.problem and run.problem.kind in NOT_SENT and not run.exchanges:
        return
    row = {
        "owner": owner,
        "id": run.id,
        "at": rows.micros(run.created),
        "day": run.created.astimezone(UTC).date(),
        "session": session,
        "page": page,
        "model": rows.storable_name(run.request.model),
        "backend": run.backend,
    }
    connection.execute(insert(usage), {**row, **_so_far(run), "dollars": None})


def note(connection: Connection, owner: str, run: Run, dollars: float | None) -> None:
    """Write what a request has used so far, and how it stands."""
    change = update(usage).where(usage.c.owner == owner, usage.c.id == run.id)
    connection.execute(change, {**_so_far(run), "dollars": dollars})


def entries(
    connection: Connection, owner: str, since: date, until: date, session: str | None = None
) -> list[UsageRow]:
    """An owner's requests of some days (both included), or of a session's, the oldest first."""
    query = select(usage).where(*_of(owner, since, until, session)).order_by(usage.c.at)
    return [
        UsageRow(
            row.id, rows.moment(row.at), row.session, row.page, row.model, row.backend,
            row.outcome, json.loads(row.details), row.dollars,
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def sums(
    connection: Connection, owner: str, since: date, until: date, session: str | None = None
) -> list[UsageSum]:
    """The same, summed by day and model."""
    tokens = [func.sum(usage.c[name]).label(name) for name in TOKENS]
    query = (
        select(
            usage.c.day,
            usage.c.model,
            func.count().label("requests"),
            *tokens,
            func.coalesce(func.sum(usage.c.dollars), 0.0).label("dollars"),
            (func.count() - func.count(usage.c.dollars)).label("unpriced"),
        )
        .where(*_of(owner, since, until, session))
        .group_by(usage.c.day, usage.c.model)
        .order_by(usage.c.day, usage.c.model)
    )
    return [UsageSum(**row._mapping) for row in connection.execute(query)]


def spent(
    connection: Connection,
    now: datetime,
    owner: str | None = None,
    without: Collection[str] = (),
) -> Spent:
    """What an owner, or everyone, has used today (UTC), and its requests of the last minute.

    Tokens and dollars are those of all runs but the ones `without` names, by their ids.
    """
    theirs = [usage.c.owner == owner] if owner is not None else []
    totals = select(
        func.coalesce(func.sum(usage.c.total_tokens), 0),
        func.coalesce(func.sum(usage.c.dollars), 0.0),
    ).where(usage.c.day == now.astimezone(UTC).date(), usage.c.id.not_in(without), *theirs)
    tokens, dollars = connection.execute(totals).one()
    start = rows.micros(now - timedelta(minutes=1))
    recent = select(usage.c.at).where(usage.c.at > start, *theirs).order_by(usage.c.at)
    ages = [(rows.micros(now) - at) / 1e6 for at in connection.execute(recent).scalars()]
    return Spent(tuple(ages), int(tokens), float(dollars))


def _so_far(run: Run) -> dict[str, Any]:
    usage = {**run.usage, "total_token_count": total_of(run.usage)}
    counts = {name: rows.storable_count(usage.get(field)) for name, field in TOKENS.items()}
    return {**counts, "outcome": run.outcome, "details": json.dumps(dict(run.usage))}


def _of(owner: str, since: date, until: date, session: str | None) -> Sequence[ColumnElement[bool]]:
    conditions = [usage.c.owner == owner, usage.c.day >= since, usage.c.day <= until]
    return conditions if session is None else [*conditions, usage.c.session == session]
