"""The server: what lives as long as the process starts and stops here.

`streamlit run app.py` serves it. The screens are in `components/shell.py` and `pages/`; the shell
is not here because a `pages/` folder beside the main script is read by Streamlit's older way of
finding pages, which gets in the way of `st.navigation`.
"""

import ctypes
import gc
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import anyio
import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from components.static_files import CompressedFiles, StartOfPages
from emulator import launch
from server import base_path, health
from server.browsers import BrowserCookies
from server.draining import NobodyNew, drain
from server.headers import SecurityHeaders
from server.log import Requests, set_up_log
from server.metrics import Measured
from server.shared_pages import SharedPages
from server.sign_in import SignInFaults

SWITCH_INTERVAL = 0.0005  # seconds; for this and the next see `lifespan`
GARBAGE_THRESHOLD = (20_000, 10, 2)  # objects, collections, collections
M_ARENA_MAX, ARENAS = -8, 2  # https://man7.org/linux/man-pages/man3/mallopt.3.html
PIECE = 4 * 2**20  # bytes
OPEN_RANGE = re.compile(rb"bytes=(\d+)-")


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


def _share_heaps() -> None:
    """Have all threads share two heaps, where the C library is glibc.

    Each script runs in a thread of its own. In sixteen heaps, as glibc has them on two cores, more
    than half of what a hundred people made it take was free, and of no use.
    """
    with suppress(OSError, AttributeError, TypeError):  # another library
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, object]]:
    """Start the emulator where nothing else answers, import what the first prompt would wait for.

    Threads take turns ten times as often as Python's default has it: one loop reads the streams of
    all sessions, and while thirty come at once it would keep every screen waiting for their end.

    Cycles are looked for less often, and not among what was imported: the SDK makes so many objects
    of a chunk that Python would look through them forty times in a long answer that comes at once.
    But often enough among all: what a session had, half a megabyte, is in cycles when it has gone.
    """
    from components.connection import is_configured
    from components.demo_mode import log_trouble
    from components.environment import load_environment
    from components.files.uploaded import know_missing_files
    from components.history import close_history
    from components.local_emulator import emulator
    from components.people import know_browsers
    from components.runtime import adapt_streamlit
    from components.tracing import begin_tracing, end_tracing
    from components.warm_up import warm_up  # now that there is a runtime for its caches

    load_environment()
    set_up_log()
    sys.setswitchinterval(SWITCH_INTERVAL)
    _share_heaps()
    adapt_streamlit()
    know_missing_files()
    know_browsers()
    emulator.provide(launch.start)
    if not is_configured():  # else it is started when somebody chooses it
        emulator.begin()
        await anyio.to_thread.run_sync(emulator.wait)
    log_trouble()
    await anyio.to_thread.run_sync(warm_up)
    begin_tracing()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLD)
    try:
        with drain.at_sigterm():
            yield {}
    finally:
        await anyio.to_thread.run_sync(close_history)
        await anyio.to_thread.run_sync(emulator.close)
        await anyio.to_thread.run_sync(end_tracing)


app = st.App(
    Path(__file__).parent / "components" / "shell.py",
    lifespan=lifespan,
    routes=[*health.routes(), *base_path.routes()],
    middleware=[
        Middleware(Requests),
        Middleware(SecurityHeaders),
        Middleware(Measured),
        Middleware(NobodyNew),
        Middleware(SharedPages),
        Middleware(SignInFaults),
        Middleware(BrowserCookies),
        Middleware(StartOfPages),
        Middleware(CompressedFiles),
        Middleware(MediaInPieces),
    ],
)
