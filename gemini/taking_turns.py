"""Has one script work at a time: of many who ask at once, the first are answered first.

Python's threads share its lock evenly. Of thirty scripts that begin together each would be done at
the end only, and until then the loops that read the answers and send what is drawn would get a
thirtieth of the time. Here they work one after the other, from what a prompt's callback does until
its script waits for the answer. While any `prompts_wait`, answers that have begun are not read on.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 1  # with two, thirty who ask at once wait twice as long in the median
LONGEST_WAIT = 1.0  # seconds; somebody whose script takes so long must not hold up the others

_free = threading.Semaphore(AT_ONCE)
_waiting: set[object] = set()  # those who have no place yet
_own = threading.local()  # `place`: this thread's, until it leaves it, or ends


class _WorkingPlace:
    """A place among those who work. It is free again when nobody has it."""

    def __init__(self) -> None:
        _waiting.add(self)
        self._taken = _free.acquire(timeout=LONGEST_WAIT)
        _waiting.discard(self)

    def __del__(self) -> None:
        if self._taken:
            _free.release()


def prompts_wait() -> bool:
    """Whether a script waits for a place."""
    return bool(_waiting)


def take_turn() -> None:
    """Wait for a place; `in_turn` goes on with it, and gives it back."""
    if getattr(_own, "place", None) is None:
        _own.place = _WorkingPlace()


@contextmanager
def in_turn() -> Iterator[None]:
    """Have a place for the length of the block, but for what `waiting` is around."""
    take_turn()
    try:
        yield
    finally:
        _own.place = None


@contextmanager
def waiting() -> Iterator[None]:
    """Leave the place to others while this script waits, say for an answer, if it has one.

    A script that is interrupted meanwhile doesn't want it back.
    """
    had, _own.place = getattr(_own, "place", None) is not None, None
    yield
    if had:
        take_turn()
