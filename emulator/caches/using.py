"""A request with what is cached put before its own contents."""

import asyncio
import re
from dataclasses import dataclass, field

from emulator.caches.prefix import load
from emulator.caches.store import CacheStore
from emulator.engines import Modality
from emulator.errors import invalid_argument, invalid_field
from emulator.messages.requests import GenerateContentRequest
from emulator.models import Model
from emulator.rules import REQUEST, check_contents

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
