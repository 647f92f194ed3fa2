"""The HTTP clients retry what deserves it, wait as they are told, and record the wire masked."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

from gemini.api import http
from gemini.api.redaction import MASK
from gemini.api.wire import EventStream

RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo"


def error_body(delay: str | None = None) -> dict[str, Any]:
    details = [{"@type": RETRY_INFO, "retryDelay": delay}] if delay else []
    return {"error": {"code": 429, "message": "slow down", "details": details}}


def response(
    status: int, body: Any = None, headers: dict[str, str] | None = None
) -> httpx2.Response:
    return httpx2.Response(status, json=body, headers=headers)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds waited for, without waiting."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(http.asyncio, "sleep", sleep)
    return waited


def send(
    handler: Callable[[httpx2.Request], httpx2.Response], path: str = "", body: Any = None
) -> httpx2.Response:
    """One POST through the client."""
    transport = httpx2.MockTransport(handler)
    headers = {"x-goog-api-key": "a-secret-key"}

    async def post() -> httpx2.Response:
        async with http.AsyncClient(transport=transport) as client:
            return await client.post(
                f"http://box/v1{path}?key=a-secret-key", headers=headers, json=body or {}
            )

    return asyncio.run(post())


class Replies:
    """Gives one reply after the other; an exception is raised."""

    def __init__(self, *replies: httpx2.Response | Exception) -> None:
        self.left = list(replies)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        reply = self.left.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


@pytest.mark.parametrize("status", sorted(http.RETRIED_STATUSES))
def test_a_passing_failure_is_asked_again(status: int, waits: list[float]) -> None:
    replies = Replies(response(status), response(200, {"ok": True}))
    assert send(replies).json() == {"ok": True}
    assert len(waits) == 1


LASTING = [
    ("/interactions", {"agent": "deep-research"}),
    ("/interactions", {"model": "m", "background": True}),
    ("/models/veo:predictLongRunning", {}),
    ("/models/m:batchGenerateContent", {}),
    ("/cachedContents", {}),
    ("/tuningJobs", {}),
]


@pytest.mark.parametrize(("path", "body"), LASTING)
@pytest.mark.parametrize("status", sorted(http.RETRIED_STATUSES))
def test_what_lasts_is_never_begun_twice(
    status: int, path: str, body: Any, waits: list[float]
) -> None:
    replies = Replies(response(status), response(200, {"ok": True}))
    refused = status in {429, 503}
    assert send(replies, path, body).status_code == (200 if refused else status)
    assert len(waits) == (1 if refused else 0)


@pytest.mark.parametrize(("path", "body"), [("/interactions", {"model": "m"}), ("/m:generate", {})])
def test_an_answer_that_failed_is_asked_for_again(path: str, body: Any, waits: list[float]) -> None:
    replies = Replies(response(500), response(200, {"ok": True}))
    assert send(replies, path, body).status_code == 200


@pytest.mark.parametrize("status", [400, 401, 403, 404, 501])
def test_a_lasting_failure_is_not(status: int, waits: list[float]) -> None:
    assert send(Replies(response(status))).status_code == status
    assert waits == []


def test_no_connection_is_tried_again(waits: list[float]) -> None:
    replies = Replies(httpx2.ConnectError("refused"), response(200, {}))
    assert send(replies).status_code == 200
    assert len(waits) == 1


def test_it_gives_up_after_some_attempts(waits: list[float]) -> None:
    replies = Replies(*[response(503) for _ in range(http.ATTEMPTS)])
    assert send(replies).status_code == 503
    assert replies.left == []
    assert len(waits) == http.ATTEMPTS - 1

    replies = Replies(*[httpx2.ConnectError("refused") for _ in range(http.ATTEMPTS)])
    with pytest.raises(httpx2.ConnectError):
        send(replies)
    assert replies.left == []


def test_a_stream_that_breaks_is_not_asked_again(waits: list[float]) -> None:
    with pytest.raises(httpx2.ReadError):
        send(Replies(httpx2.ReadError("reset")))
    assert waits == []


def test_the_delay_that_the_server_asks_for_is_kept_to(waits: list[float]) -> None:
    send(Replies(response(429, error_body("7s")), response(200, {})))
    assert 7 <= waits[0] <= 7.5


def test_a_delay_too_long_to_wait_for_ends_it(waits: list[float]) -> None:
    reply = send(Replies(response(429, error_body("3600s"))))
    assert reply.status_code == 429
    assert waits == []


def test_retries_are_told_and_every_attempt_is_recorded(waits: list[float]) -> None:
    told: list[tuple[int | None, float]] = []
    replies = Replies(httpx2.ConnectError("refused"), response(503), response(200, {}))
    recorder = http.Recorder(on_retry=lambda status, delay: told.append((status, delay)))
    with http.recording(recorder):
        send(replies)
    assert [status for status, _ in told] == [None, 503]
    assert [e.status for e in recorder.exchanges] == [None, 503, 200]


def test_no_secret_is_recorded(waits: list[float]) -> None:
    with http.recording(http.Recorder()) as recorder:
        send(Replies(response(200, {})))
    exchange = recorder.exchanges[0]
    assert "a-secret-key" not in f"{exchange!r}"
    assert exchange.headers["x-goog-api-key"] == MASK
    assert MASK in exchange.url


def test_nothing_is_recorded_outside_of_recording(waits: list[float]) -> None:
    with http.recording(http.Recorder()) as recorder:
        pass
    send(Replies(response(200, {})))
    assert recorder.exchanges == []


def test_a_streamed_body_is_passed_on_and_recorded(waits: list[float]) -> None:
    async def body():
        yield b"one"
        yield b"two"

    async def read() -> tuple[bytes, http.Recorder]:
        transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=body()))
        with http.recording(http.Recorder()) as recorder:
            async with (
                http.AsyncClient(transport=transport) as client,
                client.stream("GET", "http://box/") as reply,
            ):
                return await reply.aread(), recorder
        raise AssertionError

    data, recorder = asyncio.run(read())
    assert data == b"onetwo"
    assert [c.data for c in recorder.exchanges[0].chunks] == [b"one", b"two"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [(None, http.CONNECT_TIMEOUT), (180.0, http.CONNECT_TIMEOUT), (2.0, 2.0)],
)
def test_connecting_takes_no_longer_than_this(
    given: float | None, expected: float, waits: list[float]
) -> None:
    seen: list[Any] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.extensions["timeout"])
        return response(200, {})

    async def get() -> None:
        async with http.AsyncClient(transport=httpx2.MockTransport(handler)) as client:
            await client.get("http://box/", timeout=httpx2.Timeout(180.0, connect=given))

    asyncio.run(get())
    assert seen[0]["connect"] == expected
    assert seen[0]["read"] == 180.0


def test_the_wait_doubles_with_jitter() -> None:
    for attempt, longest in ((1, 1.0), (2, 2.0), (3, 4.0)):
        delays = {http.retry_delay(attempt, None) for _ in range(50)}
        assert all(d is not None and longest / 2 <= d <= longest for d in delays)
        assert len(delays) > 1


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (error_body("37s"), 37.0),
        (error_body("1.5s"), 1.5),
        ([error_body("3s")], 3.0),
        (error_body("soon"), None),
        (error_body("-3s"), None),
        (error_body(), None),
        ({"details": [{"@type": RETRY_INFO, "retryDelay": "4s"}]}, 4.0),
        ({"error": "text"}, None),
        ({"error": {"details": "text"}}, None),
        ({"error": {"details": [None, 3]}}, None),
        ([], None),
        (None, None),
        ("text", None),
    ],
)
def test_the_delay_in_an_error(body: Any, expected: float | None) -> None:
    assert http.delay_in(body) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({"retry-after": "12"}, 12.0), ({"retry-after": "Wed, 21 Oct 2026"}, None), ({}, None)],
)
def test_the_delay_in_a_header(headers: dict[str, str], expected: float | None) -> None:
    assert http.server_delay(response(429, {}, headers)) == expected


def test_the_body_goes_before_the_header() -> None:
    both_given = response(429, error_body("5s"), {"retry-after": "9"})
    assert http.server_delay(both_given) == 5.0


def test_a_page_instead_of_json_has_no_delay() -> None:
    page = httpx2.Response(503, content=b"<html>", headers={"retry-after": "2"})
    assert http.server_delay(page) == 2.0
    assert json.loads(json.dumps(http.delay_in({}))) is None


def read_events(*pieces: bytes) -> bytes:
    events = EventStream()
    return b"".join([*map(events.feed, pieces), events.end()])


@pytest.mark.parametrize(
    ("body", "events"),
    [
        (b'data: {"a": 1}\r\n\r\ndata: {"b": 2}\r\n\r\n', [b'{"a": 1}', b'{"b": 2}']),
        (b': keep-alive\n\ndata: {"a": 1}\n\n: ping\n\n', [b'{"a": 1}']),
        (b'event: message\nid: 2\nretry: 10\ndata:{"a": 1}\n\n', [b'{"a": 1}']),
        (b'data: {"a":\ndata: 1}\n\ndata: [DONE]\n\n', [b'{"a": 1}']),
        (b'\xef\xbb\xbfdata: {"a": 1}\r\rdata: {"b": 2}\r\r', [b'{"a": 1}', b'{"b": 2}']),
        (b'data: {"a": 1}', [b'{"a": 1}']),
        (b'data: {"a": 1}\n\ndata: {"b": ', [b'{"a": 1}']),
        ('data: {"a": "x\u2028y\u0085z"}\n\n'.encode(), ['{"a": "x\u2028y\u0085z"}'.encode()]),
        (b"", []),
    ],
)
def test_events_are_read_by_the_standard(body: bytes, events: list[bytes]) -> None:
    expected = b"".join(b"data: " + event + b"\r\n\r\n" for event in events)
    assert read_events(body) == expected
    assert read_events(*(bytes([byte]) for byte in body)) == expected


def test_an_error_in_plain_json_is_passed_on_as_it_is() -> None:
    body = b'\n{"error": {\n"code": 500}}\n'
    assert read_events(body) == body
    assert read_events(*(bytes([byte]) for byte in body)) == body


@pytest.mark.parametrize("packed", [False, True])
def test_a_streamed_answer_with_comments_reaches_the_sdk_clean(packed: bool) -> None:
    body = b': ping\n\ndata: {"a": 1}\n\n'

    async def pieces() -> AsyncIterator[bytes]:
        yield gzip.compress(body) if packed else body

    def handler(_request: httpx2.Request) -> httpx2.Response:
        headers = {"content-type": "text/event-stream"}
        headers |= {"content-encoding": "gzip"} if packed else {}
        return httpx2.Response(200, headers=headers, content=pieces())

    async def fetch() -> bytes:
        client = http.AsyncClient(transport=httpx2.MockTransport(handler))
        async with client, client.stream("GET", "http://server/") as streamed:
            return b"".join([piece async for piece in streamed.aiter_bytes()])

    assert asyncio.run(fetch()) == b'data: {"a": 1}\r\n\r\n'
