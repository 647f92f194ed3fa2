"""The methods of a model: generateContent and its relatives, from body to reply."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from emulator import field_mask, speech, wire
from emulator.caches.prefix import expand
from emulator.caches.store import CacheStore
from emulator.candidate import Delta, run_candidates
from emulator.embed import batch_embed, embed
from emulator.engines import Engine, Modality
from emulator.errors import ENGINE_FAILURES, ApiError, as_api_error, invalid_argument
from emulator.faults.answer import faulty_stream, faulty_whole
from emulator.faults.table import Fault
from emulator.messages.requests import (
    BatchEmbedContentsRequest,
    CountTokensRequest,
    EmbedContentRequest,
    GenerateContentRequest,
)
from emulator.models import Model
from emulator.plan import make_plan
from emulator.prompt import FileReader, read_contents, tokens_by_modality
from emulator.reply import ResponseBuilder, cached_usage, token_details
from emulator.rules import check_contents
from emulator.validation import read_message

T = TypeVar("T")


@dataclass
class Answering:
    """How many answers are being made; the health route tells it."""

    count: int = 0

    async def counted(self, deltas: AsyncGenerator[Delta]) -> AsyncGenerator[Delta]:
        """The same deltas, counted as one answer from the first to the last or the closing."""
        self.count += 1
        try:
            async with aclosing(deltas):
                async for delta in deltas:
                    yield delta
        finally:
            self.count -= 1


@dataclass(frozen=True)
class ModelCall:
    """A body for a model's method, and all that it takes to answer it; `fault` is to be in it."""

    body: dict[str, Any]
    model: Model
    engine: Engine
    answering: "Answering"
    files: FileReader
    caches: CacheStore
    fault: Fault | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class HttpCall(ModelCall):
    """One POST to a model's method."""

    request: Request


async def answer(call: ModelCall) -> dict[str, Any]:
    """The whole `GenerateContentResponse`. Raises ApiError, or what the engine raises."""
    request = read_message(GenerateContentRequest, call.body)
    if call.model.speaks:
        return await speech.whole(request)
    whole = await expand(request, call.model, call.caches)
    plan = await make_plan(whole.request, call.model, call.engine, call.files)
    reply = ResponseBuilder(plan, call.engine.model.answered_by, whole.cached)
    response = await reply.whole(call.answering.counted(run_candidates(plan, call.engine)))
    return faulty_whole(response, call.fault)


async def stream(call: ModelCall) -> AsyncGenerator[dict[str, Any]]:
    """The answer in pieces. Raises ApiError before the first and on the way."""
    request = read_message(GenerateContentRequest, call.body)
    chunks = _in_api_errors(
        speech.stream(request) if call.model.speaks else _written(call, request)
    )
    # The first chunk is waited for, so that an error before it has its own status code.
    return await _opened(faulty_stream(chunks, call.fault))


async def embedding(call: ModelCall) -> dict[str, Any]:
    """The `EmbedContentResponse`. Raises ApiError, or what the engine raises."""
    request = read_message(EmbedContentRequest, call.body)
    return await embed(request, call.model, call.engine, call.files)


async def embeddings(call: ModelCall) -> dict[str, Any]:
    """The `BatchEmbedContentsResponse`. Raises ApiError, or what the engine raises."""
    request = read_message(BatchEmbedContentsRequest, call.body)
    return await batch_embed(request, call.model, call.engine, call.files)


async def generate_content(call: HttpCall) -> Response:
    return JSONResponse(await answer(call))


async def stream_generate_content(call: HttpCall) -> Response:
    opened = await stream(call)
    if mask := field_mask.of_request(call.request):
        opened = (field_mask.masked(chunk, mask) async for chunk in opened)
    if call.request.query_params.get("alt") == "sse":
        return StreamingResponse(wire.sse(opened), media_type="text/event-stream")
    return StreamingResponse(wire.json_array(opened), media_type="application/json")


async def _written(
    call: ModelCall, request: GenerateContentRequest
) -> AsyncGenerator[dict[str, Any]]:
    """The answer in pieces. Raises ApiError before the first."""
    whole = await expand(request, call.model, call.caches)
    plan = await make_plan(whole.request, call.model, call.engine, call.files)
    reply = ResponseBuilder(plan, call.engine.model.answered_by, whole.cached)
    deltas = call.answering.counted(run_candidates(plan, call.engine))
    async with aclosing(reply.stream(deltas)) as chunks:
        async for chunk in chunks:
            yield chunk


async def count(call: HttpCall) -> Response:
    request = read_message(CountTokensRequest, call.body)
    cached = {}
    if request.generate_content_request is not None:
        whole = await expand(request.generate_content_request, call.model, call.caches)
        request = request.model_copy(update={"generate_content_request": whole.request})
        cached = whole.cached
    return JSONResponse(await count_tokens(request, call.engine, call.files, cached))


async def embed_content(call: HttpCall) -> Response:
    return JSONResponse(await embedding(call))


async def batch_embed_contents(call: HttpCall) -> Response:
    return JSONResponse(await embeddings(call))


METHODS: dict[str, Callable[[HttpCall], Coroutine[Any, Any, Response]]] = {
    "generateContent": generate_content,
    "streamGenerateContent": stream_generate_content,
    "countTokens": count,
    "embedContent": embed_content,
    "batchEmbedContents": batch_embed_contents,
}


def supported_by(method: str) -> str:
    """The name under which a model lists `method`: streaming is part of generateContent."""
    return "generateContent" if method == "streamGenerateContent" else method


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which is cancelled when the client goes away before it is there.

    The body of `request` has to be read before.
    """
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ApiError(499, "The client closed the connection.")
        return working.result()
    finally:
        for task in (working, watching):
            task.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _in_api_errors(
    chunks: AsyncGenerator[dict[str, Any]],
) -> AsyncGenerator[dict[str, Any]]:
    """The same chunks, an engine's failure on the way being an ApiError."""
    try:
        async with aclosing(chunks):
            async for chunk in chunks:
                yield chunk
    except ENGINE_FAILURES as error:
        raise as_api_error(error) from error


async def _opened(
    chunks: AsyncGenerator[dict[str, Any]],
) -> AsyncGenerator[dict[str, Any]]:
    """The same chunks, the first of them already there."""
    first = await anext(chunks)

    async def rest() -> AsyncGenerator[dict[str, Any]]:
        async with aclosing(chunks):
            yield first
            async for chunk in chunks:
                yield chunk

    return rest()


async def count_tokens(
    request: CountTokensRequest,
    engine: Engine,
    files: FileReader,
    cached: Mapping[Modality, int],
) -> dict[str, Any]:
    """`{"totalTokens", "promptTokensDetails"}`, text in the engine's own tokens.

    `cached` are those of them that came from a cached content.
    """
    whole = request.generate_content_request
    if whole is not None and request.contents:
        message = "Only one of contents and generate_content_request may be set."
        raise invalid_argument(message)
    owner = "CountTokensRequest" if whole is None else "GenerateContentRequest"
    contents = request.contents if whole is None else whole.contents
    system = None if whole is None else whole.system_instruction
    check_contents(contents, owner)
    prompt = await read_contents(contents, system, files)
    tokens = await tokens_by_modality(prompt, await engine.count_prompt(prompt), engine)
    counted = {"totalTokens": sum(tokens.values()), "promptTokensDetails": token_details(tokens)}
    return counted | cached_usage(cached)
