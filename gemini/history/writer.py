"""The one thread that writes, and the lock by which others know that it is alive.

All else hands it work and goes on. The lock falls when the writer's process ends, however: an
answer that stands as "running" with a writer that is gone was cut; one of a living writer, be it
another process on the same database, must be left alone.
"""

import logging
import queue
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from gemini.history.engine import HistoryError, for_writing

T = TypeVar("T")
log = logging.getLogger(__name__)
Work = Callable[[Connection], Any]
Job = tuple[Work | None, Future[Any]]
"""Work and its result; without work only `tick` is called, and then the future is done."""

SETTLING = 5.0  # seconds after which nobody waits any longer
# The server finds out within a minute that the machine at the other end is gone, not in hours.
KEEPALIVES = (
    "tcp_keepalives_idle = 30",
    "tcp_keepalives_interval = 10",
    "tcp_keepalives_count = 3",
)


@contextmanager
def in_words() -> Iterator[None]:
    """Have whatever a database says when it is down, locked, full or damaged be a sentence.

    Raises:
        HistoryError: it is.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise HistoryError(f"The history's database fails: {reason(error)}.") from error


def reason(error: Exception) -> str:
    """What a database or the system said, in a line, or the kind of the error: nobody's text."""
    if isinstance(error, sqlite3.Error):
        return str(error)
    if isinstance(error, DBAPIError):
        return str(error.orig).strip().partition("\n")[0] or type(error.orig).__name__
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


class Writer:
    """Runs work in transactions of its own, one after another.

    `tick(writer)` is called after each piece of work, when woken, and when the seconds are over
    that it returned the last time: it looks after what has to be written on time.
    """

    def __init__(self, engine: Engine, tick: Callable[["Writer"], float]) -> None:
        self._engine = for_writing(engine)
        self._tick = tick
        self._jobs: queue.Queue[Job | float | None] = queue.Queue()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="history-writer", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Run `work(connection)` in a transaction, soon."""
        future: Future[T] = Future()
        if self._closed.is_set():
            future.set_exception(RuntimeError("the history is closed"))
        else:
            self._jobs.put((work, future))
        return future

    def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work(connection)` in a transaction, and wait for what it gives.

        Raises:
            HistoryError: the database fails.
        """
        with in_words():
            return self.submit(work).result()

    def transact(self, work: Callable[[Connection], T]) -> T:
        """Run work now, on this thread; for `tick`, and while the writer's thread doesn't run."""
        with self._engine.begin() as connection:
            return work(connection)

    def wake(self) -> "Future[None]":
        """Have `tick` called soon."""
        future: Future[None] = Future()
        self._jobs.put((None, future))
        return future

    def wake_within(self, seconds: float) -> None:
        """Have `tick` called in so many seconds at the latest."""
        self._jobs.put(seconds)

    def settle(self) -> None:
        """Have `tick` called, and wait until it is done; but not for long."""
        with suppress(TimeoutError):
            self.wake().result(SETTLING)

    def close(self) -> None:
        """Do what was handed in, and end. Safe to call twice."""
        if not self._closed.is_set():
            self._closed.set()
            self._jobs.put(None)
        self._thread.join()

    def _serve(self) -> None:
        due = 0.0  # by the clock of `time.monotonic`
        while True:
            try:
                job = self._jobs.get(timeout=max(due - time.monotonic(), 0.0))
            except queue.Empty:
                due = self._next_tick()
                continue
            if job is None:
                return
            if not isinstance(job, tuple):
                due = min(due, time.monotonic() + job)
                continue
            work, future = job
            if work is not None:
                self._do(work, future)
            due = self._next_tick()
            if work is None:
                future.set_result(None)

    def _next_tick(self) -> float:
        """Have `tick` called; gives when it is to be called again."""
        delay = self._tick_safely()
        return time.monotonic() + delay

    def _do(self, work: Work, future: "Future[Any]") -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(self.transact(work))
        except Exception as error:  # whoever asked gets it
            future.set_exception(error)

    def _tick_safely(self) -> float:
        try:
            return self._tick(self)
        except Exception as error:  # nothing may end this thread
            log.error("The history's upkeep failed: %s", reason(error))
            return 1.0


class Presence(Protocol):
    """The lock of this writer, known by `writer`, and a look at those of others."""

    writer: int

    def renew(self) -> None:
        """Take the lock again if it was lost."""
        ...

    def is_gone(self, connection: Connection, writer: int) -> bool:
        """Whether a writer's process has ended."""
        ...

    def leave(self) -> None:
        """Let go of the lock."""
        ...


def announce(engine: Engine) -> Presence:
    """Take a lock as a new writer on this database."""
    if engine.dialect.name == "sqlite":
        assert engine.url.database is not None
        return FilePresence(Path(f"{engine.url.database}-writers"))
    return PostgresPresence(engine)


class FilePresence:
    """Locks on files beside SQLite's own, one a writer."""

    def __init__(self, folder: Path) -> None:
        self.writer = secrets.randbits(62)
        self._folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)
        self._lock = self._lock_of(self.writer)
        self._lock.acquire(blocking=False)

    def renew(self) -> None:
        """The operating system keeps it; nothing to do."""

    def is_gone(self, connection: Connection, writer: int) -> bool:  # noqa: ARG002 (the other's)
        lock = self._lock_of(writer)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        lock.release()
        (self._folder / f"{writer}.lock").unlink(missing_ok=True)
        return True

    def leave(self) -> None:
        self._lock.release()
        (self._folder / f"{self.writer}.lock").unlink(missing_ok=True)
        with suppress(OSError):  # another writer's file is in it
            self._folder.rmdir()

    def _lock_of(self, writer: int) -> FileLock:
        # Never a "soft" lock: that would outlast a killed process.
        path = self._folder / f"{writer}.lock"
        return FileLock(path, thread_local=False, fallback_to_soft=False)


class PostgresPresence:
    """An advisory lock of the server, held by a connection that is kept for it."""

    def __init__(self, engine: Engine) -> None:
        self.writer = secrets.randbits(62)
        self._engine = engine
        self._connection = self._take()

    def renew(self) -> None:
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            self._connection.close()
            self._connection = self._take()

    def is_gone(self, connection: Connection, writer: int) -> bool:
        taken = text("SELECT pg_try_advisory_xact_lock(:writer)")  # until the transaction ends
        return bool(connection.execute(taken, {"writer": writer}).scalar())

    def leave(self) -> None:
        self._connection.close()

    def _take(self) -> Connection:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        for setting in KEEPALIVES:
            connection.execute(text(f"SET {setting}"))
        connection.execute(text("SELECT pg_advisory_lock(:writer)"), {"writer": self.writer})
        return connection
