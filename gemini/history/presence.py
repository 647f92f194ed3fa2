"""Which writers are alive: a lock that each holds, and that falls when its process ends, however.

An answer that stands as "running" with a writer that is gone was cut; one of a living writer, be it
another process on the same database, must be left alone.
"""

import secrets
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

# The server finds out within a minute that the machine at the other end is gone, not in hours.
KEEPALIVES = (
    "tcp_keepalives_idle = 30",
    "tcp_keepalives_interval = 10",
    "tcp_keepalives_count = 3",
)


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
