"""The tables of jobs that were started here, kept as files until their results are there.

The API keeps the results and not the table they belong to. A folder an owner and a file a job,
named by hashes of whose it is and of the job's name, so that nobody comes upon another one's.
"""

import hashlib
import json
import time
from pathlib import Path

from gemini.batches.plan import BatchPlan
from gemini.batches.requests import RequestFile

LONGEST = 60 * 24 * 3600.0  # seconds that a table is kept

Table = BatchPlan | RequestFile
"""What a job was made from: a prompt and its rows, or whole requests."""


class Tables:
    """The tables in a folder, made when the first one is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, owner: str, job: str, table: Table) -> None:
        """Keep the table of a job; those that have grown old are removed.

        Raises:
            OSError: the folder can't be written.
        """
        path = self._path(owner, job)
        for folder in (self._folder, path.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in self._folder.rglob("*.json"):
            if time.time() - old.stat().st_mtime > LONGEST:
                old.unlink(missing_ok=True)
        text = json.dumps(table.to_json(), ensure_ascii=False)
        path.write_text(text, encoding="utf-8")

    def find(self, owner: str, job: str) -> Table | None:
        """The table of a job; None where none is kept."""
        try:
            data = json.loads(self._path(owner, job).read_text(encoding="utf-8"))
            whole = isinstance(data, dict) and "lines" in data
            return (RequestFile if whole else BatchPlan).from_json(data)
        except (OSError, ValueError):
            return None

    def forget(self, owner: str, job: str) -> None:
        """Remove the table of a job."""
        self._path(owner, job).unlink(missing_ok=True)

    def forget_all(self, owner: str) -> None:
        """Remove all tables of an owner.

        Raises:
            OSError: one of them can't be removed.
        """
        for path in self._of(owner).glob("*.json"):
            path.unlink(missing_ok=True)

    def _of(self, owner: str) -> Path:
        return self._folder / _digest(owner)

    def _path(self, owner: str, job: str) -> Path:
        return self._of(owner) / f"{_digest(job)}.json"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
