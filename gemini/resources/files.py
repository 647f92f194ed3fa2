"""The Files API for media that is too large to travel inside a request.

An `Upload` runs on the connection's event loop; any thread may look at it, wait for it or stop
it. What is stored is remembered by content for each connection, and used again while it lasts.
"""

import asyncio
import io
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from weakref import WeakKeyDictionary

from google.genai import errors, types

from gemini.api.connect import Connection
from gemini.api.problems import WORDS, Problem, explain
from gemini.media.attachment import Attachment
from gemini.plain import with_zone
from gemini.request import Part

KEPT_FOR = timedelta(hours=48)  # https://ai.google.dev/gemini-api/docs/files
SPARE = timedelta(minutes=30)  # of it that a file must have left, to outlast the answer
DEFAULT_LIMIT = 20_000_000  # bytes of a request; the newest docs say 100 MB, older ones 20
FIRST_LOOK, LAST_LOOK = 0.25, 3.0  # seconds between two looks at a file that is processed
LONGEST_PROCESSING = 600.0  # seconds

State = Literal["sending", "processing", "active", "failed", "stopped"]


@dataclass(frozen=True)
class StoredFile:
    """A file at the API: `name` is "files/...", `expires` when it is deleted."""

    name: str
    uri: str
    mime_type: str
    expires: datetime

    @property
    def fresh(self) -> bool:
        """Whether it is there long enough to be asked about."""
        return self.expires - datetime.now(UTC) > SPARE

    def part(self) -> Part:
        """The file as a part of a request."""
        return {"file_data": {"file_uri": self.uri, "mime_type": self.mime_type}}


class FileFailedError(Exception):
    """The API took the file and could not read it."""


class Upload:
    """One attachment on its way to the API. Every attribute may be read from any thread."""

    def __init__(self, attachment: Attachment, stored: Callable[[str], None] | None = None) -> None:
        self.attachment = attachment
        self._stored = stored
        self.state: State = "sending"
        self.sent = 0
        self.file: StoredFile | None = None
        self.problem: Problem | None = None
        self.ended = threading.Event()
        self._future: Future[None] | None = None

    @property
    def running(self) -> bool:
        return not self.ended.is_set()

    @property
    def share(self) -> float:
        """How much of it was sent, 0..1."""
        return min(self.sent / max(len(self.attachment.data), 1), 1.0)

    def stop(self) -> None:
        """End it now; what the API has of it is deleted there by itself. Safe at any time."""
        if self._future is not None:
            self._future.cancel()
        self._end("stopped")

    def _end(self, state: State) -> None:
        if self.running:
            self.state = state
            self.ended.set()

    async def _run(self, connection: Connection) -> None:
        """Never raises but for its own cancellation."""
        try:
            stored = await _still_there(connection, self.attachment)
            self.file = stored or await self._send(connection)
            _remember(connection, self.attachment, self.file)
            if self._stored is not None:
                self._stored(self.file.name)
            self._end("active")
        except asyncio.CancelledError:
            self._end("stopped")
            raise
        except FileFailedError as error:
            self.problem = Problem("file_failed", *FAILED, detail=str(error))
            self._end("failed")
        except Exception as error:  # whatever it is, people get a Problem
            self.problem = _explained(error, connection)
            self._end("failed")

    async def _send(self, connection: Connection) -> StoredFile:
        """Send the bytes from memory (a path with other letters than ASCII fails in the SDK)."""
        files = connection.client.aio.files
        sent = await files.upload(
            file=_Counted(self),
            config={"mime_type": self.attachment.mime_type, "display_name": self.attachment.name},
        )
        self.sent, self.state = len(self.attachment.data), "processing"
        waited, pause = 0.0, FIRST_LOOK
        while sent.state == types.FileState.PROCESSING:
            if waited > LONGEST_PROCESSING:
                raise FileFailedError(f"{sent.name} is still PROCESSING after {waited:.0f} s")
            await asyncio.sleep(pause)
            waited, pause = waited + pause, min(pause * 1.5, LAST_LOOK)
            sent = await files.get(name=sent.name or "")
        if sent.state == types.FileState.FAILED:
            raise FileFailedError((sent.error and sent.error.message) or f"{sent.name} is FAILED")
        return _stored(sent, self.attachment.mime_type)


