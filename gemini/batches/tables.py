"""The tables that batch jobs were made from, kept until their results are there.

The API keeps the results and not the table they belong to. It lies in a folder of this machine; or
where several processes share a database, in that.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from gemini.batches.inputs import RequestFile
from gemini.batches.plan import BatchPlan, Table
from gemini.history.engine import HistoryError
from gemini.history.store import HistoryStore

DAYS = 60.0  # that a table is kept
DAY = 24 * 3600.0  # seconds


class TablesError(Exception):
    """A table can't be kept or removed. Its text says why, as the end of a sentence."""


class Tables(Protocol):
    """What is kept for each owner. Those of others are as good as none."""

    def keep(self, owner: str, job: str, table: Table) -> None:
        """Keep the table of a job; those that have grown old are removed.

        Raises:
            TablesError: it can't be written.
        """
        ...

    def find(self, owner: str, job: str) -> Table | None:
        """The table of a job; None where none is kept, or it can't be read."""
        ...

    def forget(self, owner: str, job: str | None = None) -> None:
        """Remove the table of a job, or all of an owner.

        Raises:
            TablesError: one of them can't be removed.
        """
        ...


class FolderTables:
    """Tables as files. The folder is made when the first one is kept.

    A folder an owner and a file a job, named by hashes of whose it is and of the job's name, so
    that nobody comes upon another one's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, owner: str, job: str, table: Table) -> None:
        path = self._path(owner, job)
        text = json.dumps(table.to_json(), ensure_ascii=False)
        with _in_words():
            for folder in (self._folder, path.parent):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for old in self._folder.rglob("*.json"):
                if time.time() - old.stat().st_mtime > DAYS * DAY:
                    old.unlink(missing_ok=True)
            path.write_text(text, encoding="utf-8")

    def find(self, owner: str, job: str) -> Table | None:
        try:
            return _table_in(json.loads(self._path(owner, job).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return None

    def forget(self, owner: str, job: str | None = None) -> None:
        paths = self._of(owner).glob("*.json") if job is None else [self._path(owner, job)]
        with _in_words():
            for path in paths:
                path.unlink(missing_ok=True)

    def _of(self, owner: str) -> Path:
        return self._folder / _digest(owner)

    def _path(self, owner: str, job: str) -> Path:
        return self._of(owner) / f"{_digest(job)}.json"


class StoredTables:
    """Tables beside the runs. `history_of` gives an owner's part of the history."""

    def __init__(self, history_of: Callable[[str], HistoryStore]) -> None:
        self._history_of = history_of

    def keep(self, owner: str, job: str, table: Table) -> None:
        with _in_words():
            self._history_of(owner).keep_batch_table(job, table.to_json(), DAYS)

    def find(self, owner: str, job: str) -> Table | None:
        try:
            data = self._history_of(owner).batch_table(job)
            return None if data is None else _table_in(data)
        except (HistoryError, ValueError):
            return None

    def forget(self, owner: str, job: str | None = None) -> None:
        with _in_words():
            self._history_of(owner).forget_batch_tables(job)


def _table_in(data: Any) -> Table:
    whole = isinstance(data, dict) and "lines" in data
    return (RequestFile if whole else BatchPlan).from_json(data)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TablesError(f"{error.strerror}.") from error
    except HistoryError as error:
        raise TablesError(str(error)) from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
