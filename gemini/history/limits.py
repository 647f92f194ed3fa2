"""Limits that stop a request before it is sent: how many a minute, how much a day.

From the environment, for everyone together and for each person:

    PLAYGROUND_LIMIT_REQUESTS_PER_MINUTE    PLAYGROUND_SESSION_LIMIT_REQUESTS_PER_MINUTE
    PLAYGROUND_LIMIT_TOKENS_PER_DAY         PLAYGROUND_SESSION_LIMIT_TOKENS_PER_DAY
    PLAYGROUND_LIMIT_DOLLARS_PER_DAY        PLAYGROUND_SESSION_LIMIT_DOLLARS_PER_DAY

A person is whoever signed in, or this machine's user; where others can reach the server and nobody
signs in, it is a session, and a reload makes a new one. A day is one of UTC. Tokens are
`total_token_count`. Money counts where a price is known.

The requests of a process pass a `Gate` one at a time, so that no two pass where one may. The
history hears of a request only after it was let through, and of what it used as it comes. Until a
request has ended, what it takes at least is known here: that it is one, and its prompt.

Not covered: another process at the same database sees what this one has on its way only when it is
written; the answer of a request counts as it comes, so those that run at once can pass the limit by
as much as they write; and a prompt is estimated, as `gemini.models.estimate` does it, its
price known for text models only. Calls that are not asked of a model count as requests.
"""

import math
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from gemini.api.problems import Problem
from gemini.format import counted, money, span
from gemini.run import Run

MINUTE = 60.0  # seconds
ASK = "Ask whoever runs the playground."
PERSON, PLAYGROUND = "You", "This playground"


class VariableError(ValueError):
    """A variable of the environment that can't be understood. Its text names it."""


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


Price = Callable[[Run], float | None]
"""What a run costs in US dollars by its usage; None where that is unknown."""

SpentOf = Callable[[str | None, Collection[str]], Spent]
"""What an owner, or everyone (None), has used, without the tokens and dollars of these runs."""


