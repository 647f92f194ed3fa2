"""Has one script work at a time: of many who ask at once, the first are answered first.

Python's threads share its lock evenly. Of thirty scripts that begin together each would be done at
the end only, and until then the loops that read the answers and send what is drawn would get a
thirtieth of the time. Here they work one after the other, from what a prompt's callback does until
its script waits for the answer. While any `prompts_wait`, answers that have begun are not read on.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

STREAM_TURN = 0.001  # seconds
PROMPTS_FIRST, LOOK_EVERY = 0.3, 0.005  # seconds that a stream waits at most, and looks
AT_ONCE = 1  # with two, thirty who ask at once wait twice as long in the median
LONGEST_WAIT = 1.0  # seconds; somebody whose script takes so long must not hold up the others

_free = threading.Semaphore(AT_ONCE)
_waiting: set[object] = set()  # those who have no place yet
_streams: set["StreamTurn"] = set()  # of those that have brought something, until they end
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


class StreamTurn:
    """The turn of a stream among all that go on. Each is of one loop's."""

    def __init__(self) -> None:
        self._ends = 0.0  # by the clock of `time.monotonic`

    async def give_way(self) -> None:
        """Let prompts that wait be sent, and then the other streams have their turn.

        Thirty streams may bring more than Python can read: what is read of one that has begun then
        keeps others from their first words. So each reads for `STREAM_TURN` and rests for as long
        as all others take for that, in which more chunks come, to be read in one go.
        """
        _streams.add(self)
        until = time.monotonic() + PROMPTS_FIRST
        while prompts_wait() and time.monotonic() < until:
            await asyncio.sleep(LOOK_EVERY)
        if time.monotonic() > self._ends:
            await asyncio.sleep(STREAM_TURN * (len(_streams) - 1))
            self._ends = time.monotonic() + STREAM_TURN

    def leave(self) -> None:
        """The stream has ended: nobody rests for it any more."""
        _streams.discard(self)
