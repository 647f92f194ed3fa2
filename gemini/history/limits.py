"""Limits that stop a request before it is sent: how many a minute, how much a day.

From the environment, for everyone together and for each person:

    PLAYGROUND_LIMIT_REQUESTS_PER_MINUTE    PLAYGROUND_SESSION_LIMIT_REQUESTS_PER_MINUTE
    PLAYGROUND_LIMIT_TOKENS_PER_DAY         PLAYGROUND_SESSION_LIMIT_TOKENS_PER_DAY
    PLAYGROUND_LIMIT_DOLLARS_PER_DAY        PLAYGROUND_SESSION_LIMIT_DOLLARS_PER_DAY

A person is whoever signed in, or this machine's user; where others can reach the server and nobody
signs in, it is a session, and a reload makes a new one. A day is one of UTC. Tokens are
`total_token_count`. Money counts where a price is known. Requests that run at once are kept from
passing together by `gemini.history.gate`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gemini.api.problems import Problem
from gemini.format import counted

MINUTE = 60.0  # seconds
ASK = "Ask whoever runs the playground."
PERSON, PLAYGROUND = "You", "This playground"


class LimitError(ValueError):
    """A limit that is no number. Its text names the variable."""


@dataclass(frozen=True)
class Limits:
    """At most so much; None: as much as anyone likes."""

    requests_per_minute: int | None = None
    tokens_per_day: int | None = None
    dollars_per_day: float | None = None


NO_LIMITS = Limits()


@dataclass(frozen=True)
class Spent:
    """What was used: the ages in seconds of the last minute's requests, oldest first; today's
    tokens and US dollars."""

    recent: tuple[float, ...] = ()
    tokens: int = 0
    dollars: float = 0.0


def limits_from(environ: Mapping[str, str], *, person: bool) -> Limits:
    """The limits for each person, or for everyone together.

    Raises:
        LimitError: a variable is not a number of zero or more.
    """
    prefix = "PLAYGROUND_SESSION_LIMIT_" if person else "PLAYGROUND_LIMIT_"
    requests = _number(environ, prefix + "REQUESTS_PER_MINUTE")
    tokens = _number(environ, prefix + "TOKENS_PER_DAY")
    dollars = _number(environ, prefix + "DOLLARS_PER_DAY")
    return Limits(
        None if requests is None else int(requests),
        None if tokens is None else int(tokens),
        dollars,
    )


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

    `whose` begins the sentence: PERSON or PLAYGROUND. `tokens` is what the prompt is expected to
    have, `dollars` (US) what it then costs. The Problem says which limit it is, what was used of
    it, and when it is free again.
    """
    most, sent = limits.requests_per_minute, len(spent.recent)
    if most is not None and sent >= most:
        wait = max(1, math.ceil(MINUTE - spent.recent[sent - most])) if most else None
        return _refusal(
            f"{whose} may send {counted(most, 'request')} a minute. "
            f"{sent:,} went out in the last one.",
            f"Wait {wait} s." if wait else ASK,
            wait,
        )
    until = midnight(now or datetime.now(UTC))
    if limits.tokens_per_day is not None and _is_over(spent.tokens, tokens, limits.tokens_per_day):
        return _refusal(
            f"{whose} may use {limits.tokens_per_day:,} tokens a day. {spent.tokens:,} are used"
            + (f", and this prompt has about {tokens:,}." if tokens else "."),
            f"Send less, or wait until midnight UTC, in {_hours(until)}.",
            until.total_seconds(),
        )
    allowed = limits.dollars_per_day
    if allowed is not None and _is_over(spent.dollars, dollars, allowed):
        return _refusal(
            f"{whose} may spend ${allowed:,.2f} a day. About ${spent.dollars:,.2f} are spent"
            + (f", and this prompt costs about ${dollars:,.4f}." if dollars else "."),
            f"Wait until midnight UTC, in {_hours(until)}, or use the local emulator.",
            until.total_seconds(),
        )
    return None


def midnight(now: datetime) -> timedelta:
    """How long it is until the day ends (UTC)."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1) - now


def _hours(left: timedelta) -> str:
    minutes = math.ceil(left.total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def _is_over(used: float, more: float, most: float) -> bool:
    return used >= most or used + more > most


def _refusal(cause: str, remedy: str, wait: float | None = None) -> Problem:
    return Problem("limit", "A limit is reached: not sent", cause, remedy, retry_after=wait)


def _number(environ: Mapping[str, str], name: str) -> float | None:
    text = environ.get(name, "").strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise LimitError(f"{name} must be a number of zero or more, not {text!r}.")
    return number
