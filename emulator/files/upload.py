"""Uploads: resumable (a start, chunks at their offsets, a last one that finalizes), or at once.

At once is a body of several parts: multipart/related (RFC 2387), or the form-data that curl sends.

Headers: https://ai.google.dev/api/files#method:-media.upload, and what the SDK sends.
"""

import asyncio
import secrets
from dataclasses import dataclass, field
from email.message import Message as MailMessage
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator import wire
from emulator.engines import Media, UnsupportedError, kinds
from emulator.engines.errors import EngineError, EngineMissingError
from emulator.errors import ApiError, invalid_argument
from emulator.files.store import MAX_FILE_BYTES, FileRecord, FileStore
from emulator.messages.base import Message, Text
from emulator.validation import read_message

# Taken besides what the engines know: the requests of a batch.
_OTHER_TYPES = {"application/jsonl", "application/x-jsonlines", "jsonl"}
_MAX_START_BYTES = 100_000


class FileMessage(Message):
    """What a client may say of a file it uploads; the other fields are ours to fill."""

    name: Text = ""
    display_name: Text = ""
    mime_type: Text = ""
    size_bytes: int | Text | None = None


class CreateFileRequest(Message):
    file: FileMessage = FileMessage()


@dataclass
class _Upload:
    """One upload under way: `received` bytes of `declared` (None: not told) are on disk."""

    file: FileRecord
    declared: int | None
    received: int = 0
    finished: bool = False


@dataclass
class UploadRoutes:
    """The uploads under way, by the secret in their URL, and the checks that follow them."""

    store: FileStore
    _open: dict[str, _Upload] = field(default_factory=dict)
    _checks: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def start(self, request: Request) -> Response:
        """Answers with the upload's own URL, on the host that the client called."""
        header = request.headers.get
        if header("x-goog-upload-protocol", "") != "resumable":
            raise invalid_argument("Only resumable and multipart uploads are supported.")
        body = await wire.read_json(request, _MAX_START_BYTES)
        length = header("x-goog-upload-header-content-length", "")
        declared = int(length) if length.isdecimal() else None
        file = self._create(body, header("x-goog-upload-header-content-type", ""), declared or 0)
        for other, upload in list(self._open.items()):
            if upload.file.id == file.id or not self.store.knows(upload.file.id):
                del self._open[other]  # left unfinished, deleted or expired
        upload_id = secrets.token_urlsafe(24)
        self._open[upload_id] = _Upload(file, declared)
        url = (
            f"{base_url(request)}{request.url.path}?upload_id={upload_id}&upload_protocol=resumable"
        )
        return Response(
            headers={
                "x-goog-upload-url": url,
                "x-goog-upload-control-url": url,
                "x-goog-upload-status": "active",
                "x-goog-upload-chunk-granularity": "262144",
            }
        )

    async def at_once(self, request: Request) -> Response:
        """A multipart upload: what is said of the file, as JSON, and then its bytes."""
        parts = _parts(request.headers.get("content-type", ""), await wire.read_bytes(request))
        if len(parts) != 2:
            raise invalid_argument("A multipart upload has two parts: JSON, and the file.")
        about, content = parts
        file = self._create(wire.parse_object(about.data), content.mime_type, len(content.data))
        self.store.path(file.id).write_bytes(content.data)
        return self._complete(request, file, len(content.data))

    def _create(self, body: dict[str, Any], mime_type: str, size: int) -> FileRecord:
        """The file without its bytes, of the type that `body` says, else of `mime_type`."""
        header = read_message(CreateFileRequest, body).file
        mime_type = kinds.plain_type(header.mime_type or mime_type)
        if kinds.modality_of(mime_type) is None and mime_type not in _OTHER_TYPES:
            raise invalid_argument(f"Unsupported MIME type: {mime_type[:100]}")
        return self.store.create(header.name, mime_type, header.display_name, size)

    async def proceed(self, request: Request, upload_id: str) -> Response:
        """One command of an upload: `upload`, `upload, finalize`, `finalize`, `query`, `cancel`."""
        upload = self._open.get(upload_id)
        if upload is None:
            raise _ended()
        said = request.headers.get("x-goog-upload-command", "")
        commands = {command.strip() for command in said.split(",")}
        if upload.finished:
            if not commands & {"finalize", "query"}:
                raise _ended()
            return self._final(request, self.store.get(upload.file.id))
        if "cancel" in commands:
            del self._open[upload_id]
            self.store.delete(upload.file.id)
            return Response(headers={"x-goog-upload-status": "cancelled"})
        if "upload" in commands:
            await self._receive(request, upload)
        if "finalize" in commands:
            return self._finish(request, upload)
        return Response(
            headers={
                "x-goog-upload-status": "active",
                "x-goog-upload-size-received": str(upload.received),
            }
        )

    async def settle(self, file_id: str) -> None:
        """Waits until it is known whether a file can be read, if that is being found out."""
        if (check := self._checks.get(file_id)) is not None:
            await asyncio.wait((check,))

    async def close(self) -> None:
        """Ends the checks under way."""
        checks = list(self._checks.values())
        for check in checks:
            check.cancel()
        await asyncio.gather(*checks, return_exceptions=True)

    async def _receive(self, request: Request, upload: _Upload) -> None:
        """Writes a chunk as it comes. A chunk that was sent before replaces what is there."""
        header = request.headers.get("x-goog-upload-offset", "0")
        offset = int(header) if header.isdecimal() else -1
        if not 0 <= offset <= upload.received:
            message = f"The offset {header[:20]} isn't where the upload stands: {upload.received}."
            raise invalid_argument(message)
        most = MAX_FILE_BYTES if upload.declared is None else upload.declared
        with self.store.path(upload.file.id).open("r+b") as file:
            file.truncate(offset)
            file.seek(offset)
            upload.received = offset
            async for chunk in request.stream():
                if upload.received + len(chunk) > most:
                    message = f"More bytes than the {most} that were announced."
                    raise invalid_argument(message)
                file.write(chunk)
                upload.received += len(chunk)

    def _finish(self, request: Request, upload: _Upload) -> Response:
        if upload.declared is not None and upload.received != upload.declared:
            raise invalid_argument(
                f"{upload.received} bytes came of the {upload.declared} that were announced."
            )
        upload.finished = True  # kept: the reply may get lost, and is then asked for again
        return self._complete(request, upload.file, upload.received)

    def _complete(self, request: Request, file: FileRecord, size: int) -> Response:
        """The reply to the last byte; whether the file can be read is found out meanwhile."""
        file = self.store.update(file, size=size)
        check = asyncio.create_task(self._check(file))
        self._checks[file.id] = check
        check.add_done_callback(lambda _: self._checks.pop(file.id, None))
        return self._final(request, file)

    def _final(self, request: Request, file: FileRecord) -> Response:
        reply = JSONResponse({"file": file.wire(base_url(request))})
        reply.headers["x-goog-upload-status"] = "final"
        return reply

    async def _check(self, file: FileRecord) -> None:
        """PROCESSING until it is known that the file can be read, then ACTIVE or FAILED."""
        path = self.store.path(file.id)
        try:
            digest = await asyncio.to_thread(self.store.digest, file.id)
            reason = await asyncio.to_thread(reason_to_fail, path, file.mime_type)
        except OSError:  # deleted meanwhile
            return
        if path.exists():
            state = "FAILED" if reason else "ACTIVE"
            self.store.update(file, sha256=digest, state=state, error=reason)


