"""What was used: a row for each run, apart from what was said; sums of them, as tables too.

The rows stay when runs are deleted, or never kept, so that a day's limit means the day.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, timedelta
from typing import Any

from sqlalchemy import Connection, case, func, insert, select, update

from gemini.format import csv_text, money
from gemini.history.schema import micros, storable_count, storable_name, usage
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
Row = dict[str, Any]
"""Values by their names on the screen."""

COLUMNS = {
    "Requests": "requests",
    "Tokens": "total_tokens",
    "Cost ($)": "dollars",
    "Prompt": "prompt_tokens",
    "Cached": "cached_tokens",
    "Tools": "tool_tokens",
    "Thoughts": "thoughts_tokens",
    "Answer": "answer_tokens",
}
"""Names on the screen, and the fields of `UsageSum` in them. The cached tokens are also in the
prompt's, and all of them in Tokens."""

UNKNOWN = "unknown"  # a cost
MEASURES = ("Tokens", "Requests", "Cost ($)")  # what a chart can show


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

    @property
    def priced(self) -> bool:
        """Whether the price of any request is known."""
        return self.unpriced < self.requests


def begin(
    connection: Connection,
    owner: str,
    run: Run,
    page: str,
    session: str,
    *,
    dollars: float | None = None,
) -> None:
    """Count a request that is sent; one that was held back is none. `dollars` once it has ended."""
    if run.problem and run.problem.kind in NOT_SENT and not run.exchanges:
        return
    row = {
        "owner": owner,
        "id": run.id,
        "at": micros(run.created),
        "day": run.created.astimezone(UTC).date(),
        "session": session,
        "page": page,
        "model": storable_name(run.request.model),
        "backend": run.backend,
    }
    connection.execute(insert(usage), {**row, **_so_far(run), "dollars": dollars})


def note(connection: Connection, owner: str, run: Run, dollars: float | None) -> None:
    """Write what a request has used so far, and how it stands."""
    change = update(usage).where(usage.c.owner == owner, usage.c.id == run.id)
    connection.execute(change, {**_so_far(run), "dollars": dollars})


def sums(
    connection: Connection,
    owner: str | None,
    since: date,
    until: date,
    session: str | None = None,
) -> list[UsageSum]:
    """The requests of an owner, or of everyone (None), on some days (both included), or of a
    session's, by day and model."""
    theirs = [usage.c.day >= since, usage.c.day <= until]
    if owner is not None:
        theirs.append(usage.c.owner == owner)
    if session is not None:
        theirs.append(usage.c.session == session)
    tokens = [func.sum(usage.c[name]).label(name) for name in TOKENS]
    query = (
        select(
            usage.c.day,
            usage.c.model,
            func.sum(usage.c.requests).label("requests"),
            *tokens,
            func.coalesce(func.sum(usage.c.dollars), 0.0).label("dollars"),
            func.sum(case((usage.c.dollars.is_(None), usage.c.requests), else_=0)).label(
                "unpriced"
            ),
        )
        .where(*theirs)
        .group_by(usage.c.day, usage.c.model)
        .order_by(usage.c.day, usage.c.model)
    )
    return [UsageSum(**row._mapping) for row in connection.execute(query)]


def total(sums: Sequence[UsageSum]) -> UsageSum:
    """Everything together; its day and its model say nothing."""
    added = [f.name for f in fields(UsageSum) if f.name not in {"day", "model"}]
    return UsageSum(date.min, "", **{name: sum(getattr(s, name) for s in sums) for name in added})


def by_model(sums: Sequence[UsageSum]) -> list[Row]:
    """A row for each model, the one with most tokens first; a cost of None is unknown."""
    models = dict.fromkeys(s.model for s in sums)
    totals = [(model, total([s for s in sums if s.model == model])) for model in models]
    totals.sort(key=lambda entry: (-entry[1].total_tokens, -entry[1].requests, entry[0]))
    return [{"Model": model, **_values(each)} for model, each in totals]


def by_day(sums: Sequence[UsageSum], since: date, until: date) -> list[Row]:
    """A row for each day (both included) and model, in order; 0 on the days without requests."""
    known = {(s.day, s.model): _values(s) for s in sums}
    models = list(dict.fromkeys(s.model for s in sums))
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    return [
        {"Day": day, "Model": model, **known.get((day, model), dict.fromkeys(COLUMNS, 0))}
        for day in days
        for model in models
    ]


def cost_text(each: UsageSum) -> str:
    """The cost in words, such as `$0.0200`; `UNKNOWN` where no request has a known price."""
    return money(each.dollars) if each.priced or not each.requests else UNKNOWN


def as_csv(sums: Sequence[UsageSum]) -> bytes:
    """A row for each day and model as CSV in UTF-8 that spreadsheets open."""
    rows = [[each.day.isoformat(), each.model, *_values(each).values()] for each in sums]
    return csv_text([["Day", "Model", *COLUMNS], *rows]).encode("utf-8-sig")


def _so_far(run: Run) -> dict[str, Any]:
    usage = {**run.usage, "total_token_count": total_of(run.usage)}
    counts = {name: storable_count(usage.get(field)) for name, field in TOKENS.items()}
    counts["requests"] = run.requests
    return {**counts, "outcome": run.outcome, "details": json.dumps(dict(run.usage))}


def _values(each: UsageSum) -> Row:
    values = {name: getattr(each, field) for name, field in COLUMNS.items()}
    return values if each.priced else {**values, "Cost ($)": None}
