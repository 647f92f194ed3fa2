"""The routes of context caching: https://ai.google.dev/api/caching."""

import asyncio
from fnmatch import fnmatchcase

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator import wire
from emulator.caches.prefix import dump, with_files_inside
from emulator.caches.store import CacheRecord, CacheStore
from emulator.engines import Engine, Modality
from emulator.errors import invalid_argument, invalid_field, too_long
from emulator.messages.requests import CachedContentMessage, CachedContentUpdate, Prefix
from emulator.models import Model
from emulator.paging import page
from emulator.prompt import FileReader, read_contents, tokens_by_modality
from emulator.rules import check_content, check_contents, check_tool
from emulator.timestamps import read_duration, read_stamp
from emulator.validation import read_message

MINIMUM_TOKENS = (("gemini-2.*", 2_048), ("gemini-*", 4_096), ("*", 1_024))
"""The first glob that matches a model's name counts."""


def minimum_tokens(model: str) -> int:
    """The fewest tokens that a cached content for `model` has to have."""
    return next(tokens for glob, tokens in MINIMUM_TOKENS if fnmatchcase(model, glob))


LIFETIME = 3600.0  # seconds, where nothing is said: the API's default
MAX_DISPLAY_NAME = 128  # characters
PAGE_SIZES = (50, 1000)  # the usual, the largest
_OWNER = "CreateCachedContentRequest.cached_content"
_PATH = "cached_content"


class Caches:
    """The endpoints of one emulator's cached contents."""

    def __init__(self, store: CacheStore, files: FileReader) -> None:
        self._store = store
        self._files = files

    async def create(self, request: Request) -> Response:
        """POST: reads and counts what is to be cached, and keeps it."""
        state = request.app.state
        body = await wire.read_json(request, state.max_body_bytes)
        message = read_message(CachedContentMessage, body)
        version = request.url.path.split("/")[1]
        model: Model = state.catalogue.get(_model_name(message), version, "createCachedContent")
        now = self._store.now()
        expires = _expiry(message, now)
        _check(message)
        prefix = await with_files_inside(_prefix(message), self._files)
        tokens = await self._tokens(prefix, model, state.engine)

        cache = CacheRecord(model.name, message.display_name, tokens, now, now, expires)
        await asyncio.to_thread(lambda: self._store.add(cache, dump(prefix)))
        return JSONResponse(cache.wire)

    async def list(self, request: Request) -> Response:
        entries = [cache.wire for cache in self._store.all()]
        return JSONResponse(page("cachedContents", entries, request.query_params, PAGE_SIZES))

    async def get(self, request: Request) -> Response:
        return JSONResponse(self._store.get(request.path_params["id"]).wire)

    async def update(self, request: Request) -> Response:
        """PATCH: when it expires, which is all that can be changed."""
        cache = self._store.get(request.path_params["id"])
        body = await wire.read_json(request, request.app.state.max_body_bytes)
        message = read_message(CachedContentUpdate, body)
        if not (message.ttl or message.expire_time):
            raise invalid_argument("Only ttl or expire_time of a CachedContent can be updated.")
        expires = _expiry(message, self._store.now())
        return JSONResponse(self._store.expire_at(cache, expires).wire)

    async def delete(self, request: Request) -> Response:
        cache = self._store.get(request.path_params["id"])
        self._store.delete(cache.id)
        return JSONResponse({})

    async def _tokens(self, prefix: Prefix, model: Model, engine: Engine) -> dict[Modality, int]:
        """The tokens by modality. Raises ApiError 400 where they are too few or too many."""
        prompt = await read_contents(prefix.contents, prefix.system_instruction, self._files)
        text = await engine.count_prompt(prompt)
        if text > (model.input_token_limit or text):
            raise too_long(text, model.input_token_limit)
        tokens = await tokens_by_modality(prompt, text, engine)
        total, least = sum(tokens.values()), minimum_tokens(model.name)
        if total < least:
            raise invalid_argument(
                f"Cached content is too small. total_token_count={total}, "
                f"min_total_token_count={least}"
            )
        return tokens


def _expiry(message: CachedContentMessage | CachedContentUpdate, now: float) -> float:
    """When it expires, in seconds since 1970 like `now`. Raises ApiError 400."""
    if message.ttl and message.expire_time:
        raise invalid_argument(
            f"Invalid value at '{_PATH}' (oneof), oneof field 'expiration' is already set. "
            "Cannot set 'expireTime'"
        )
    if message.expire_time:
        expires = read_stamp(message.expire_time, f"{_PATH}.expire_time")
        if expires <= now:
            raise invalid_field(f"{_PATH}.expire_time", "must be in the future.")
        return expires
    ttl = read_duration(message.ttl, f"{_PATH}.ttl") if message.ttl else LIFETIME
    if ttl <= 0:
        raise invalid_field(f"{_PATH}.ttl", "must be positive.")
    return now + ttl


def _model_name(message: CachedContentMessage) -> str:
    if not message.model:
        raise invalid_field(f"{_OWNER}.model", "model is not specified")
    return message.model.removeprefix("models/")


def _check(message: CachedContentMessage) -> None:
    if len(message.display_name) > MAX_DISPLAY_NAME:
        text = f"must have at most {MAX_DISPLAY_NAME} characters."
        raise invalid_field(f"{_OWNER}.display_name", text)
    if message.contents:
        check_contents(message.contents, _OWNER)
    if message.system_instruction is not None:
        check_content(message.system_instruction, f"{_OWNER}.system_instruction")
    for tool in message.tools:
        check_tool(tool)


def _prefix(message: CachedContentMessage) -> Prefix:
    """What of the message is kept."""
    fields = message.model_fields_set & Prefix.model_fields.keys()
    return Prefix(**{name: getattr(message, name) for name in fields})
