"""The HTTP client the SDK is given: retries that listen to the server, and a record of the wire.

The SDK retries nothing by default, its own retries ignore `RetryInfo`, and it keeps no trace of
what it sent. Both belong below it, where every request passes: `send()` of this client.
Subclassing the client, not its transport, keeps the environment's proxies working.
"""

import asyncio
import json
import random
import re
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypedDict

import httpx2

from gemini.api.redaction import hidden_in_json, masked_headers, masked_url
from gemini.api.wire import Chunk, EventStream, Exchange
from gemini.plain import mapping, mappings

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
REFUSED_STATUSES = frozenset({429, 503})  # nothing has begun
RETRIED_ERRORS = (httpx2.ConnectError, httpx2.ConnectTimeout)
ATTEMPTS = 4  # the first one included
FIRST_DELAY = 1.0  # seconds; doubles with each attempt
LONGEST_DELAY = 30.0  # seconds; a server that asks for more is not waited for
CONNECT_TIMEOUT = 10.0  # seconds; a read may take as long as the caller says
STARTS = re.compile(
    r":(predictLongRunning|batchGenerateContent|asyncBatchEmbedContent)$"
    r"|/(cachedContents|tunedModels|tuningJobs|batchPredictionJobs)$"
)
"""The ends of addresses to which a POST makes something that lasts."""


class ClientOptions(TypedDict):
    """What the client is made with."""

    limits: httpx2.Limits
    headers: dict[str, str]
    follow_redirects: bool


OPTIONS = ClientOptions(
    limits=httpx2.Limits(max_connections=256, max_keepalive_connections=64, keepalive_expiry=60),
    headers={"Accept-Encoding": "gzip"},  # what `Exchange.decoded_chunks` reads
    follow_redirects=False,  # the key in its header would go along to another host
)


@dataclass
class Recorder:
    """Collects the exchanges made inside `recording()`, one per attempt.

    `on_retry(status, seconds)` is called before each wait; status is None for no connection.
    `secrets` are texts of the body that must not be seen, such as the headers of an MCP server.
    `headers` are sent with each request.
    """

    exchanges: list[Exchange] = field(default_factory=list)
    on_retry: Callable[[int | None, float], None] | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


_recorder: ContextVar[Recorder | None] = ContextVar("recorder", default=None)


@contextmanager
def recording(recorder: Recorder) -> Iterator[Recorder]:
    """Record what this thread or task sends and gets meanwhile."""
    token = _recorder.set(recorder)
    try:
        yield recorder
    finally:
        _recorder.reset(token)


class AsyncClient(httpx2.AsyncClient):
    """`httpx2.AsyncClient` that retries and records. For use on one event loop."""

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        for attempt in count(1):
            exchange, start = _begin(request), time.monotonic()
            try:
                response = await super().send(request, **options)
            except RETRIED_ERRORS:
                status, delay = None, retry_delay(attempt, None)
                if delay is None:
                    raise
            else:
                if response.status_code in RETRIED_STATUSES:
                    await response.aread()
                _note(exchange, response, start)
                status, delay = response.status_code, retry_delay(attempt, response)
                if delay is None or _may_have_begun(status, request):
                    _read_by_the_standard(response)
                    return response
            _tell_retry(status, delay)
            await asyncio.sleep(delay)
        raise AssertionError("unreachable: count() has no end")


def _may_have_begun(status: int, request: httpx2.Request) -> bool:
    """Whether what was asked for may be there, though the server says that it failed.

    That is so of what lasts: a job, an agent's task. Asked for again, it would be made, and paid
    for, twice.
    """
    if status in REFUSED_STATUSES or request.method != "POST":
        return False
    path = request.url.path
    if not path.endswith("/interactions"):
        return bool(STARTS.search(path))
    try:
        body = mapping(json.loads(request.content))
    except (ValueError, httpx2.RequestNotRead):
        return False
    return bool(body.get("agent") or body.get("background"))


def retry_delay(attempt: int, response: httpx2.Response | None) -> float | None:
    """Seconds to wait after attempt number `attempt` (from 1), or None for no further attempt.

    A delay that the server names (`RetryInfo.retryDelay`, `Retry-After`) is kept to; without one
    the wait doubles each time, with jitter. `response` is None for a connection that failed.
    """
    if response is not None and response.status_code not in RETRIED_STATUSES:
        return None
    if attempt >= ATTEMPTS:
        return None
    delay = server_delay(response) if response is not None else None
    if delay is None:
        longest = min(FIRST_DELAY * 2 ** (attempt - 1), LONGEST_DELAY)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 (jitter, not a secret)
    if delay > LONGEST_DELAY:
        return None
    return delay + random.uniform(0, 0.25)  # noqa: S311


