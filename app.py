"""The server: what lives as long as the process starts and stops here.

`streamlit run app.py` serves it. The screens are in `components/shell.py` and `pages/`; the shell
is not here because a `pages/` folder beside the main script is read by Streamlit's older way of
finding pages, which gets in the way of `st.navigation`.
"""

import gc
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.static_files import CompressedFiles, LinksToFiles
from emulator import launch

SWITCH_INTERVAL = 0.0005  # seconds; for this and the next see `lifespan`
GARBAGE_THRESHOLD = (20_000, 20, 20)  # objects, collections, collections
# A page loads nothing from elsewhere, whatever an answer or a file says. Of scripts the policy only
# keeps out those of other servers: Streamlit's page has inline ones, its components come as blobs,
# and its charts are made with `eval`.
CONTENT = (
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' data: blob:",
    "worker-src 'self' blob:",
    "frame-src 'self' blob: data: https://www.youtube.com",  # its player, for a video of theirs
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
)
PIECE = 4 * 2**20  # bytes
OPEN_RANGE = re.compile(rb"bytes=(\d+)-")
HEADERS = {
    b"content-security-policy": "; ".join(CONTENT).encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"SAMEORIGIN",
}


class SecurityHeaders:
    """Adds `HEADERS` to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *HEADERS.items()]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class MediaInPieces:
    """Media go to the browser in pieces, so that a long sound isn't copied whole to be played.

    Players ask for "all from here on" (`Range: bytes=0-`), and Streamlit answers with all of it,
    copied twice on the way. A server may give less than was asked (RFC 9110, 14.2 and 15.3.7); the
    player then asks for the rest when it needs it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "/media/" in scope["path"]:
            scope = {**scope, "headers": [(n, _ended(n, v)) for n, v in scope["headers"]]}
        await self.app(scope, receive, send)


def _ended(name: bytes, value: bytes) -> bytes:
    match = OPEN_RANGE.fullmatch(value.strip()) if name == b"range" else None
    return value if match is None else b"bytes=%b-%d" % (match[1], int(match[1]) + PIECE - 1)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, object]]:
    """Start the emulator where nothing else answers, import what the first prompt would wait for.

    Threads take turns ten times as often as Python's default has it: one loop reads the streams of
    all sessions, and while thirty come at once it would keep every screen waiting for their end.

    Cycles are looked for less often, and not among what was imported: the SDK makes so many objects
    of a chunk that Python would look through them forty times in a long answer that comes at once.
    """
    from components.connection import is_configured
    from components.history import close_history
    from components.local_emulator import emulator
    from components.session import finish_callbacks
    from components.warm_up import warm_up  # now that there is a runtime for its caches

    sys.setswitchinterval(SWITCH_INTERVAL)
    finish_callbacks()
    emulator.provide(launch.start)
    if not is_configured():
        emulator.begin()
        await anyio.to_thread.run_sync(emulator.wait)
    await anyio.to_thread.run_sync(warm_up)
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLD)
    try:
        yield {}
    finally:
        await anyio.to_thread.run_sync(close_history)
        await anyio.to_thread.run_sync(emulator.close)


app = st.App(
    Path(__file__).parent / "components" / "shell.py",
    lifespan=lifespan,
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(LinksToFiles),
        Middleware(CompressedFiles),
        Middleware(MediaInPieces),
    ],
)
