"""Bytes to JSON and back: request bodies, server-sent events, streamed arrays.

The wire's facts: requests are JSON in UTF-8; a stream is either events framed
`data: {json}\\r\\n\\r\\n` (`alt=sse`) or one JSON array whose items arrive one by one.
"""

import json
import math
from collections.abc import AsyncIterator
from typing import Any, NoReturn

from starlette.requests import Request

from emulator.errors import ApiError, invalid_argument

MAX_BODY_BYTES = 100 * 1024 * 1024  # the API's limit for a request with inline media
MAX_DEPTH = 100  # google.protobuf's own limit for nested messages


async def read_json(request: Request, limit: int = MAX_BODY_BYTES) -> dict[str, Any]:
    """The request's body as an object. Raises ApiError 413 above `limit` bytes, or 400."""
    return parse_object(await read_bytes(request, limit))


async def read_bytes(request: Request, limit: int = MAX_BODY_BYTES) -> bytes:
    """The request's body. Raises ApiError 413 above `limit` bytes."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)


def key_of(request: Request) -> str:
    """The API key of a request, or the token that stands in for one; "" for none."""
    scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
    bearer = token if scheme.lower() == "bearer" else ""
    key = request.headers.get("x-goog-api-key") or bearer or request.query_params.get("key", "")
    return key.strip()


def parse_object(body: bytes) -> dict[str, Any]:
    """A JSON object; an empty body is an empty one. Raises ApiError 400."""
    if not body.strip():
        return {}
    try:
        value = json.loads(body, parse_constant=_reject_constant, parse_float=_finite)
        # Lone surrogates are legal JSON escapes and yet no text: nothing could send them back.
        if b"\\u" in body:
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise invalid_argument("Message too deep. Max recursion depth reached.") from error
    except ValueError as error:
        message = f"Invalid JSON payload received. {error}"
        raise invalid_argument(message) from error
    if not isinstance(value, dict):
        message = "Invalid JSON payload received. Expected an object at the top."
        raise invalid_argument(message)
    if _deeper_than(value, MAX_DEPTH):
        raise invalid_argument("Message too deep. Max recursion depth reached.")
    return value


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


async def sse(chunks: AsyncIterator[dict[str, Any]]) -> AsyncIterator[str]:
    """Chunks as server-sent events. An ApiError on the way is the last event."""
    try:
        async for chunk in chunks:
            yield f"data: {dumps(chunk)}\r\n\r\n"
    except ApiError as error:
        yield f"data: {dumps(error.body)}\r\n\r\n"


async def json_array(chunks: AsyncIterator[dict[str, Any]]) -> AsyncIterator[str]:
    """Chunks as the items of one JSON array. An ApiError on the way is the last item."""
    separator = "["
    try:
        async for chunk in chunks:
            yield f"{separator}{dumps(chunk)}"
            separator = ",\r\n"
    except ApiError as error:
        yield f"{separator}{dumps(error.body)}"
        separator = ","
    yield "[]" if separator == "[" else "]"


def _too_large(limit: int) -> ApiError:
    megabytes = limit // (1024 * 1024)
    message = (
        f"Request payload size exceeds the limit: {limit} bytes ({megabytes} MB). "
        "Upload large media through the Files API and refer to them by their URI."
    )
    return ApiError(413, message)


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value.")


def _finite(digits: str) -> float:
    """Python reads 1e999 as infinity, which could never be written as JSON again."""
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:20]} is beyond the numbers there are.")
    return number


def _deeper_than(value: Any, limit: int) -> bool:
    """Whether objects and arrays nest more than `limit` deep, without recursing itself."""
    level: list[Any] = [value]
    for _ in range(limit):
        children: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                children.extend(item.values())
            elif isinstance(item, list):
                children.extend(item)
        if not children:
            return False
        level = children
    return True
