"""JSON as it lies in the database, and media apart from it: once each, known by their SHA-256.

A part's `{"mime_type": ..., "data": bytes}` is kept as `{"mime_type": ..., "data": {"$media":
digest}}`. All other bytes (thought signatures) stay where they are.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gemini.history.redaction import config_without_secrets
from gemini.request import Request
from gemini.run import Run
from gemini.run_json import run_to_json

MEDIA_KEY = "$media"
FALLBACK_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Medium:
    """The bytes of a picture, a sound, a document..."""

    mime_type: str
    data: bytes = field(repr=False)


def pack(value: Any) -> bytes:
    """JSON-ready data as compressed JSON. Pure ASCII, so half a surrogate pair passes too."""
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode("ascii"), 6)


def unpack(data: bytes) -> Any:
    """The inverse of `pack`."""
    return json.loads(zlib.decompress(data))


def without_media(value: Any, media: dict[str, Medium]) -> Any:
    """Plain data with references in place of media, which are added to `media` by digest."""
    if isinstance(value, dict):
        data, mime_type = value.get("data"), value.get("mime_type")
        if isinstance(data, bytes):
            digest = hashlib.sha256(data).hexdigest()
            media[digest] = Medium(mime_type or FALLBACK_TYPE, data)
            return {**value, "data": {MEDIA_KEY: digest}}
        return {k: without_media(v, media) for k, v in value.items()}
    return [without_media(v, media) for v in value] if isinstance(value, list | tuple) else value


def with_media(value: Any, media: Mapping[str, bytes]) -> Any:
    """The inverse of `without_media`. A reference to what isn't in `media` stays as it is."""
    if isinstance(value, dict):
        if value.keys() == {MEDIA_KEY} and isinstance(value[MEDIA_KEY], str):
            return media.get(value[MEDIA_KEY], value)
        return {k: with_media(v, media) for k, v in value.items()}
    return [with_media(v, media) for v in value] if isinstance(value, list) else value


def request_without_media(request: Request, media: dict[str, Medium]) -> Request:
    """A request as it is kept: its media as references, and without secrets."""
    config = without_media(config_without_secrets(request.config), media)
    return replace(request, contents=without_media(request.contents, media), config=config)


def run_without_media(run: Run, media: dict[str, Medium]) -> dict[str, Any]:
    """A run as JSON-ready data as it is kept: media as references, no secrets, no wire."""
    candidates = [replace(c, parts=without_media(list(c.parts), media)) for c in run.candidates]
    request = request_without_media(run.request, media)
    return run_to_json(replace(run, request=request, candidates=candidates, exchanges=[]))
