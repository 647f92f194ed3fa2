"""Where the requests of a process leave, one at a time, so that no two pass where one may.

The history hears of a request only after it was let through, and of what it used as it comes. Until
a request has ended, what it takes at least is known here: that it is one, and its prompt.

Not covered: another process at the same database sees what this one has on its way only when it is
written; the answer of a request counts as it comes, so those that run at once can pass the limit by
as much as they write; and a prompt is estimated, as `gemini.models.tokens.estimate` does it, its
price known for text models only. Calls that are not asked of a model count as requests.
"""

import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gemini.api.problems import Problem
from gemini.history.limits import MINUTE, NO_LIMITS, PERSON, PLAYGROUND, Limits, Spent, check
from gemini.run import Run

Price = Callable[[Run], float | None]
"""What a run costs in US dollars by its usage; None where that isn't known."""

SpentOf = Callable[[str | None, Collection[str]], Spent]
"""What an owner, or everyone (None), has used, without the tokens and dollars of these runs."""


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


def _running(reserved: Reserved) -> Run | None:
    run = reserved.run()
    return run if run is not None and run.outcome == "running" else None


def _tokens(run: Run) -> int:
    return run.usage.get("total_token_count") or 0
