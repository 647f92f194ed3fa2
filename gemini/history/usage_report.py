"""The counts of usage as rows for a table and a chart."""

import csv
import io
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from gemini.format import harmless
from gemini.history.usage import UsageSum

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

MEASURES = ("Tokens", "Requests", "Cost ($)")  # what a chart can show


def total(sums: Sequence[UsageSum]) -> UsageSum:
    """Everything together; its day and its model say nothing."""
    added = [f.name for f in fields(UsageSum) if f.name not in {"day", "model"}]
    return UsageSum(date.min, "", **{name: sum(getattr(s, name) for s in sums) for name in added})


def by_model(sums: Sequence[UsageSum]) -> list[Row]:
    """A row for each model, the one with most tokens first; a cost of None isn't known at all."""
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


def as_csv(sums: Sequence[UsageSum]) -> bytes:
    """A row for each day and model as CSV in UTF-8 that spreadsheets open."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Day", "Model", *COLUMNS])
    for each in sums:
        cells = [each.day.isoformat(), each.model, *_values(each).values()]
        writer.writerow([harmless(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def _values(each: UsageSum) -> Row:
    values = {name: getattr(each, field) for name, field in COLUMNS.items()}
    return values if each.unpriced < each.requests else {**values, "Cost ($)": None}
