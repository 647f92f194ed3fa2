"""What is cached, as bytes and back, and requests that begin with it.

Files are inside, so that they may be deleted meanwhile.
"""

import asyncio
import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any

from emulator.caches.store import CacheStore
from emulator.engines import Modality
from emulator.errors import invalid_argument, invalid_field
from emulator.messages.content import Blob, Content, Part
from emulator.messages.requests import GenerateContentRequest, Prefix
from emulator.models import Model
from emulator.prompt import FileReader
from emulator.rules import REQUEST, check_contents


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


_NAME = re.compile(r"cachedContents/([\w-]+)")
_NOT_BESIDE = {"system_instruction", "tools", "tool_config"}


@dataclass(frozen=True)
class Expanded:
    """A request that is whole by itself; `cached` are the tokens of what was put before it."""

    request: GenerateContentRequest
    cached: dict[Modality, int] = field(default_factory=dict)


async def expand(request: GenerateContentRequest, model: Model, store: CacheStore) -> Expanded:
    """The request with its cached content before it, if it names one.

    Raises ApiError 400 where the two don't go together, 403 for one that isn't there.
    """
    if not request.cached_content:
        return Expanded(request)
    named = _NAME.fullmatch(request.cached_content)
    if named is None:
        raise invalid_field(f"{REQUEST}.cached_content", "must be cachedContents/{id}.")
    check_contents(request.contents, REQUEST)
    cache = store.get(named[1])
    _check_together(request, model, cache.model)
    prefix = load(await asyncio.to_thread(store.prefix, cache))
    whole = {
        "cached_content": "",
        "contents": (*prefix.contents, *request.contents),
        "system_instruction": prefix.system_instruction,
        "tools": prefix.tools,
        "tool_config": prefix.tool_config or request.tool_config,
    }
    return Expanded(request.model_copy(update=whole), cache.tokens)


def _check_together(request: GenerateContentRequest, model: Model, cached_for: str) -> None:
    """Raises ApiError 400 in the API's own words."""
    beside = _NOT_BESIDE & request.model_fields_set
    if any(getattr(request, name) not in (None, ()) for name in beside):
        raise invalid_argument(
            "CachedContent can not be used with GenerateContent request setting "
            "system_instruction, tools or tool_config.\n\nProposed fix: move those values to "
            "CachedContent from GenerateContent request."
        )
    if model.name != cached_for:
        raise invalid_argument(
            f"Model used by GenerateContent request (models/{model.name}) and CachedContent "
            f"(models/{cached_for}) has to be the same."
        )