class _Counted(io.BytesIO):
    """The bytes of an attachment, shared and not copied; what is read counts as sent."""

    def __init__(self, upload: Upload) -> None:
        super().__init__(upload.attachment.data)
        self._upload = upload

    def read(self, size: int | None = -1, /) -> bytes:
        self._upload.sent = self.tell()  # what was read before is with the API now
        return super().read(size)


class Uploads:
    """Several uploads at once, started by `upload`."""

    def __init__(self, each: Sequence[Upload]) -> None:
        self.each = list(each)

    @property
    def running(self) -> bool:
        return any(u.running for u in self.each)

    @property
    def problem(self) -> Problem | None:
        """What went wrong first, if anything did."""
        return next((u.problem for u in self.each if u.problem), None)

    @property
    def files(self) -> dict[str, StoredFile]:
        """What is stored, by the digest of its attachment."""
        return {u.attachment.digest: u.file for u in self.each if u.file}

    @property
    def complete(self) -> bool:
        """Whether all of it is stored."""
        return all(u.file for u in self.each)

    def stop(self) -> None:
        """End all of them."""
        for one in self.each:
            one.stop()


CLOUD_REMEDY = "Use a smaller file, or put it in Cloud Storage and add its gs:// URI."

FAILED = (
    "The file couldn't be processed",
    "The Files API accepted it and then reported that it can't be read.",
    "Check that it opens elsewhere, save it again or in another format, and retry.",
)

_stored_files: WeakKeyDictionary[Connection, dict[str, StoredFile]] = WeakKeyDictionary()


def upload(
    connection: Connection,
    attachments: Iterable[Attachment],
    stored: Callable[[str], None] | None = None,
) -> Uploads:
    """Store attachments with the Files API and return at once; what is there already is reused.

    `stored` is told the name of each file that is there, on the connection's loop.
    """
    uploads = Uploads([Upload(a, stored) for a in attachments])
    for one in uploads.each:
        one._future = connection.submit(one._run(connection))
    return uploads


def known_file(connection: Connection, attachment: Attachment) -> StoredFile | None:
    """Where an attachment was stored through this connection, if it should still be there."""
    file = _stored_files.get(connection, {}).get(attachment.digest)
    return file if file is not None and file.fresh else None


def too_large_inline(
    attachments: Sequence[Attachment], other: int, limit: int = DEFAULT_LIMIT
) -> list[Attachment]:
    """The attachments to store, largest first, so that the whole request stays within `limit`.

    `other` is what else is in the request, in bytes.
    """
    total, stored = other + sum(a.inline_size for a in attachments), []
    for attachment in sorted(attachments, key=lambda a: -a.inline_size):
        if total <= limit:
            break
        total -= attachment.inline_size
        stored.append(attachment)
    return stored


async def _still_there(connection: Connection, attachment: Attachment) -> StoredFile | None:
    file = known_file(connection, attachment)
    if file is None:
        return None
    try:
        current = await connection.client.aio.files.get(name=file.name)
    except errors.ClientError:  # deleted in the meantime: 403 or 404
        return None
    return file if current.state == types.FileState.ACTIVE else None


def _remember(connection: Connection, attachment: Attachment, file: StoredFile) -> None:
    _stored_files.setdefault(connection, {})[attachment.digest] = file


def _stored(file: types.File, mime_type: str) -> StoredFile:
    expires = with_zone(file.expiration_time) or datetime.now(UTC) + KEPT_FOR
    return StoredFile(file.name or "", file.uri or "", file.mime_type or mime_type, expires)


def _explained(error: Exception, connection: Connection) -> Problem:
    if connection.target.backend == "vertex":
        title, _, _ = WORDS["unsupported"]
        cause = "Vertex AI has no Files API; it reads large files from Cloud Storage."
        return Problem("unsupported", title, cause, CLOUD_REMEDY)
    return explain(error, connection.target.secrets)
