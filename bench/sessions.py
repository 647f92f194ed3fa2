"""Many sessions at once, without as many browsers: what one page sent, sent by many.

Thirty pages of Chromium would take the machine's cores from the server they measure. So one real
page is opened and asked once, and what it sends is kept: what belongs to its load, and what belongs
to the prompt. Each session then does the same without a browser (`bench.replays`, a module for each
way to talk with a server): it loads, waits for all the others, and sends the prompt when they do.
Time runs until what carries the answer's first mark arrives. What is left out is the browser's
drawing; what the server does is the same, because it is asked the same.
"""

import asyncio
import contextlib
import importlib
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from playwright.async_api import Browser

from bench.browser import WRITING_SECONDS, Visitor, visitor
from bench.peers import Mock, Peer

ROUND_SECONDS = 180


class Session(Protocol):
    """One session that has loaded its page."""

    async def ask(self) -> None:
        """Send the prompt and return when its answer's first text has come."""

    async def answered(self) -> None:
        """After `ask`: return when the answer's last text has come."""

    async def read_on(self) -> None:
        """Take what comes, as an open page would, without end."""


Replay = Callable[[str], AbstractAsyncContextManager[Session]]
"""Opens a session at the URL of a server."""

Record = Callable[[Visitor, str], Awaitable[Replay]]
"""Asks once, at a pace, on a page that has just loaded, and keeps what was sent. Each module of
`bench.replays` has one, `record`."""


async def record(browser: Browser, peer: Peer, url: str, mock: Mock, pace: str) -> Replay:
    """Open one page, ask once for an answer at `pace`, and keep what was sent."""
    module = importlib.import_module(f"bench.replays.{peer.replay}")
    recorded: Record = module.record
    async with visitor(browser, peer.screen, url, mock) as guest:
        return await recorded(guest, pace)


async def at_once(replay: Replay, url: str, count: int) -> list[float]:
    """Milliseconds from the prompt to the first answer text, for each of `count` sessions."""
    gate = asyncio.Barrier(count)
    async with asyncio.timeout(ROUND_SECONDS), asyncio.TaskGroup() as group:
        sessions = [group.create_task(_session(replay, url, gate)) for _ in range(count)]
    return [session.result() for session in sessions]


async def _session(replay: Replay, url: str, gate: asyncio.Barrier) -> float:
    async with replay(url) as session:
        await gate.wait()
        await asyncio.sleep(WRITING_SECONDS)
        start = time.perf_counter()
        await session.ask()
        first_ms = (time.perf_counter() - start) * 1000
        # The others are still waiting: this one reads on, as an open page would.
        reading = asyncio.create_task(session.read_on())
        await gate.wait()
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
    return first_ms