def limits_from(environ: Mapping[str, str], *, person: bool) -> Limits:
    """The limits for each person, or for everyone together.

    Raises:
        VariableError: a variable is not a number of zero or more.
    """
    prefix = "PLAYGROUND_SESSION_LIMIT_" if person else "PLAYGROUND_LIMIT_"
    requests = number_in(environ, prefix + "REQUESTS_PER_MINUTE")
    tokens = number_in(environ, prefix + "TOKENS_PER_DAY")
    dollars = number_in(environ, prefix + "DOLLARS_PER_DAY")
    return Limits(
        None if requests is None else int(requests),
        None if tokens is None else int(tokens),
        dollars,
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

    `whose` begins the sentence: PERSON or PLAYGROUND. `tokens` is what the prompt is expected to
    have, `dollars` (US) what it then costs. The Problem says which limit it is, what was used of
    it, and when it is free again.
    """
    most, sent = limits.requests_per_minute, len(spent.recent)
    if most is not None and sent >= most:
        wait = max(1, math.ceil(MINUTE - spent.recent[sent - most])) if most else None
        return _refusal(
            f"{whose} can send {counted(most, 'request')} a minute. "
            f"{sent:,} were sent in the last minute.",
            f"Wait {wait} s." if wait else ASK,
        )
    until = midnight(now or datetime.now(UTC))
    if limits.tokens_per_day is not None and _is_over(spent.tokens, tokens, limits.tokens_per_day):
        return _refusal(
            f"{whose} can use {limits.tokens_per_day:,} tokens a day. {spent.tokens:,} have been "
            "used" + (f", and this prompt has about {tokens:,}." if tokens else "."),
            f"Send less, or wait until midnight UTC, in {span(until)}.",
        )
    allowed = limits.dollars_per_day
    if allowed is not None and _is_over(spent.dollars, dollars, allowed):
        return _refusal(
            f"{whose} can spend {money(allowed, 2)} a day. "
            f"The estimate so far is {money(spent.dollars, 2)}"
            + (f", and this prompt costs about {money(dollars)}." if dollars else "."),
            f"Wait until midnight UTC, in {span(until)}, or use the local emulator.",
        )
    return None


def midnight(now: datetime) -> timedelta:
    """How long it is until the day ends (UTC)."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1) - now


@dataclass(frozen=True)
class Reserved:
    """What a request on its way takes at least: its prompt. The run is another's to keep."""

    run: weakref.ref[Run]
    owner: str
    tokens: int
    dollars: float


class Gate:
    """Lets requests through, and remembers those of the last minute and those on their way.

    `price` says what a run costs. May be asked from any thread.
    """

    def __init__(self, price: Price) -> None:
        self._price = price
        self._lock = threading.Lock()
        self._sent: deque[tuple[float, str]] = deque()  # time.monotonic(), owner
        self._under_way: list[Reserved] = []

    def admit(
        self,
        owner: str,
        limits: Mapping[str, Limits],
        spent: SpentOf,
        run: Run | None = None,
        tokens: int = 0,
    ) -> Problem | None:
        """Why a request may not be sent now; None when it may, and it counts as sent then.

        `limits` are those of PERSON and of PLAYGROUND. `tokens` is what the prompt of `run` is
        expected to have: they count until the run's outcome is no longer "running", or nobody has
        the run any more. Without a `run` it counts as a request only.
        """
        dollars = self._prompt_dollars(run, tokens) if run else 0.0
        with self._lock:
            self._forget()
            for whose, of in ((PERSON, owner), (PLAYGROUND, None)):
                known = self._known(spent, of) if limits[whose] != NO_LIMITS else Spent()
                if problem := check(limits[whose], known, whose, tokens, dollars):
                    return problem
            self._sent.append((time.monotonic(), owner))
            if run is not None:
                self._under_way.append(Reserved(weakref.ref(run), owner, tokens, dollars))
        return None

    def _forget(self) -> None:
        """Let go of requests that left over a minute ago, and of runs that have ended."""
        now = time.monotonic()
        while self._sent and now - self._sent[0][0] >= MINUTE:
            self._sent.popleft()
        self._under_way = [each for each in self._under_way if _running(each)]

    def _known(self, spent: SpentOf, owner: str | None) -> Spent:
        """What is used and what is on its way; each run is counted in one of the two.

        Which runs are on their way is settled before the history is asked: one that ends in
        between is left out there, and counts here with all it used.
        """
        runs = [
            (run, each)
            for each in self._under_way
            if owner in (each.owner, None) and (run := _running(each))
        ]
        used = spent(owner, [run.id for run, _ in runs])
        today = datetime.now(UTC).date()  # the history counts a run on the day it began
        runs = [(run, each) for run, each in runs if run.created.astimezone(UTC).date() == today]
        tokens = sum(max(each.tokens, _tokens(run)) for run, each in runs)
        dollars = sum(max(each.dollars, self._price(run) or 0.0) for run, each in runs)
        now = time.monotonic()
        ages = tuple(now - at for at, of in self._sent if owner in (of, None))
        return replace(
            used,
            recent=max(used.recent, ages, key=len),
            tokens=used.tokens + tokens,
            dollars=used.dollars + dollars,
        )

    def _prompt_dollars(self, run: Run, tokens: int) -> float:
        """What a prompt of so many tokens costs, its answer apart."""
        return self._price(replace(run, usage={"prompt_token_count": tokens})) or 0.0


def _is_over(used: float, more: float, most: float) -> bool:
    return used >= most or used + more > most


def _refusal(cause: str, remedy: str) -> Problem:
    return Problem("limit", "Not sent: a limit is reached", cause, remedy)


def _running(reserved: Reserved) -> Run | None:
    run = reserved.run()
    return run if run is not None and run.outcome == "running" else None


def _tokens(run: Run) -> int:
    return run.usage.get("total_token_count") or 0
