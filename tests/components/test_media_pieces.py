"""Open ranges of media get an end; nothing else is touched."""

import asyncio
from typing import Any

import pytest

from app import PIECE, MediaInPieces


def passed_on(path: str, *headers: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    """The headers as the app behind sees them."""
    seen: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)

    scope = {"type": "http", "path": path, "headers": list(headers)}
    asyncio.run(MediaInPieces(app)(scope, None, None))  # type: ignore[arg-type]
    return seen["headers"]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (b"bytes=0-", b"bytes=0-%d" % (PIECE - 1)),
        (b"bytes=500-", b"bytes=500-%d" % (500 + PIECE - 1)),
        (b"bytes=0-99", b"bytes=0-99"),
        (b"bytes=-99", b"bytes=-99"),
        (b"rubbish", b"rubbish"),
    ],
)
def test_ranges(asked: bytes, given: bytes) -> None:
    assert passed_on("/media/a.wav", (b"range", asked)) == [(b"range", given)]


def test_other_requests_are_left() -> None:
    assert passed_on("/static/x", (b"range", b"bytes=0-")) == [(b"range", b"bytes=0-")]
    assert passed_on("/media/a.wav", (b"accept", b"bytes=0-")) == [(b"accept", b"bytes=0-")]
