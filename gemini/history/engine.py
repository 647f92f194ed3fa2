"""The connection to the database, set up so that reading never waits for writing."""

import logging
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from gemini.history.location import HistoryError

CONNECT_SECONDS = 5  # a server that doesn't pick up isn't waited for
BUSY_SECONDS = 10  # another process may be writing
PAGES_AT_ONCE = 5000  # given back in one transaction; others wait meanwhile
PAGES_MERGED = 500  # of the full-text index, in one transaction
MERGING_SECONDS = 2.0  # whoever deletes waits for it
POOL = {"pool_size": 10, "max_overflow": 40, "pool_timeout": 10}

INCREMENTAL = 2  # of PRAGMA auto_vacuum; a file that somebody else has made may have another

log = logging.getLogger(__name__)

SQLITE_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",  # with WAL: a kill loses nothing, a power cut the last commits
    f"busy_timeout = {BUSY_SECONDS * 1000}",
    "foreign_keys = ON",
    "cache_size = -16000",  # kilobytes; the full-text index is merged in it
    "secure_delete = ON",  # what is deleted is overwritten
)


def make_engine(url: URL) -> Engine:
    """An engine for reading. Parameters are kept out of logs and errors: they are people's texts.

    Raises:
        HistoryError: SQLite's file can't be made, or the database's driver isn't installed.
    """
    if url.get_backend_name() != "sqlite":
        try:
            return create_engine(
                url,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={"connect_timeout": CONNECT_SECONDS},
                **POOL,
            )
        except ImportError as error:
            raise HistoryError(
                f"The driver for {url.get_backend_name()} is missing ({error.name}). "
                "Install it with: pip install -r requirements.txt"
            ) from error
    assert url.database is not None
    _make_private_file(Path(url.database))
    engine = create_engine(url, hide_parameters=True, **POOL)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def for_writing(engine: Engine) -> Engine:
    """The same engine for transactions that write.

    In SQLite they take the lock at their beginning: one that reads first and then wants to write
    fails when another has written in between, however long it is ready to wait.
    """
    return engine.execution_options(writes=True)


def reclaim(engine: Engine) -> None:
    """Give back the room of what was deleted, and leave no copy of it in SQLite's log and index.

    In an index of tens of thousands of runs, which takes long to merge, the rest of its words go
    the next time. PostgreSQL does all that by itself.
    """
    if engine.dialect.name != "sqlite":
        return
    try:
        with closing(engine.raw_connection()) as raw:
            _reclaim_sqlite(raw.cursor())
    except (sqlite3.Error, SQLAlchemyError) as error:  # somebody else is writing: it can wait
        log.info("Room was not given back: %s", error)


def _reclaim_sqlite(cursor: Any) -> None:
    if cursor.execute("SELECT 1 FROM run_texts LIMIT 1").fetchall():
        _merge_index(cursor)
    else:
        cursor.execute("INSERT INTO run_search(run_search) VALUES ('rebuild')")
    if cursor.execute("PRAGMA auto_vacuum").fetchone() == (INCREMENTAL,):
        while cursor.execute("PRAGMA freelist_count").fetchone() != (0,):
            cursor.execute(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})").fetchall()
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _merge_index(cursor: Any) -> None:
    """Make one list of the index's, without what was deleted, a piece in each transaction.

    https://sqlite.org/fts5.html#the_merge_command: a negative number begins, and the end is where
    nothing was written but the command itself.
    """
    until = time.monotonic() + MERGING_SECONDS
    pages, more = -PAGES_MERGED, True
    while more and time.monotonic() < until:
        before = cursor.connection.total_changes
        cursor.execute("INSERT INTO run_search(run_search, rank) VALUES ('merge', ?)", (pages,))
        more = pages < 0 or cursor.connection.total_changes - before >= 2
        pages = PAGES_MERGED


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is said below, not guessed by the driver
    cursor = connection.cursor()
    if cursor.execute("PRAGMA page_count").fetchone() == (0,):  # later it only waits for the lock
        cursor.execute("PRAGMA auto_vacuum = INCREMENTAL")
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _make_private_file(path: Path) -> None:
    """Make the file, if there is none, readable by its user only; SQLite would follow the umask."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise HistoryError(
            f"The history's file {path} cannot be written: {error.strerror}. "
            "Set PLAYGROUND_DATA_DIR to a folder that can."
        ) from error
