"""Uploaded files on disk: `<id>.bin` with the bytes, `<id>.json` with what is known of them.

Limits: https://ai.google.dev/gemini-api/docs/files (2 GB a file, 20 GB a project, 48 hours).
"""

import base64
import hashlib
import re
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from emulator.errors import ApiError, invalid_argument, invalid_field
from emulator.records import RecordStore
from emulator.timestamps import stamp

LIFETIME = 48 * 3600.0  # seconds
MAX_FILE_BYTES = 2 * 1024**3
MAX_ALL_BYTES = 20 * 1024**3
MAX_DISPLAY_NAME = 512  # characters
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
State = Literal["PROCESSING", "ACTIVE", "FAILED"]


@dataclass(frozen=True)
class FileRecord:
    """What is known of an upload. Times are seconds since 1970; `error` says why it FAILED.

    `size` None and no hash: the bytes are still on their way. A `generated` file was made here,
    and can be downloaded.
    """

    id: str
    mime_type: str
    display_name: str
    created: float
    expires: float
    updated: float
    size: int | None = None
    sha256: str = ""
    state: State = "PROCESSING"
    error: str = ""
    generated: bool = False

    def wire(self, base_url: str) -> dict[str, Any]:
        """The API's `File`; its URI begins with `base_url`, where the client reached us."""
        entry: dict[str, Any] = {
            "name": f"files/{self.id}",
            "mimeType": self.mime_type,
            "sizeBytes": str(self.size or 0),
            "createTime": stamp(self.created),
            "updateTime": stamp(self.updated),
            "expirationTime": stamp(self.expires),
            "uri": f"{base_url}/v1beta/files/{self.id}",
            "state": self.state,
            "source": "GENERATED" if self.generated else "UPLOADED",
        }
        if self.generated:
            entry["downloadUri"] = f"{base_url}/v1beta/files/{self.id}:download?alt=media"
        if self.display_name:
            entry["displayName"] = self.display_name
        if self.sha256:
            # As the API does it: base64 of the digest's hexadecimal digits.
            entry["sha256Hash"] = base64.b64encode(self.sha256.encode()).decode()
        if self.error:
            entry["error"] = {"code": 3, "message": self.error}
        return entry


class FileStore(RecordStore[FileRecord]):
    """All files of one emulator; what has expired is gone at the next look."""

    kind, suffixes = FileRecord, (".bin",)

    def __init__(
        self,
        folder: Path | None = None,
        lifetime: float = LIFETIME,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(folder, now)
        self._lifetime = lifetime  # seconds

    def create(self, name: str, mime_type: str, display_name: str, declared: int) -> FileRecord:
        """A file without bytes yet. Raises ApiError for a name that is taken, or a limit.

        A name is taken once its upload is complete: an unfinished one gives way.
        """
        self._drop_expired()
        if len(display_name) > MAX_DISPLAY_NAME:
            message = f"must have at most {MAX_DISPLAY_NAME} characters."
            raise invalid_field("CreateFileRequest.file.display_name", message)
        if declared > MAX_FILE_BYTES:
            raise invalid_argument(f"The file has {declared} bytes; at most 2 GB are taken.")
        if sum(file.size or 0 for file in self._records.values()) + declared > MAX_ALL_BYTES:
            message = "All files together would have more than 20 GB. Delete some and retry."
            raise ApiError(429, message)
        now = self.now()
        file_id = self._free_id(name)
        file = FileRecord(file_id, mime_type, display_name, now, now + self._lifetime, now)
        self._records[file.id] = file
        self.path(file.id).write_bytes(b"")
        return file

    def add_generated(self, name: str, mime_type: str, path: Path) -> FileRecord:
        """A file that was made here, ready to be downloaded: a copy of `path`."""
        file = self.create(name, mime_type, "", path.stat().st_size)
        shutil.copyfile(path, self.path(file.id))
        size, digest = self.path(file.id).stat().st_size, self.digest(file.id)
        return self.update(file, size=size, sha256=digest, state="ACTIVE", generated=True)

    def update(self, file: FileRecord, **changes: Any) -> FileRecord:
        """The file with changes, written down."""
        return self._write(replace(file, updated=self.now(), **changes))

    def get(self, file_id: str) -> FileRecord:
        """Raises ApiError 403, worded as the API's, for one that isn't there any more."""
        self._drop_expired()
        file = self._records.get(file_id)
        if file is None or file.size is None:
            message = (
                f"You do not have permission to access the File {file_id[:60]} or it may not exist."
            )
            raise ApiError(403, message)
        return file

    def knows(self, file_id: str) -> bool:
        """Whether there is such a file, complete or not."""
        return file_id in self._records

    def complete(self) -> list[FileRecord]:
        """All complete files, newest first."""
        self._drop_expired()
        return [file for file in self.newest() if file.size is not None]

    def path(self, file_id: str) -> Path:
        """Where the bytes are."""
        return self._file(file_id, ".bin")

    def digest(self, file_id: str) -> str:
        """SHA-256 of the bytes in hexadecimal, read from disk piece by piece."""
        with self.path(file_id).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def close(self) -> None:
        """Uploads that never ended are removed, and a temporary folder with all that is in it."""
        self._drop(lambda file: file.size is None)
        super().close()

    def _free_id(self, name: str) -> str:
        if not name:
            return secrets.token_hex(6)
        file_id = name.removeprefix("files/")
        if not _ID.fullmatch(file_id):
            message = (
                "must be files/ and up to 40 small letters, digits and dashes, with no dash at "
                "its ends."
            )
            raise invalid_field("CreateFileRequest.file.name", message)
        if (held := self._records.get(file_id)) is not None and held.size is not None:
            raise ApiError(409, f"Requested entity already exists: files/{file_id}")
        return file_id

    def _drop_expired(self) -> None:
        now = self.now()
        self._drop(lambda file: file.expires <= now)
