"""Where the history is kept: a file in the user's own folder, or a database with an address."""

import os
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

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
            "DATABASE_URL is not a database's address. "
            "Write it like postgresql://user:password@host/name."
        ) from error
    if parsed.drivername not in DRIVERS:
        raise HistoryError(
            f"The history can be kept in SQLite or PostgreSQL; DATABASE_URL names "
            f"{parsed.drivername}. Leave it empty for a file in {data_folder()}."
        )
    if parsed.drivername == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise HistoryError("DATABASE_URL names no file. Write it like sqlite:////folder/history.db")
    return parsed.set(drivername=DRIVERS[parsed.drivername])


def _make_private_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise HistoryError(
            f"The folder {folder} cannot be made: {error.strerror}. "
            f"Set {FOLDER_VARIABLE} to a folder that can be written."
        ) from error
