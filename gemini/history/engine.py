"""The history's database: where it is, how it is set up, and how it is brought forward.

It is a file in the user's own folder, or a database with an address; in either reading never waits
for writing.
"""

import logging
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from gemini.history.schema import VERSION

log = logging.getLogger(__name__)

FOLDER_VARIABLE = "PLAYGROUND_DATA_DIR"
FILE_NAME = "history.db"

DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",  # as hosting services write it
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgresql+psycopg2": "postgresql+psycopg",  # other drivers for the same server
    "postgresql+asyncpg": "postgresql+psycopg",
    "postgresql+pg8000": "postgresql+psycopg",
}
"""What may stand before `://`, and the SQLAlchemy dialect and driver that serve it.

Others are left out: full-text search, `RETURNING`, and texts and media of any length without a
limit in the schema are what these two have in common, each in its own way.
"""

CONNECT_SECONDS = 5  # a server that doesn't pick up isn't waited for
BUSY_SECONDS = 10  # another process may be writing
PAGES_AT_ONCE = 5000  # given back in one transaction; others wait meanwhile
PAGES_MERGED = 500  # of the full-text index, in one transaction
MERGING_SECONDS = 2.0  # whoever deletes waits for it
CONNECTED = {  # by libpq's names: a server that is gone without a word is noticed in 15 seconds
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 2,
    "tcp_user_timeout": 15_000,  # milliseconds
}
POOL = {"pool_size": 10, "max_overflow": 40, "pool_timeout": 10}
INCREMENTAL = 2  # of PRAGMA auto_vacuum; a file that somebody else has made may have another

SQLITE_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",  # with WAL: a kill loses nothing, a power cut the last commits
    f"busy_timeout = {BUSY_SECONDS * 1000}",
    "foreign_keys = ON",
    "cache_size = -16000",  # kilobytes; the full-text index is merged in it
    "secure_delete = ON",  # what is deleted is overwritten
)

LOCK = 0x47454D48  # any number, the same for all: one process migrates, the others wait


class HistoryError(Exception):
    """The history can't be opened or written. Its text says why, and what to do."""


def data_folder() -> Path:
    """PLAYGROUND_DATA_DIR, or the folder this platform keeps a user's data in."""
    given = os.environ.get(FOLDER_VARIABLE, "").strip()
    return Path(given).expanduser() if given else user_data_path("gemini-playground")


def database_url(url: str | None, folder: Path | None = None) -> URL:
    """The address of the database: `url`, or an SQLite file in `folder` (default: `data_folder`).

    A folder that isn't there is made, readable by its user only.

    Raises:
        HistoryError: the URL is none, names a database that is not supported or no file, or the
            folder can't be made.
    """
    if not url:
        place = folder or data_folder()
        _make_private_folder(place)
        return URL.create("sqlite", database=str(place / FILE_NAME))
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise HistoryError(
            "DATABASE_URL isn't a database URL. Write it like postgresql://user:password@host/name."
        ) from error
    if parsed.drivername not in DRIVERS:
        raise HistoryError(
            f"The history can be stored in SQLite or PostgreSQL; DATABASE_URL names "
            f"{parsed.drivername}. Leave it empty for a file in {data_folder()}."
        )
    if parsed.drivername == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise HistoryError("DATABASE_URL names no file. Write it like sqlite:////folder/history.db")
    return parsed.set(drivername=DRIVERS[parsed.drivername])


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
                connect_args=CONNECTED,
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
        log.info("Disk space wasn't given back: %s", error)


def migrate(engine: Engine, to: str = "head") -> None:
    """Run the migrations that are missing, all in one transaction.

    Raises:
        HistoryError: the database is of a newer version than this program.
    """
    if to == "head" and schema_version(engine) == VERSION:
        return
    from alembic import command  # only when there is something to do: it takes half a second
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", "gemini.history:migrations")
    config.set_main_option("path_separator", "os")
    with for_writing(engine).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, to)
        except CommandError as error:
            other = (
                f"set {FOLDER_VARIABLE} to another folder"
                if engine.dialect.name == "sqlite"
                else "name another database in DATABASE_URL"
            )
            raise HistoryError(
                "The history was written by a newer version of the playground. "
                f"Update the playground, or {other}."
            ) from error


def schema_version(engine: Engine) -> str | None:
    """The revision a database is at; None for one that has none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _make_private_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise HistoryError(
            f"The folder {folder} can't be created: {error.strerror}. "
            f"Set {FOLDER_VARIABLE} to a folder that can be written to."
        ) from error


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
            f"The history's file {path} can't be written: {error.strerror}. Set "
            "PLAYGROUND_DATA_DIR to a folder that can be."
        ) from error
