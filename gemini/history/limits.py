"""Limits that stop a request before it is sent: how many a minute, how much a day and a month.

They hold for each person, for groups of people and for everyone together. They come from the
environment and from a file (`gemini.history.limit_file`). A person is whoever signed in, a browser,
or this machine's user. Days and months are those of UTC. Tokens are `total_token_count`. Money
counts where a price is known.

Requests are let through by `gemini.history.admission`, one at a time over all processes.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gemini.api.problems import Problem
from gemini.format import counted, money, span
from gemini.run import Run

MINUTE = 60.0  # seconds
ASK = "Ask whoever runs the playground."
PREFIX, PERSON_PREFIX = "PLAYGROUND_LIMIT_", "PLAYGROUND_SESSION_LIMIT_"


class VariableError(ValueError):
    """A variable of the environment that can't be understood. Its text names it."""


@dataclass(frozen=True)
class Limits:
    """At most so much; None: as much as anyone likes."""

    requests_per_minute: int | None = None
    tokens_per_day: int | None = None
    dollars_per_day: float | None = None
    tokens_per_month: int | None = None
    dollars_per_month: float | None = None

    @property
    def per_day(self) -> bool:
        """Whether the use of the day has to be known."""
        return self.tokens_per_day is not None or self.dollars_per_day is not None

    @property
    def per_month(self) -> bool:
        """Whether the use of the month has to be known."""
        return self.tokens_per_month is not None or self.dollars_per_month is not None

    @property
    def counts_use(self) -> bool:
        """Whether more than the requests of a minute has to be known."""
        return self.per_day or self.per_month


NO_LIMITS = Limits()


@dataclass(frozen=True)
class Scope:
    """Whose use is added up: a person's, that of a group's members, or everyone's."""

    owner: str | None = None
    group: str | None = None

    @property
    def words(self) -> str:
        """Who that is, at the beginning of a sentence."""
        if self.group is not None:
            return f"The group {self.group}"
        return "This playground" if self.owner is None else "You"


EVERYONE = Scope()
Rules = Mapping[Scope, Limits]
"""The limits that hold for a request, each with those whose use counts."""


@dataclass(frozen=True)
class Spent:
    """What was used: the ages in seconds of the last minute's requests, oldest first; the tokens
    and US dollars of today, and of this month where that was asked for."""

    recent: tuple[float, ...] = ()
    tokens: int = 0
    dollars: float = 0.0
    month_tokens: int = 0
    month_dollars: float = 0.0


Price = Callable[[Run], float | None]
"""What a run costs in US dollars by its usage; None where that is unknown."""


def limits_from(environ: Mapping[str, str], *, person: bool) -> Limits:
    """The limits for each person, or for everyone together.

    Raises:
        VariableError: a variable is not a number of zero or more.
    """
    prefix = PERSON_PREFIX if person else PREFIX

    def number(name: str) -> float | None:
        return number_in(environ, f"{prefix}{name}")

    def whole(name: str) -> int | None:
        value = number(name)
        return None if value is None else int(value)

    return Limits(
        requests_per_minute=whole("REQUESTS_PER_MINUTE"),
        tokens_per_day=whole("TOKENS_PER_DAY"),
        dollars_per_day=number("DOLLARS_PER_DAY"),
        tokens_per_month=whole("TOKENS_PER_MONTH"),
        dollars_per_month=number("DOLLARS_PER_MONTH"),
    )


def number_in(environ: Mapping[str, str], name: str, *, above_zero: bool = False) -> float | None:
    """The number that a variable of the environment holds; None where it is not set.

    Raises:
        VariableError: it isn't a number, less than zero, or zero where it must be above.
    """
    text = environ.get(name, "").strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf or (above_zero and number == 0):
        least = "above zero" if above_zero else "of zero or more"
        raise VariableError(f"{name} must be a number {least}, not {text!r}.")
    return number


def check(
    limits: Limits,
    spent: Spent,
    whose: str,
    tokens: int = 0,
    dollars: float = 0.0,
    *,
    now: datetime | None = None,
) -> Problem | None:
    """Why a request may not be sent now, or None when it may.

    `whose` begins the sentence: `Scope.words`. `tokens` is what the prompt is expected to have,
    `dollars` (US) what it then costs. The Problem says which limit it is, what was used of it, and
    when it is free again.
    """
    most, sent = limits.requests_per_minute, len(spent.recent)
    if most is not None and sent >= most:
        wait = max(1, math.ceil(MINUTE - spent.recent[sent - most])) if most else None
        return _refusal(
            f"{whose} can send {counted(most, 'request')} a minute. "
            f"{sent:,} were sent in the last minute.",
            f"Wait {wait} s." if wait else ASK,
        )
    moment = now or datetime.now(UTC)
    first = _next_month(moment)
    day, month = f"midnight UTC, in {span(midnight(moment))}", f"{first.day} {first:%B} (UTC)"
    for period, until, most_tokens, used_tokens, most_dollars, used_dollars in (
        ("day", day, limits.tokens_per_day, spent.tokens, limits.dollars_per_day, spent.dollars),
        ("month", month, limits.tokens_per_month, spent.month_tokens,
         limits.dollars_per_month, spent.month_dollars),
    ):  # fmt: skip
        if most_tokens is not None and _is_over(used_tokens, tokens, most_tokens):
            return _refusal(
                f"{whose} can use {most_tokens:,} tokens a {period}. {used_tokens:,} have been "
                "used" + (f", and this prompt has about {tokens:,}." if tokens else "."),
                f"Send less, or wait until {until}.",
            )
        if most_dollars is not None and _is_over(used_dollars, dollars, most_dollars):
            return _refusal(
                f"{whose} can spend {money(most_dollars, 2)} a {period}. "
                f"The estimate so far is {money(used_dollars, 2)}"
                + (f", and this prompt costs about {money(dollars)}." if dollars else "."),
                f"Wait until {until}, or use the local emulator.",
            )
    return None


def midnight(now: datetime) -> timedelta:
    """How long it is until the day ends (UTC)."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1) - now


def month_end(now: datetime) -> timedelta:
    """How long it is until the month ends (UTC)."""
    return _next_month(now) - now


def _next_month(now: datetime) -> datetime:
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def _is_over(used: float, more: float, most: float) -> bool:
    return used >= most or used + more > most


def _refusal(cause: str, remedy: str) -> Problem:
    return Problem("limit", "Not sent: a limit is reached", cause, remedy)
