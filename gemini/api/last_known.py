"""The last known value of something on the network, refreshed beside whoever asks for it.

Nothing that is drawn may wait for a server: `look()` gives at once what is known. Only where
nothing ever was does it wait, a moment, for the first answer.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

FIRST_WAIT = 0.8  # seconds from the first request on; later ones are not waited for
FRESH = 600.0  # seconds a value is good for
FAILED = 30.0  # seconds a failure is remembered, before the server is asked again


class LastKnown(Generic[T]):
    """What `fetch` returned last; `first` is known from an earlier process, or None."""

    def __init__(self, fetch: Callable[[], T], first: T | None = None) -> None:
        self._fetch = fetch
        self._value = first
        self._error: Exception | None = None
        self._until = 0.0  # when to ask again, on the monotonic clock
        self._wait_until = 0.0 if first is not None else None
        self._asking: threading.Event | None = None
        self._lock = threading.Lock()

    def look(self) -> tuple[T | None, Exception | None, bool]:
        """The last value, None while there is none; why the last attempt failed if it did; and
        whether another answer is on its way."""
        with self._lock:
            now = time.monotonic()
            if self._asking is None and now >= self._until:
                self._asking = threading.Event()
                threading.Thread(
                    target=self._refresh, args=[self._asking], name="last-known", daemon=True
                ).start()
            if self._wait_until is None:
                self._wait_until = now + FIRST_WAIT
            asking, wait = self._asking, self._wait_until - now
        if asking and wait > 0:
            asking.wait(wait)
        with self._lock:
            return self._value, self._error, self._asking is not None

    @property
    def asking(self) -> bool:
        """Whether an answer is on its way."""
        return self._asking is not None

    def forget(self) -> None:
        """Ask anew at the next `look()`, which waits a moment for the answer."""
        with self._lock:
            self._until, self._error, self._wait_until = 0.0, None, None

    def _refresh(self, asking: threading.Event) -> None:
        value, error = None, None
        try:
            value = self._fetch()
        except Exception as failure:  # remembered, and told to whoever reads
            error = failure
        with self._lock:
            if error is None:
                self._value = value
            self._error = error
            self._until = time.monotonic() + (FAILED if error else FRESH)
            self._asking = None
        asking.set()
