"""The local emulator of this process. Where a key is set it is started when somebody chooses it.

`app.py` says how it is started and ends it; its address goes into `EMULATOR_URL`.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Protocol

from gemini.api.last_known import FAILED

URL_VARIABLE = "EMULATOR_URL"
ENGINE_VARIABLE = "EMULATOR_ENGINE"
MODEL_VARIABLE = "EMULATOR_MODEL"  # what answers where another server does

log = logging.getLogger(__name__)


class Started(Protocol):
    """An emulator that runs."""

    url: str
    engine: str
    model: str

    @property
    def running(self) -> bool: ...

    def close(self) -> None: ...


class LocalEmulator:
    """Starts an emulator once, beside whoever waits for it. `trouble` says why it could not be."""

    def __init__(self) -> None:
        self.trouble = ""
        self._start: Callable[[], Started] | None = None
        self._started: Started | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._again_at = 0.0

    def provide(self, start: Callable[[], Started]) -> None:
        """From now on it can be started, by this."""
        self._start = start

    @property
    def offered(self) -> bool:
        """Whether there is one, or can be."""
        return self._start is not None or URL_VARIABLE in os.environ

    @property
    def usable(self) -> bool:
        """Whether one runs: started here, or elsewhere, which is believed."""
        return self._started.running if self._started else URL_VARIABLE in os.environ

    @property
    def starting(self) -> bool:
        """Whether it is on its way."""
        return self._thread is not None and self._thread.is_alive()

    def begin(self) -> None:
        """Start it, unless it runs, is on its way, or has failed a moment ago.

        One that has died, for want of memory say, is started again.
        """
        with self._lock:
            if self._started is not None and not self._started.running:
                log.error("The local emulator has ended. It is started again.")
                self._let_go()
            due = time.monotonic() >= self._again_at
            if URL_VARIABLE in os.environ or self._start is None or self.starting or not due:
                return
            self._thread = threading.Thread(target=self._run, name="emulator-start", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Wait until it is there, or has failed."""
        if self._thread is not None:
            self._thread.join()

    def close(self) -> None:
        """End the one that was started here."""
        self.wait()
        self._start = None
        self._let_go()

    def _let_go(self) -> None:
        started, self._started = self._started, None
        if started is not None:
            for name in (URL_VARIABLE, ENGINE_VARIABLE, MODEL_VARIABLE):
                os.environ.pop(name, None)
            started.close()

    def _run(self) -> None:
        assert self._start is not None
        try:
            self._started = self._start()
        except Exception as error:  # whatever it is, the app goes on without
            self.trouble = str(error)
            self._again_at = time.monotonic() + FAILED
            log.error("The local emulator couldn't be started: %s", error)
            return
        self.trouble = ""
        os.environ |= {
            ENGINE_VARIABLE: self._started.engine,
            MODEL_VARIABLE: self._started.model,
            URL_VARIABLE: self._started.url,
        }


emulator = LocalEmulator()
"""The one of this process."""
