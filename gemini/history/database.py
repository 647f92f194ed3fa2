"""The history: opened once for a process; a `HistoryStore` is one owner's part of it."""

import logging
import re
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from gemini.api.problems import Problem
from gemini.history import admission, deletions
from gemini.history.access import Access
from gemini.history.admission import Admission
from gemini.history.engine import HistoryError, database_url, make_engine, migrate, reclaim
from gemini.history.limits import EVERYONE, Price, Rules, Scope, Spent
from gemini.history.operating import Operating
from gemini.history.people import People
from gemini.history.recording import IDLE, RunRecorder, mark_cut
from gemini.history.retention import KEEP_ALL, Retention, apply, stored_bytes
from gemini.history.shares import Shares
from gemini.history.store import HistoryStore
from gemini.history.writer import Writer, announce, in_words, reason
from gemini.run import Run

RETENTION_EVERY = 3600.0  # seconds
LIBPQ = re.compile(r".*failed: (?:FATAL: +)?")  # what it says before the reason

log = logging.getLogger(__name__)


def open_history(
    url: str | None = None,
    data_dir: Path | None = None,
    *,
    retention: Retention = KEEP_ALL,
    price: Price | None = None,
) -> "History":
    """Open the history at an address, or in a folder (default: the user's own); see `location`.

    Its schema is brought forward, and answers that a killed process left are marked as cut.
    `price` says what a run cost.

    Raises:
        HistoryError: it can't be opened; the text says why, and what to do.
    """
    engine = make_engine(database_url(url, data_dir))
    try:
        migrate(engine)
        return History(engine, retention, price)
    except (DBAPIError, OSError) as error:
        engine.dispose()
        raise HistoryError(_why_not(engine, error)) from error
    except HistoryError:
        engine.dispose()
        raise


def _why_not(engine: Engine, error: DBAPIError | OSError) -> str:
    """Why a database can't be opened, and what to do, in two sentences."""
    if engine.dialect.name == "sqlite":
        return (
            f"The history's database can't be used: {reason(error)}. "
            "Check DATABASE_URL or PLAYGROUND_DATA_DIR, and that the file is whole."
        )
    url, why = engine.url, LIBPQ.sub("", reason(error)).rstrip(".")
    at = f"{url.host}:{url.port or 5432}" if url.host else f"the socket {url.query.get('host', '')}"
    return (
        f"The history's database at {at} can't be used: {why}. "
        "It is tried again by itself; check DATABASE_URL."
    )


class History:
    """What is kept, for everyone. Its methods may be called from any thread."""

    def __init__(self, engine: Engine, retention: Retention, price: Price | None) -> None:
        self.retention = retention
        self._engine = engine
        self._price = price
        self._presence = announce(engine)
        self._recorder = RunRecorder(self._presence, self._cost)
        self._upkeep_at = time.monotonic() + IDLE
        self._retention_at = 0.0
        self._deleted = False  # something, since room was given back
        self._writer = Writer(engine, self._tick)
        self._writer.transact(self._mark_cut)
        self._writer.start()
        self._access = Access(engine, self._writer)
        self.people = People(self._access)
        self.shares = Shares(self._access)
        self.operating = Operating(self._access)

    @property
    def trouble(self) -> str | None:
        """Why nothing can be written just now, in a sentence; None when all is well."""
        return self._recorder.trouble

    def check(self) -> None:
        """Ask the database something.

        Raises:
            HistoryError: it doesn't answer. The text says why.
        """
        with in_words(), self._engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def of(self, owner: str = "", author: str = "") -> HistoryStore:
        """An owner's part: all that can be read and changed through it is theirs.

        `author` is who saves prompts in it, where it is several people's.
        """
        return HistoryStore(
            self._engine,
            self._writer,
            self._recorder,
            owner,
            keep=self.retention.keep,
            author=author,
        )

    def admit(
        self, owner: str, rules: Rules, run: Run | None = None, tokens: int = 0
    ) -> Problem | None:
        """Why a request may not be sent now; None when it may, and it counts as sent then.

        `tokens` is what the prompt of `run` is expected to have: they count until the run's use is
        written. Without a run it counts as a request only.

        Raises:
            HistoryError: the database fails; then it isn't known.
        """
        prompt = replace(run, usage={"prompt_token_count": tokens}) if run and tokens else None
        dollars = (self._cost(prompt) or 0.0) if prompt else 0.0
        request = Admission(run.id if run else uuid.uuid4().hex, owner, tokens, dollars)
        if self._recorder.is_behind():
            self._writer.settle()
        return self._writer.run(lambda c: admission.admit(c, request, rules, datetime.now(UTC)))

    def spent(self, scope: Scope = EVERYONE, *, month: bool = False) -> Spent:
        """What was used in a scope today, for `limits.check`; this month too, where asked for."""
        if self._recorder.is_behind():
            self._writer.settle()
        now = datetime.now(UTC)
        return self._access.read(lambda c: admission.spent(c, now, scope, month=month))

    def stored_bytes(self) -> int:
        """About what all runs and media take on disk."""
        with in_words(), self._engine.connect() as connection:
            return stored_bytes(connection)

    def close(self) -> None:
        """Write what has come so far, and end. Answers still being written will count as cut."""
        self._writer.close()
        self._recorder.tick(self._writer, last=True)
        self._presence.leave()
        self._engine.dispose()

    def _tick(self, writer: Writer) -> float:
        """What the writer does between two pieces of work; gives the seconds to the next time."""
        delay = self._recorder.tick(writer)
        now = time.monotonic()
        if now >= self._upkeep_at:
            self._upkeep_at = now + IDLE
            with self._recorder.noting_trouble():
                self._presence.renew()
                writer.transact(self._mark_cut)
                if writer.transact(self._purge):
                    self._deleted, self._retention_at = True, now
        if now >= self._retention_at:
            moment = datetime.now(UTC)
            self._retention_at = now + IDLE  # where it fails
            if writer.transact(lambda c: apply(c, self.retention, moment)):
                self._deleted = True
                self._retention_at = now
                return 0.0
            self._retention_at = now + RETENTION_EVERY
            if self._deleted or self.retention != KEEP_ALL:
                reclaim(self._engine)
                self._deleted = False
        return delay

    def _mark_cut(self, connection: Connection) -> None:
        mark_cut(connection, self._presence, self._cost)

    def _purge(self, connection: Connection) -> int:
        return deletions.purge(connection, datetime.now(UTC) - deletions.UNDONE_WITHIN)

    def _cost(self, run: Run) -> float | None:
        """The price of a run. A price list at fault must not keep the run from being written."""
        try:
            return self._price(run) if self._price else None
        except Exception as error:
            log.warning("A run's price couldn't be found: %s", type(error).__name__)
            return None
