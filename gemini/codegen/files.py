"""The media of a request as files: each content once, under a name that is safe to write."""

import hashlib
import mimetypes
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from google.genai import types
from pydantic import BaseModel

from gemini.codegen.fields import TypedRequest, set_fields

Blob = types.Blob | types.FunctionResponseBlob
"""Inline data: what becomes a file."""

Names = Mapping[str, str]
"""File names by the SHA-256 of the content in hex (`Attachment.digest`)."""

NO_NAMES: Names = MappingProxyType({})

CODE_FILES = ("request.py", "request_async.py", "request.sh", "request.mjs", "request.ipynb")
"""The names that the bundle's own files have; media get others."""

_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "audio/mp3": ".mp3",
    "audio/wav": ".wav",
    "audio/aac": ".aac",
    "audio/aiff": ".aiff",
    "audio/flac": ".flac",
    "audio/m4a": ".m4a",
    "audio/ogg": ".ogg",
    "audio/l16": ".pcm",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
"""What Python's table lacks, or has by another name, or by the system's."""

_KINDS = frozenset({"image", "audio", "video", "text"})
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')  # what Windows refuses in a name, and controls


@dataclass(frozen=True)
class MediaFile:
    """Inline media of a request, and the name it has as a file."""

    name: str
    mime_type: str
    data: bytes = field(repr=False)


def digest_of(data: bytes) -> str:
    """The SHA-256 of the bytes in hex, by which files are known here."""
    return hashlib.sha256(data).hexdigest()


def media_files(request: TypedRequest, names: Names = NO_NAMES) -> dict[str, MediaFile]:
    """The inline media of a request by their digest, in the order they are sent.

    A name from `names` is kept as far as it can be written anywhere; the others get one of their
    kind and number, such as `image-1.png`. No two are alike, even where case doesn't count.
    """
    files: dict[str, MediaFile] = {}
    taken: set[str] = set(CODE_FILES)
    counts: dict[str, int] = {}
    for blob in blobs([request.contents, request.config]):
        data, mime_type = blob.data or b"", blob.mime_type or ""
        digest = digest_of(data)
        if digest in files:
            continue
        name = _safe(names.get(digest) or "")
        if not name:
            kind = mime_type.partition("/")[0]
            kind = kind if kind in _KINDS else "document"
            counts[kind] = counts.get(kind, 0) + 1
            name = f"{kind}-{counts[kind]}{_extension(mime_type)}"
        name = _free(name, taken)
        taken.add(name.casefold())
        files[digest] = MediaFile(name, mime_type, data)
    return files


def blobs(value: Any) -> Iterator[Blob]:
    """The inline data anywhere in the SDK's types and lists of them, in order."""
    if isinstance(value, Blob):
        if value.data is not None:
            yield value
    elif isinstance(value, BaseModel):
        for _, child in set_fields(value):
            yield from blobs(child)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from blobs(child)


def _safe(name: str) -> str:
    """The last part of a name, without what some system can't write; "" if nothing is left."""
    last = PurePosixPath(name.replace("\\", "/")).name
    cleaned = _UNSAFE.sub("", last).strip(". ")
    stem, dot, extension = cleaned.rpartition(".")
    return f"{stem[:80]}{dot}{extension[:16]}" if stem else cleaned[:80]


def _extension(mime_type: str) -> str:
    plain = mime_type.partition(";")[0].strip().lower()
    return _EXTENSIONS.get(plain) or mimetypes.guess_extension(plain) or ""


def _free(name: str, taken: set[str]) -> str:
    path, number, free = PurePosixPath(name), 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{path.stem}-{number}{path.suffix}"
    return free
