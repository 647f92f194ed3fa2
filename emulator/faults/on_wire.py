"""Faults of the connection: a reply that is late, broken off, silent, or not what it says it is."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator

from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from emulator.faults.table import Fault

EVENTS_BEFORE_TEXT = 2  # of an interaction: it is created, and a step begins
_END = "\r\n\r\n"

Chunk = str | bytes | memoryview


async def wait_first(fault: Fault | None) -> None:
    """The silence before the first byte."""
    if fault is not None and fault.seconds:
        await asyncio.sleep(fault.seconds)


def faulty_reply(response: Response, fault: Fault | None, path: str) -> Response:
    """The reply with the fault in it; `path` is the address that was asked."""
    if fault is None or fault.kind != "wire" or fault.seconds:
        return response
    pieces = fault.pieces + (EVENTS_BEFORE_TEXT if path.endswith("/interactions") else 0)
    if fault.rubbish:
        return _rubbish(response, fault.rubbish, pieces)
    if isinstance(response, StreamingResponse):
        response.body_iterator = _first(response.body_iterator, pieces)
    return BrokenReply(response, hangs=fault.hangs)


class BrokenReply(Response):
    """A reply that never comes to its end: cut off, or silent for as long as somebody listens.

    The server closes the connection of an application that returns before its last byte.
    """

    def __init__(self, whole: Response, *, hangs: bool) -> None:
        super().__init__(status_code=whole.status_code)
        self._whole = whole
        self._hangs = hangs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_but_the_end(message: Message) -> None:
            if message["type"] != "http.response.body" or message.get("more_body"):
                await send(message)
                return
            if body := message.get("body", b""):
                await send({**message, "body": body[: len(body) // 2], "more_body": True})
            while self._hangs and (await receive())["type"] != "http.disconnect":
                pass

        await self._whole(scope, receive, send_but_the_end)


def _rubbish(response: Response, rubbish: str, pieces: int) -> Response:
    if not isinstance(response, StreamingResponse):
        return Response(rubbish, response.status_code, media_type=response.media_type)
    before = response.body_iterator

    async def chunks() -> AsyncIterator[Chunk]:
        async for chunk in _first(before, pieces):
            yield chunk
        yield f"data: {rubbish}{_END}"

    response.body_iterator = chunks()
    return response


async def _first(chunks: AsyncIterable[Chunk], count: int) -> AsyncIterator[Chunk]:
    """The first of them; what makes the others is ended."""
    try:
        async for chunk in chunks:
            yield chunk
            count -= 1
            if count <= 0:
                return
    finally:
        close = getattr(chunks, "aclose", None)
        if close is not None:
            await close()
