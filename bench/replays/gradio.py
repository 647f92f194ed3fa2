"""Gradio's pages: each step of a prompt is posted, and what it gives comes by an event stream.

A page is known to the server by a hash that it makes itself; each session makes its own. The
steps before the one that answers are posted one after the other, as the page does.
"""

import json
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx

from bench.browser import Visitor
from bench.paces import PACES
from bench.sessions import Replay
from bench.text import mark

SESSION = "session_hash"
JOIN = "/queue/join"
DATA = "/queue/data"
ENDED = "process_completed"
TIMEOUT = 120.0  # seconds


@dataclass(frozen=True)
class GradioVisit:
    """What one page sent for a prompt: paths and bodies, until its first text came."""

    steps: list[tuple[str, dict[str, Any]]]
    first: str  # what its answer's first chunk ends in
    last: str


@dataclass
class GradioSession:
    """A page that has loaded. `lines` are those of the event stream that is open."""

    visit: GradioVisit
    client: httpx.AsyncClient
    open: AsyncExitStack
    hash: str
    lines: AsyncIterator[str] | None = None
    line: str = ""  # the last that came

    async def ask(self) -> None:
        """Take the prompt's steps, and wait for the first text."""
        for path, body in self.visit.steps:
            (await self.client.post(path, json=body | {SESSION: self.hash})).raise_for_status()
            if path.endswith(JOIN) and await self._comes(path.replace(JOIN, DATA)):
                return
        raise RuntimeError("the answer has ended without the first mark")

    async def answered(self) -> None:
        """Wait for the last text."""
        assert self.lines is not None
        while self.visit.last not in self.line:
            self.line = await anext(self.lines)

    async def read_on(self) -> None:
        """Take what comes."""
        async for _ in self.lines or ():
            pass

    async def _comes(self, path: str) -> bool:
        """Whether a step brings the first text; it is followed until then or its end."""
        stream = self.client.stream("GET", path, params={SESSION: self.hash})
        self.lines = (await self.open.enter_async_context(stream)).aiter_lines()
        async for line in self.lines:
            self.line = line
            if self.visit.first in line:
                return True
            if ENDED in line:
                return False
        return False


async def record(guest: Visitor, pace: str) -> Replay:
    """Ask once, and keep what was posted."""
    before = len(guest.sent.posts)
    answer = await guest.ask(pace)
    steps = []
    for post in guest.sent.posts[before:]:
        body = json.loads(post.post_data or "{}")
        if SESSION in body:
            steps.append((urlsplit(post.url).path, body))
    first, last = mark(answer.tag, 0), mark(answer.tag, PACES[pace].chunks - 1)
    return partial(opened, GradioVisit(steps, first, last))


@asynccontextmanager
async def opened(visit: GradioVisit, url: str) -> AsyncIterator[GradioSession]:
    """A session at the server's URL, its page loaded."""
    own = httpx.AsyncClient(base_url=url, timeout=TIMEOUT, trust_env=False)
    async with own as client, AsyncExitStack() as streams:
        for path in ("/", "/config"):
            (await client.get(path)).raise_for_status()
        yield GradioSession(visit, client, streams, secrets.token_hex(6))
