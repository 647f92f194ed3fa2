"""Media go to the browser in pieces, so that a long sound isn't copied whole to be played.

Players ask for "all from here on" (`Range: bytes=0-`), and Streamlit answers with all of it, copied
twice on the way. A server may give less than was asked (RFC 9110, 14.2 and 15.3.7); the player
then asks for the rest when it needs it.
"""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

PIECE = 4 * 2**20  # bytes
OPEN_RANGE = re.compile(rb"bytes=(\d+)-")


class MediaInPieces:
    """Puts an end to open ranges that are asked of Streamlit's media."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "/media/" in scope["path"]:
            scope = {**scope, "headers": [(n, _ended(n, v)) for n, v in scope["headers"]]}
        await self.app(scope, receive, send)


def _ended(name: bytes, value: bytes) -> bytes:
    match = OPEN_RANGE.fullmatch(value.strip()) if name == b"range" else None
    return value if match is None else b"bytes=%b-%d" % (match[1], int(match[1]) + PIECE - 1)
