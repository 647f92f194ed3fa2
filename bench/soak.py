"""People who stay: each opens a chat, asks, asks about a picture, reloads, asks, and begins anew.

Each is a browser of its own (`bench.replays.streamlit`), with its cookies. What it sees of an
answer must be whole, and after a reload the conversation must be there; anything else is a failure.
Meanwhile the servers' memory and threads are looked at.
"""

import asyncio
import random
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from bench.peers import Mock
from bench.processes import ROOT, ServerProcess
from bench.replays.streamlit import TIMEOUT, StreamlitSession, StreamlitVisit, page
from bench.text import mark

PACE = "live"
PICTURE = ROOT / "samples/media/sign.png"
THINKING = (2.0, 6.0)  # seconds before a prompt is sent, or the page reloaded
STEP_SECONDS = 60
LOOK_EVERY = 2.0  # seconds
GROWTH = 0.05  # at most, of memory and threads
WARM, COUNTED = 0.2, 0.1  # parts of the whole: what isn't looked at, and what is averaged over


class SoakError(RuntimeError):
    """Somebody didn't see what must be there."""


@dataclass
class Soak:
    """What was done, what failed, and at each moment the servers' memory (MB) and threads."""

    seconds: float
    steps: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    looks: list[tuple[float, float, int]] = field(default_factory=list)

    def before_and_after(self, column: int) -> tuple[float, float]:
        """Memory (column 1) or threads (2) behind the first two of ten minutes, and at the end.

        The mean of a tenth of the time each; of ten minutes, of the third one and the last.
        """
        begin, counted = self.seconds * WARM, self.seconds * COUNTED
        before = [look[column] for look in self.looks if begin <= look[0] <= begin + counted]
        after = [look[column] for look in self.looks if self.seconds - counted <= look[0]]
        return statistics.fmean(before), statistics.fmean(after)


@dataclass
class _Person:
    """Somebody with a browser."""

    result: Soak
    visit: StreamlitVisit
    mock: Mock
    browser: httpx.AsyncClient
    chance: random.Random

    async def think(self) -> None:
        await asyncio.sleep(self.chance.uniform(*THINKING))

    async def converse(self) -> None:
        """A chat of three prompts, with a reload in it."""
        await self.think()
        async with page(self.visit, self.browser) as session:
            lasts = [await self.ask(session), await self.ask(session, with_picture=True)]
            query = session.query
        async with page(self.visit, self.browser, query) as session:
            self.result.steps["reloaded"] += 1
            if any(last not in session.loaded for last in lasts):
                raise SoakError("a reload has lost an answer")
            await self.ask(session)

    async def ask(self, session: StreamlitSession, *, with_picture: bool = False) -> bytes:
        """Ask for an answer, and see it to its end; the mark that it ends in."""
        await self.think()
        text, tag, chunks = self.mock.next_prompt(PACE)
        last = mark(tag, chunks - 1).encode()
        async with asyncio.timeout(STEP_SECONDS):
            came = await session.say(text, PICTURE if with_picture else None)
        self.result.steps["asked"] += 1
        self.result.steps["uploaded"] += with_picture
        if last not in came:
            raise SoakError("an answer has no end")
        return last


async def soak(
    visit: StreamlitVisit,
    url: str,
    mock: Mock,
    servers: Sequence[ServerProcess],
    *,
    people: int,
    seconds: float,
) -> Soak:
    """Have so many people use the servers behind a URL for so long."""
    result, start = Soak(seconds), time.monotonic()

    async def use(chance: random.Random) -> None:
        own = httpx.AsyncClient(base_url=url, timeout=TIMEOUT, trust_env=False)
        async with own as browser:
            person = _Person(result, visit, mock, browser, chance)
            while time.monotonic() - start < seconds:
                try:
                    await person.converse()
                except Exception as error:  # noted, and whoever it was begins anew
                    result.failures.append(f"{time.monotonic() - start:.0f} s: {error!r}")

    async def look() -> None:
        while True:
            memory = sum(server.megabytes() for server in servers)
            threads = sum(server.threads() for server in servers)
            result.looks.append((time.monotonic() - start, memory, threads))
            await asyncio.sleep(LOOK_EVERY)

    looking = asyncio.create_task(look())
    async with asyncio.TaskGroup() as group:
        for number in range(people):
            group.create_task(use(random.Random(number)))
    looking.cancel()
    return result
