"""Limits that stop a request before it is sent: how many a minute, how much a day.

From the environment, for everyone together and for each session:

    PLAYGROUND_LIMIT_REQUESTS_PER_MINUTE    PLAYGROUND_SESSION_LIMIT_REQUESTS_PER_MINUTE
    PLAYGROUND_LIMIT_TOKENS_PER_DAY         PLAYGROUND_SESSION_LIMIT_TOKENS_PER_DAY
    PLAYGROUND_LIMIT_DOLLARS_PER_DAY        PLAYGROUND_SESSION_LIMIT_DOLLARS_PER_DAY

A day is one of UTC. Tokens are `total_token_count`. Money counts where a price is known.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from gemini.problems import Problem

MINUTE = 60.0  # seconds


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


def limits_from(environ: Mapping[str, str], *, session: bool) -> Limits:
    """The limits for each session, or for everyone together.

    Raises:
        LimitError: a variable is not a number of zero or more.
    """
    prefix = "PLAYGROUND_SESSION_LIMIT_" if session else "PLAYGROUND_LIMIT_"
    requests = _number(environ, prefix + "REQUESTS_PER_MINUTE")
    tokens = _number(environ, prefix + "TOKENS_PER_DAY")
    dollars = _number(environ, prefix + "DOLLARS_PER_DAY")
    return Limits(
        None if requests is None else int(requests),
        None if tokens is None else int(tokens),
        dollars,
    )


def check(limits: Limits, spent: Spent, whose: str, tokens: int = 0) -> Problem | None:
    """Why a request may not be sent now, or None when it may.

    `whose` begins the sentence: "This session" or "This playground". `tokens` is what the prompt
    is expected to have.
    """
    most = limits.requests_per_minute
    if most is not None and len(spent.recent) >= most:
        wait = MINUTE - spent.recent[len(spent.recent) - most] if most else None
        return _refusal(
            f"{whose} may send {most:,} requests a minute, and has.",
            f"Wait {math.ceil(wait)} s." if wait else "Ask whoever runs the playground.",
            wait,
        )
    if limits.tokens_per_day is not None and _is_over(spent.tokens, tokens, limits.tokens_per_day):
        return _refusal(
            f"{whose} may use {limits.tokens_per_day:,} tokens a day. "
            f"{spent.tokens:,} are used"
            + (f", and this prompt has about {tokens:,}." if tokens else "."),
            "Send less, or wait until midnight UTC.",
        )
    if limits.dollars_per_day is not None and spent.dollars >= limits.dollars_per_day:
        return _refusal(
            f"{whose} may spend ${limits.dollars_per_day:,.2f} a day, and has.",
            "Wait until midnight UTC, or use the local emulator.",
        )
    return None


def _is_over(used: int, more: int, most: int) -> bool:
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
