"""Records on disk: `<id>.json` with what is known of each, and its bytes in files beside it."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar


class Record(Protocol):
    """A frozen dataclass that JSON can hold."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> str: ...

    @property
    def created(self) -> float: ...


R = TypeVar("R", bound=Record)


class RecordStore(Generic[R]):
    """All records of one kind, in `folder`; without one in a temporary folder that goes with it.

    `now` tells the time in seconds since 1970. A subclass says what its records are, and the
    suffixes of the files that belong to one.
    """

    kind: ClassVar[type[Any]]
    suffixes: ClassVar[tuple[str, ...]]

    def __init__(self, folder: Path | None = None, now: Callable[[], float] = time.time) -> None:
        self._temporary = folder is None
        self._folder = folder or Path(tempfile.mkdtemp(prefix="gemini-emulator-"))
        self._folder.mkdir(parents=True, exist_ok=True)
        self.now = now
        self._records: dict[str, R] = {}
        self._read()

    def newest(self) -> list[R]:
        """All of them, newest first."""
        return sorted(self._records.values(), key=lambda record: -record.created)

    def delete(self, record_id: str) -> None:
        """Removes one with its bytes; one that isn't there is none to remove."""
        self._records.pop(record_id, None)
        for suffix in (".json", *self.suffixes):
            self._file(record_id, suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """A temporary folder is removed with all that is in it."""
        if self._temporary:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, record: R) -> R:
        self._records[record.id] = record
        text = json.dumps(asdict(record))
        self._file(record.id, ".json").write_text(text, encoding="utf-8")
        return record

    def _file(self, record_id: str, suffix: str) -> Path:
        return self._folder / f"{record_id}{suffix}"

    def _drop(self, is_gone: Callable[[R], bool]) -> None:
        for record in [record for record in self._records.values() if is_gone(record)]:
            self.delete(record.id)

    def _read(self) -> None:
        """What an earlier emulator left in the folder; bytes without a record are removed."""
        for path in self._folder.glob("*.json"):
            try:
                record = self._restored(self.kind(**json.loads(path.read_text(encoding="utf-8"))))
                self._records[record.id] = record
            except (ValueError, TypeError, OSError):
                path.unlink(missing_ok=True)
        for path in self._folder.iterdir():
            if path.suffix in self.suffixes and path.stem not in self._records:
                path.unlink(missing_ok=True)

    def _restored(self, record: R) -> R:
        """A record as it was written, brought up to what is in its files."""
        return record