def server_delay(response: httpx2.Response) -> float | None:
    """The seconds that an error response (already read) asks to wait, if it does."""
    try:
        delay = delay_in(response.json())
    except ValueError:
        delay = None
    after = response.headers.get("retry-after", "")
    return float(after) if delay is None and after.isdigit() else delay


def delay_in(body: Any) -> float | None:
    """`retryDelay` in seconds from an API error body, `{"error": {"details": [...]}}`."""
    for detail in error_details(body):
        if str(detail.get("@type", "")).endswith("RetryInfo"):
            match = re.fullmatch(r"(\d+(?:\.\d+)?)s", str(detail.get("retryDelay", "")))
            return float(match[1]) if match else None
    return None


def error_in(body: Any) -> dict[str, Any]:
    """The error that a body holds, or is; an empty one where it holds none."""
    if isinstance(body, list):  # a streaming method wraps its error in a list
        body = body[0] if body else None
    return mapping(body.get("error", body)) if isinstance(body, dict) else {}


def error_details(body: Any) -> list[dict[str, Any]]:
    """The details of an API error body, `{"error": {"details": [...]}}`."""
    return mappings(error_in(body).get("details"))


def _begin(request: httpx2.Request) -> Exchange | None:
    _limit_connect(request)
    recorder = _recorder.get()
    if recorder is None:
        return None
    request.headers.update(recorder.headers)
    try:
        body = request.content
    except httpx2.RequestNotRead:  # an upload that is read as it goes is not kept
        body = b""
    headers, url = masked_headers(request.headers), masked_url(str(request.url))
    body = hidden_in_json(body, recorder.secrets)
    exchange = Exchange(request.method, url, headers, body, secrets=recorder.secrets)
    recorder.exchanges.append(exchange)
    return exchange


def _limit_connect(request: httpx2.Request) -> None:
    """A host that doesn't pick up must not take as long as a model that thinks."""
    timeout = request.extensions.get("timeout")
    if isinstance(timeout, dict):
        given = timeout.get("connect")
        timeout["connect"] = CONNECT_TIMEOUT if given is None else min(given, CONNECT_TIMEOUT)


def _note(exchange: Exchange | None, response: httpx2.Response, start: float) -> None:
    if exchange is None:
        return
    exchange.status = response.status_code
    exchange.response_headers = masked_headers(response.headers)
    if response.is_closed:
        exchange.chunks.append(Chunk(time.monotonic() - start, response.content))
        exchange.response_headers.pop("content-encoding", None)
    elif isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _RecordedStream(response.stream, exchange, start)


def _tell_retry(status: int | None, delay: float) -> None:
    recorder = _recorder.get()
    if recorder is not None and recorder.on_retry is not None:
        recorder.on_retry(status, delay)


def _read_by_the_standard(response: httpx2.Response) -> None:
    """Put the events of a streamed response in the form that the SDK reads."""
    if not response.headers.get("content-type", "").startswith("text/event-stream"):
        return
    stream, encoding = response.stream, response.headers.get("content-encoding", "identity")
    if response.is_closed or not isinstance(stream, httpx2.AsyncByteStream):
        return
    if encoding in {"gzip", "deflate"}:
        del response.headers["content-encoding"]
        stream = _Inflated(stream)
    elif encoding != "identity":
        return
    response.stream = _StandardEvents(stream)


class _Body(httpx2.AsyncByteStream):
    """A response body that is changed or watched on its way; closing it closes the body itself."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def aclose(self) -> None:
        await self._stream.aclose()


class _StandardEvents(_Body):
    """An uncompressed event stream as `EventStream` writes it."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        events = EventStream()
        async for data in self._stream:
            if complete := events.feed(data):
                yield complete
        if last := events.end():
            yield last


class _Inflated(_Body):
    """A body without the compression of its transfer (gzip or zlib, told by its header)."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        inflate = zlib.decompressobj(wbits=47)
        try:
            async for data in self._stream:
                yield inflate.decompress(data)
        except zlib.error as error:
            raise httpx2.DecodingError(str(error)) from error


class _RecordedStream(_Body):
    """A body unchanged, each piece noted with its time."""

    def __init__(self, stream: httpx2.AsyncByteStream, exchange: Exchange, start: float) -> None:
        super().__init__(stream)
        self._exchange = exchange
        self._start = start

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for data in self._stream:
            self._exchange.chunks.append(Chunk(time.monotonic() - self._start, data))
            yield data
