"""SIGTERM: nobody new is let in, answers end for a set time, then the server ends as it would.

A proxy sees that `/readyz` says 503, and takes new people to another process; those who are here go
on until their answers have ended. What hasn't by then is in the history as far as it came.
"""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from components.observing import waited_for
from gemini.format import counted

log = logging.getLogger(__name__)

VARIABLE = "PLAYGROUND_DRAIN_SECONDS"
USUAL = 20.0  # seconds; Kubernetes and Docker kill after 30 and 10, where nothing else is said
LOOK_EVERY = 0.1  # seconds
LAST_WORDS = 0.5  # seconds that the end of an answer has to get to the screen
GOING = "This server is restarting. Try again in a moment."


class Drain:
    """Whether this process is about to end."""

    def __init__(self) -> None:
        self.on = False

    @contextmanager
    def at_sigterm(self) -> Iterator[None]:
        """Drain at the first SIGTERM, and end at the second. To be entered on the server's loop.

        The server's own handler is called when all have ended: uvicorn sets it before its start.
        """
        stop, loop = signal.getsignal(signal.SIGTERM), asyncio.get_running_loop()
        if not callable(stop):
            yield
            return

        def begin(number: int, frame: FrameType | None) -> None:
            # A second signal may interrupt this at any line, so nothing here takes a lock.
            if self.on:
                stop(number, frame)
                return
            self.on = True
            loop.call_soon_threadsafe(lambda: tasks.append(loop.create_task(self._wait(stop))))

        tasks: list[asyncio.Task[None]] = []
        try:
            signal.signal(signal.SIGTERM, begin)
        except ValueError:  # not the main thread: somebody else's server
            yield
            return
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, stop)
            for task in tasks:
                task.cancel()

    async def _wait(self, stop: "signal._HANDLER") -> None:
        until = time.monotonic() + seconds_from(os.environ)
        if waiting := waited_for():
            log.warning("Ending; waiting for %s.", counted(waiting, "answer"))
            while waited_for() and time.monotonic() < until:
                await asyncio.sleep(LOOK_EVERY)
            if left := waited_for():
                log.warning("Cut: %s; what came by now is stored.", counted(left, "answer"))
            await asyncio.sleep(LAST_WORDS)
        if callable(stop):
            stop(signal.SIGTERM, None)


drain = Drain()
"""The one of this process."""


def seconds_from(environ: Mapping[str, str]) -> float:
    """How long answers are waited for, as the environment says."""
    try:
        return max(0.0, float(environ.get(VARIABLE, "").strip() or USUAL))
    except ValueError:
        log.warning("%s must be a number of seconds; it is %g.", VARIABLE, USUAL)
        return USUAL


class NobodyNew:
    """While the process drains, answers new pages and new sessions with 503.

    A session that was here may come back: a browser names it when it has lost its connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if drain.on and _is_new(scope):
            response = PlainTextResponse(GOING, 503, {"retry-after": "2"})
            await response(scope, receive, send)  # of a handshake too, where the server can
            return
        await self.app(scope, receive, send)


def _is_new(scope: Scope) -> bool:
    headers = Headers(scope=scope) if scope["type"] in {"http", "websocket"} else Headers()
    if scope["type"] == "websocket":
        named = headers.get("sec-websocket-protocol", "").split(",")  # streamlit, XSRF, session
        return len(named) < 3
    return headers.get("sec-fetch-dest") == "document" or (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and "text/html" in headers.get("accept", "")
    )
