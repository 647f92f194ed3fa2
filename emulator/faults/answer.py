"""Faults within an answer: blocked, cut short, empty, or of no use."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from emulator.faults.table import Fault

Response = dict[str, Any]
"""A `GenerateContentResponse`."""


async def faulty_stream(
    responses: AsyncGenerator[Response], fault: Fault | None
) -> AsyncGenerator[Response]:
    """The responses of a stream up to the fault, which is the last of them."""
    if fault is None or fault.kind != "answer":
        async with aclosing(responses):
            async for response in responses:
                yield response
        return
    left = fault.pieces
    async with aclosing(responses):
        async for response in responses:
            if left <= 0 or _ends(response):
                yield _last(response, fault)
                return
            left -= 1
            yield response


def faulty_whole(response: Response, fault: Fault | None) -> Response:
    """The same of a response that comes at once: of its text the beginning is left."""
    if fault is None or fault.kind != "answer":
        return response
    ended = _last(response, fault)
    text = _text(response)
    if fault.pieces and text:
        part = {"text": text[: max(1, len(text) // 4)]}
        ended["candidates"][0]["content"] = {"role": "model", "parts": [part]}
    return ended


def _last(response: Response, fault: Fault) -> Response:
    rest = {name: value for name, value in response.items() if name != "candidates"}
    if fault.response:
        return rest | fault.response
    candidate = {"content": {"role": "model"}, "index": 0} | fault.candidate
    return rest | {"candidates": [candidate]}


def _ends(response: Response) -> bool:
    return any("finishReason" in candidate for candidate in response["candidates"])


def _text(response: Response) -> str:
    parts = response["candidates"][0]["content"].get("parts", ())
    return "".join(part.get("text", "") for part in parts if not part.get("thought"))
