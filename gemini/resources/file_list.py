"""The files at the Files API: what it tells of each, and the calls that manage them.

https://ai.google.dev/api/files: kept for 48 hours, 2 GB a file and 20 GB a project.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from google.genai import types

from gemini.api import call
from gemini.api.call import Method
from gemini.media.remote import TYPES, FilesApiFile
from gemini.plain import with_zone

PAGE_SIZE = 20  # files a page


@dataclass(frozen=True)
class ListedFile:
    """A file as the list tells it. `name` is "files/...", `state` a `types.FileState` by name.

    `mime_type` is "" where neither the API nor the ending of its title tells it. `error` says why
    it FAILED, `digest` is the SHA-256 of its bytes in hex ("" where not told),
    `size` in bytes.
    """

    name: str
    title: str
    uri: str
    mime_type: str
    size: int | None
    state: str
    error: str
    digest: str
    created: datetime | None
    expires: datetime | None

    def left(self) -> timedelta | None:
        """How long it is kept, never less than nothing; None where that is unknown."""
        return max(self.expires - datetime.now(UTC), timedelta()) if self.expires else None

    @property
    def usable(self) -> bool:
        """Whether a prompt can refer to it."""
        return self.state == "ACTIVE" and self.left() != timedelta()

    def attachment(self) -> FilesApiFile:
        """The file as something to ask about, by URL."""
        return FilesApiFile(self.title, self.mime_type, self.uri.encode())


def listed(file: types.File) -> ListedFile:
    """What the API tells of a file."""
    name = file.name or ""
    title = file.display_name or name.removeprefix("files/")
    return ListedFile(
        name=name,
        title=title,
        uri=file.uri or "",
        mime_type=file.mime_type or TYPES.get(title.rpartition(".")[2].lower(), ""),
        size=file.size_bytes,
        state=file.state.name if file.state else "",
        error=(file.error and file.error.message) or "",
        digest=_digest(file.sha256_hash or ""),
        created=with_zone(file.create_time),
        expires=with_zone(file.expiration_time),
    )


def listing(page_token: str | None = None) -> Method:
    """The call that lists one page of them."""
    return call.listing("files.list", PAGE_SIZE, page_token)


def deletion(name: str) -> Method:
    """The call that deletes one."""
    return "files.delete", {"name": name}


def _digest(encoded: str) -> str:
    """The API gives base64, of the digest itself or of its hexadecimal digits."""
    try:
        raw = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return raw.hex() if len(raw) == 32 else raw.decode("ascii", "ignore").lower()
