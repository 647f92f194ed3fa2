"""What is measured: one coroutine a measure, which takes a peer and returns its samples."""

import asyncio
import json
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from bench import sessions
from bench.browser import WRITING_SECONDS, Answer, visitor
from bench.peers import Mock, Peer, app_server
from bench.processes import output, python
from bench.text import CHUNK_CHARACTERS

CLOSE_SECONDS = 5  # how long after a stop the mock is asked whether the client has left

Samples = Mapping[str, Sequence[float | None]]
"""Values by name, one a round; None where the thing never happened."""


@dataclass(frozen=True)
class Sizes:
    """How much is done."""

    repeat: int = 3  # rounds of everything
    turns: int = 50  # a long conversation
    sessions: int = 30  # at once


@dataclass(frozen=True)
class Bench:
    """What every measure works with."""

    browser: Browser
    mock: Mock
    folder: Path
    sizes: Sizes


async def paced(bench: Bench, peer: Peer) -> Samples:
    """A long answer, 5 ms between chunks: its total, and how far the page is behind."""
    totals, lags = [], []
    for answer in await _answers(bench, peer, "paced"):
        totals.append(answer.total_ms)
        lags.append(await _lag_p95_ms(bench.mock, answer))
    return {"total_ms": totals, "lag_p95_ms": lags}


async def burst(bench: Bench, peer: Peer) -> Samples:
    """The same answer as fast as it can be taken."""
    return {"total_ms": [answer.total_ms for answer in await _answers(bench, peer, "burst")]}


async def wire(bench: Bench, peer: Peer) -> Samples:
    """Bytes from the app's server to the page, until it rests, per byte of answer.

    In rounds of their own: passing each frame on to be counted costs the browser time.
    """
    ratios = []
    async with app_server(peer, bench.mock, bench.folder) as url:
        for _ in range(bench.sizes.repeat):
            async with visitor(bench.browser, peer, url, bench.mock) as guest:
                async with guest.received() as sizes:
                    answer = await guest.ask("paced")
                ratios.append(sum(sizes) / (len(answer.seen) * CHUNK_CHARACTERS))
    return {"bytes_per_byte": ratios}


async def first(bench: Bench, peer: Peer) -> Samples:
    """First token of the first prompt of a new server, and of later visitors' first prompts."""
    new: list[float] = []
    later: list[float] = []
    for _ in range(bench.sizes.repeat):
        async with app_server(peer, bench.mock, bench.folder) as url:
            for samples in (new, later, later):
                async with visitor(bench.browser, peer, url, bench.mock) as guest:
                    samples.append((await guest.ask("short")).first_ms)
    return {"new_ms": new, "later_ms": later}


async def turns(bench: Bench, peer: Peer) -> Samples:
    """First token in an empty chat, and in one that has had 50 turns."""
    empty, full = [], []
    async with app_server(peer, bench.mock, bench.folder) as url:
        await _warm_up(bench, peer, url)
        for _ in range(bench.sizes.repeat):
            async with visitor(bench.browser, peer, url, bench.mock) as guest:
                empty.append((await guest.ask("short")).first_ms)
        async with visitor(bench.browser, peer, url, bench.mock) as guest:
            for _ in range(bench.sizes.turns):
                await guest.ask("short")
            for _ in range(bench.sizes.repeat):
                await asyncio.sleep(WRITING_SECONDS)
                full.append((await guest.ask("short")).first_ms)
    return {"empty_ms": empty, "full_ms": full}


async def crowd(bench: Bench, peer: Peer) -> Samples:
    """First token of each of 30 sessions that ask at the same moment, short answers and long.

    A new server for each round: Streamlit lets a script run on when its page has gone, and what
    one round left running would slow the next.
    """
    samples: dict[str, list[float | None]] = {"short_ms": [], "paced_ms": []}
    for pace in ("short", "paced"):
        for _ in range(bench.sizes.repeat):
            async with app_server(peer, bench.mock, bench.folder) as url:
                recording = await sessions.record(bench.browser, peer, url, bench.mock, pace)
                samples[f"{pace}_ms"] += await sessions.at_once(
                    recording, url, bench.sizes.sessions
                )
    return samples


