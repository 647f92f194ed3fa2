"""The tables of jobs that were started here, kept as files until their results are there.

The API keeps the results and not the table they belong to. A file a job, named by a hash of whose
it is and of the job's name, so that nobody comes upon another one's.
"""

import hashlib
import json
import time
from pathlib import Path

from gemini.batches.plan import Plan

LONGEST = 60 * 24 * 3600.0  # seconds that a table is kept


class Tables:
    """The tables in a folder, made when the first one is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, owner: str, job: str, plan: Plan) -> None:
        """Keep the table of a job; those that have grown old are removed.

        Raises:
            OSError: the folder can't be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in self._folder.glob("*.json"):
            if time.time() - path.stat().st_mtime > LONGEST:
                path.unlink(missing_ok=True)
        text = json.dumps(plan.to_json(), ensure_ascii=False)
        self._path(owner, job).write_text(text, encoding="utf-8")

    def find(self, owner: str, job: str) -> Plan | None:
        """The table of a job; None where none is kept."""
        try:
            return Plan.from_json(json.loads(self._path(owner, job).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return None

    def forget(self, owner: str, job: str) -> None:
        """Remove the table of a job."""
        self._path(owner, job).unlink(missing_ok=True)

    def _path(self, owner: str, job: str) -> Path:
        digest = hashlib.sha256(f"{owner}\n{job}".encode()).hexdigest()
        return self._folder / f"{digest}.json"
