"""What is cached, as bytes and back. Files are inside, so that they may be deleted meanwhile."""

import asyncio
import base64
import json
from typing import Any

from emulator.messages.caches import Prefix
from emulator.messages.content import Blob, Content, Part
from emulator.prompt import FileReader


async def with_files_inside(prefix: Prefix, files: FileReader) -> Prefix:
    """The same with the bytes of the files it refers to. Raises ApiError for one that can't be."""
    if not prefix.contents:  # and so left unset
        return prefix
    contents = [await _with_files_inside(content, files) for content in prefix.contents]
    return prefix.model_copy(update={"contents": tuple(contents)})


def dump(prefix: Prefix) -> bytes:
    """JSON text with bytes in base64."""
    return json.dumps(_plain(prefix.model_dump(exclude_unset=True))).encode()


def load(data: bytes) -> Prefix:
    """The inverse of `dump`."""
    return Prefix.model_validate(json.loads(data))


async def _with_files_inside(content: Content, files: FileReader) -> Content:
    parts = await asyncio.gather(*(_with_file_inside(part, files) for part in content.parts))
    return content.model_copy(update={"parts": tuple(parts)})


async def _with_file_inside(part: Part, files: FileReader) -> Part:
    if part.file_data is None:
        return part
    media = await files(part.file_data)
    blob = Blob(mime_type=media.mime_type, data=media.data, display_name=media.name)
    fields = {name: getattr(part, name) for name in part.model_fields_set - {"file_data"}}
    return Part(**fields, inline_data=blob)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