async def stop(bench: Bench, peer: Peer) -> Samples:
    """From the click on Stop to a page at rest, and to the mock seeing its client gone."""
    samples: dict[str, list[float | None]] = {}
    async with app_server(peer, bench.mock, bench.folder) as url:
        await _warm_up(bench, peer, url)
        for pace, chunks in (("steady", 50), ("silent", 8)):
            rested = samples[f"{pace}_ms"] = []
            closed = samples[f"{pace}_closed_ms"] = []
            for _ in range(bench.sizes.repeat):
                async with visitor(bench.browser, peer, url, bench.mock) as guest:
                    answer = await guest.ask_and_stop(pace, chunks)
                    assert answer.stop is not None
                    rested.append((max(answer.idle, answer.seen[-1]) - answer.stop) * 1000)
                    closed.append(await _closed_ms(bench.mock, answer.tag, answer.stop))
    return samples


async def load(bench: Bench, peer: Peer) -> Samples:
    """From the navigation, with an empty browser cache, to a chat box that takes text."""
    ready = []
    async with app_server(peer, bench.mock, bench.folder) as url:
        await _warm_up(bench, peer, url)
        for _ in range(bench.sizes.repeat):
            async with visitor(bench.browser, peer, url, bench.mock) as guest:
                ready.append(await guest.ready_ms())
    return {"ready_ms": ready}


MEASURES: dict[str, Callable[[Bench, Peer], Awaitable[Samples]]] = {
    "paced": paced,
    "burst": burst,
    "wire": wire,
    "first": first,
    "turns": turns,
    "crowd": crowd,
    "stop": stop,
    "load": load,
}


async def sdk_alone(bench: Bench, measure: str) -> Samples:
    """The samples the SDK alone has for a measure; none where it has nothing to compare."""
    if measure in ("paced", "burst"):
        return {"total_ms": (await _sdk(bench, measure))["total_ms"]}
    if measure == "turns":
        empty = await _sdk(bench, "short")
        full = await _sdk(bench, "short", "--turns", str(bench.sizes.turns))
        return {"empty_ms": empty["first_ms"], "full_ms": full["first_ms"]}
    if measure == "crowd":
        threads = ("--threads", str(bench.sizes.sessions))
        short, long = await _sdk(bench, "short", *threads), await _sdk(bench, "paced", *threads)
        return {"short_ms": short["first_ms"], "paced_ms": long["first_ms"]}
    return {}


async def _sdk(bench: Bench, *arguments: str) -> dict[str, Any]:
    repeat = ("--repeat", str(bench.sizes.repeat))
    command = python("-m", "bench.sdk_alone", *arguments, *repeat)
    return json.loads(await output(command, env=bench.mock.env))


async def _answers(bench: Bench, peer: Peer, pace: str) -> list[Answer]:
    """An answer at this pace for each of several visitors of a server that is warm."""
    answers = []
    async with app_server(peer, bench.mock, bench.folder) as url:
        await _warm_up(bench, peer, url)
        for _ in range(bench.sizes.repeat):
            async with visitor(bench.browser, peer, url, bench.mock) as guest:
                answers.append(await guest.ask(pace))
    return answers


async def _warm_up(bench: Bench, peer: Peer, url: str) -> None:
    """The first prompt of a new server is `first`'s business only."""
    async with visitor(bench.browser, peer, url, bench.mock) as guest:
        await guest.ask("short")


async def _lag_p95_ms(mock: Mock, answer: Answer) -> float:
    sent = (await mock.record(answer.tag))["sent"]
    lags = [seen - left for seen, left in zip(answer.seen, sent, strict=True)]
    return statistics.quantiles(lags, n=20, method="inclusive")[-1] * 1000


async def _closed_ms(mock: Mock, tag: str, stopped: float) -> float | None:
    for _ in range(CLOSE_SECONDS * 10):
        closed = (await mock.record(tag))["closed"]
        if closed is not None:
            return (closed - stopped) * 1000
        await asyncio.sleep(0.1)
    return None
