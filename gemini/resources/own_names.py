"""The names of what each person made at the API, kept where several people share one key.

The API doesn't tell who made a file, a cached content or a batch. Names only, a line each, in a
file for each owner; the things themselves are the API's to keep.
"""

import hashlib
from pathlib import Path

FOLDER = "own"
MOST = 5000  # names remembered of an owner: the newest


class OwnNames:
    """Names by owner, in a folder. Any thread may add to them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def add(self, owner: str, name: str) -> None:
        """Remember that this owner made it.

        Raises:
            OSError: the folder can't be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._path(owner).open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")

    def of(self, owner: str) -> frozenset[str]:
        """What this owner made, as far as is known."""
        try:
            return frozenset(self._path(owner).read_text("utf-8").splitlines()[-MOST:])
        except OSError:
            return frozenset()

    def _path(self, owner: str) -> Path:
        return self._folder / f"{hashlib.sha256(owner.encode()).hexdigest()}.txt"