def _ended() -> ApiError:
    return ApiError(404, "This upload doesn't exist or has ended. Start it again.")


def base_url(request: Request) -> str:
    """Scheme and host as the client called them."""
    return f"{request.url.scheme}://{request.url.netloc}"


@dataclass(frozen=True)
class BodyPart:
    """One part's bytes, and the MIME type its header gives, "" for none."""

    mime_type: str
    data: bytes


def _parts(content_type: str, body: bytes) -> list[BodyPart]:
    """The parts of `body` in their order. Raises ApiError 400 where it isn't in parts."""
    header = MailMessage()
    header["content-type"] = content_type
    boundary = header.get_boundary()
    if header.get_content_maintype() != "multipart" or not boundary:
        raise invalid_argument("A multipart upload needs a multipart content type with a boundary.")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise invalid_argument("The body doesn't end with its boundary.")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> BodyPart:
    head, _, data = piece.partition(b"\r\n\r\n")
    headers = HeaderParser().parsestr(head.decode("latin-1").strip())
    return BodyPart(headers.get("content-type", ""), data)


LOOKED_INTO = 20_000_000  # bytes; of a larger file only the head is looked at
HEAD = 4_096


def reason_to_fail(path: Path, mime_type: str) -> str:
    """Why nothing here can read the file, "" where something can.

    Kinds that nothing here reads (video) are kept all the same, as the API keeps them.
    """
    size = path.stat().st_size
    if size == 0:
        return "The file is empty."
    modality = kinds.modality_of(mime_type)
    if modality not in ("IMAGE", "AUDIO", "DOCUMENT"):
        return ""
    if size > LOOKED_INTO:
        return _reason_in_head(path, mime_type, modality)
    try:
        kinds.measure(Media(mime_type, path.read_bytes()))
    except EngineMissingError:
        return ""  # it may be sound: the request that uses it says what is missing
    except (EngineError, UnsupportedError) as error:
        return str(error)
    return ""


def _reason_in_head(path: Path, mime_type: str, modality: str) -> str:
    with path.open("rb") as file:
        head = file.read(HEAD)
    if modality == "AUDIO":
        from emulator.engines.audio import demuxer_of

        known = demuxer_of(head) is not None
    else:
        known = modality != "DOCUMENT" or b"%PDF-" in head
    return "" if known else f"The file doesn't begin like {mime_type}."
