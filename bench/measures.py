"""What is measured: for each measure a generator, which gets a peer ready and yields its rounds.

The peers take turns, a round each: a machine is quicker in one minute than in the next, and what
is compared is to be measured within seconds.
"""

import asyncio
import json
import statistics
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser

from bench import sessions
from bench.browser import PHONE, WRITING_SECONDS, SeenAnswer, visitor
from bench.peers import BOXES, COMPARE, Mock, Peer, app_server
from bench.processes import ROOT, conversing, python
from bench.text import CHUNK_CHARACTERS

CLOSE_SECONDS = 5  # how long after a stop the mock is asked whether the client has left
ANSWERS = 10  # after which a server's memory is looked at again
PICTURE = ROOT / "samples/media/coffee.jpg"

Samples = Mapping[str, Sequence[float | None]]
"""Values by name, one a visitor; None where the thing never happened."""

Rounds = AsyncGenerator[Samples]
"""The samples of one round after the other, for as long as they are asked for."""


@dataclass(frozen=True)
class Sizes:
    """How much is done. `repeat` is the most rounds of a measure, which has a number of its own."""

    repeat: int = 5
    turns: int = 50  # a long conversation
    sessions: int = 30  # at once
    many: int = 100


@dataclass(frozen=True)
class Bench:
    """What every measure works with."""

    browser: Browser
    mock: Mock
    folder: Path
    sizes: Sizes


async def paced(bench: Bench, peer: Peer) -> Rounds:
    """A long answer, 5 ms between chunks: its total, and how far the page is behind."""
    async with _warm(bench, peer) as url:
        while True:
            async with visitor(bench.browser, peer.screen, url, bench.mock) as guest:
                answer = await guest.ask("paced")
            lag = await _lag_p95_ms(bench.mock, answer)
            yield {"total_ms": [answer.total_ms], "lag_p95_ms": [lag]}


async def burst(bench: Bench, peer: Peer) -> Rounds:
    """The same answer as fast as it can be taken."""
    async with _warm(bench, peer) as url:
        while True:
            async with visitor(bench.browser, peer.screen, url, bench.mock) as guest:
                answer = await guest.ask("burst")
            yield {"total_ms": [answer.total_ms]}


async def wire(bench: Bench, peer: Peer) -> Rounds:
    """Bytes from the app's server to the page, until it rests, per byte of answer.

    In rounds of their own: passing each frame on to be counted costs the browser time.
    """
    async with _warm(bench, peer) as url:
        while True:
            async with (
                visitor(bench.browser, peer.screen, url, bench.mock) as guest,
                guest.received() as sizes,
            ):
                answer = await guest.ask("paced")
            yield {"bytes_per_byte": [sum(sizes) / (len(answer.seen) * CHUNK_CHARACTERS)]}


async def first(bench: Bench, peer: Peer) -> Rounds:
    """First token of the first prompt of a new server, and of later visitors' first prompts."""
    while True:
        samples = []
        async with app_server(peer, bench.mock, bench.folder) as server:
            for _ in range(3):
                async with visitor(bench.browser, peer.screen, server.url, bench.mock) as guest:
                    samples.append((await guest.ask("short")).first_ms)
        yield {
            "start_s": [server.process.started_in],
            "new_ms": samples[:1],
            "later_ms": samples[1:],
        }


async def turns(bench: Bench, peer: Peer) -> Rounds:
    """First token in an empty chat, and in one that has had 50 turns."""
    async with (
        _warm(bench, peer) as url,
        visitor(bench.browser, peer.screen, url, bench.mock) as regular,
    ):
        for _ in range(bench.sizes.turns):
            await regular.ask("short")
        while True:
            async with visitor(bench.browser, peer.screen, url, bench.mock) as guest:
                empty = (await guest.ask("short")).first_ms
            await asyncio.sleep(WRITING_SECONDS)
            full = (await regular.ask("short")).first_ms
            yield {"empty_ms": [empty], "full_ms": [full]}


async def crowd(bench: Bench, peer: Peer) -> Rounds:
    """First token of each of 30 sessions that ask at the same moment, short answers and long.

    A new server each time: Streamlit lets a script run on when its page has gone, and what
    one round left running would slow the next.
    """
    while True:
        samples: dict[str, list[float]] = {}
        for pace in ("short", "paced"):
            firsts = await _at_once(bench, peer, pace, bench.sizes.sessions)
            samples |= {f"{pace}_ms": firsts, f"{pace}_last_ms": [max(firsts)]}
        yield samples


async def hundred(bench: Bench, peer: Peer) -> Rounds:
    """The same of a hundred sessions, which short answers only; of this app, to see that it holds.

    A session that fails is none of the samples: the round fails with it.
    """
    if peer.name != "app":
        return
    while True:
        firsts = await _at_once(bench, peer, "short", bench.sizes.many)
        yield {"short_ms": firsts, "short_last_ms": [max(firsts)]}


async def memory(bench: Bench, peer: Peer) -> Rounds:
    """The memory of a new server, all its processes, and after ten long answers."""
    while True:
        async with app_server(peer, bench.mock, bench.folder) as server:
            new = server.process.megabytes()
            async with visitor(bench.browser, peer.screen, server.url, bench.mock) as guest:
                for _ in range(ANSWERS):
                    await guest.ask("burst")
            used = server.process.megabytes()
        yield {"new_mb": [new], "used_mb": [used]}


async def stop(bench: Bench, peer: Peer) -> Rounds:
    """From the click on Stop to a page at rest, and to the mock seeing its client gone."""
    async with _warm(bench, peer) as url:
        while True:
            samples: dict[str, list[float | None]] = {}
            for pace, chunks in (("steady", 50), ("silent", 8)):
                async with visitor(bench.browser, peer.screen, url, bench.mock) as guest:
                    answer = await guest.ask_and_stop(pace, chunks)
                    assert answer.stop is not None
                    rested = (max(answer.idle, answer.seen[-1]) - answer.stop) * 1000
                    closed = await _closed_ms(bench.mock, answer.tag, answer.stop)
                samples |= {f"{pace}_ms": [rested], f"{pace}_closed_ms": [closed]}
            yield samples


async def interactions(bench: Bench, peer: Peer) -> Rounds:
    """First token and paced total by either API, one after the other; each goes first in turn."""
    if peer.name != "app":  # the others know one
        return
    apis = ["generateContent", "Interactions"]
    async with _warm(bench, peer) as url:
        while True:
            samples: dict[str, list[float]] = {}
            for api in apis:
                async with visitor(bench.browser, peer.screen, url, bench.mock) as guest:
                    await guest.choose_api(api)
                    await guest.ask("short")  # by this API, the page's first
                    samples[f"{api}_first_ms"] = firsts = []
                    for _ in range(3):
                        await asyncio.sleep(WRITING_SECONDS)
                        firsts.append((await guest.ask("short")).first_ms)
                    await asyncio.sleep(WRITING_SECONDS)
                    samples[f"{api}_total_ms"] = [(await guest.ask("paced")).total_ms]
            apis.reverse()
            yield samples


async def load(bench: Bench, peer: Peer) -> Rounds:
    """From the navigation to a chat box that takes text: at first, again, and on a slow line."""
    async with _warm(bench, peer) as url:
        while True:
            samples: dict[str, list[float]] = {}
            async with visitor(bench.browser, peer.screen, url, bench.mock) as guest:
                samples["ready_ms"] = [await guest.ready_ms()]
                samples["megabytes"] = [guest.loaded_bytes / 1e6]
                await guest.reload()
                samples["again_ms"] = [await guest.ready_ms()]
            async with visitor(bench.browser, peer.screen, url, bench.mock, slow=True) as guest:
                samples["slow_ms"] = [await guest.ready_ms()]
            yield samples


async def mixed(bench: Bench, peer: Peer) -> Rounds:
    """The long answer with formulas as well as code and tables; and on a telephone's screen."""
    async with _warm(bench, peer) as url:
        while True:
            samples: dict[str, list[float]] = {}
            async with visitor(bench.browser, peer.screen, url, bench.mock) as guest:
                answer = await guest.ask("formulas")
            samples["formulas_lag_ms"] = [await _lag_p95_ms(bench.mock, answer)]
            async with visitor(bench.browser, peer.screen, url, bench.mock, size=PHONE) as guest:
                answer = await guest.ask("paced")
            samples["phone_lag_ms"] = [await _lag_p95_ms(bench.mock, answer)]
            yield samples


async def compare(bench: Bench, peer: Peer) -> Rounds:
    """Four answers beside each other, 20 ms between chunks: how far the slowest column is behind.

    One answer of 5 ms each would be four times what the paced one is; it is as much in all.
    """
    if peer.name != "app":  # the others have no such page
        return
    async with _warm(bench, peer) as url:
        while True:
            async with visitor(bench.browser, COMPARE, url, bench.mock) as guest:
                count = guest.page.get_by_label("Columns", exact=True)
                await count.fill(str(COMPARE.answers))
                await count.press("Enter")
                await guest.idle()
                answer = await guest.ask("steady")
            yield {"lag_p95_ms": [await _lag_p95_ms(bench.mock, answer)]}


async def boxes(bench: Bench, peer: Peer) -> Rounds:
    """Boxes that are drawn in a picture while they stream, 50 ms between them."""
    if peer.name != "app":
        return
    async with _warm(bench, peer) as url:
        while True:
            async with visitor(bench.browser, BOXES, url, bench.mock) as guest:
                await guest.page.locator(BOXES.ready).first.set_input_files(PICTURE)
                await guest.page.locator(BOXES.input).first.wait_for()
                await guest.idle()
                answer = await guest.ask("boxes")
            yield {"lag_p95_ms": [await _lag_p95_ms(bench.mock, answer)]}


@dataclass(frozen=True)
class RepeatedMeasure:
    """A generator of rounds, and how many a whole run takes: more where they differ more."""

    rounds: Callable[[Bench, Peer], Rounds]
    count: int


MEASURES = {
    "paced": RepeatedMeasure(paced, 5),
    "burst": RepeatedMeasure(burst, 5),
    "wire": RepeatedMeasure(wire, 2),
    "first": RepeatedMeasure(first, 3),
    "turns": RepeatedMeasure(turns, 3),
    "crowd": RepeatedMeasure(crowd, 3),
    "hundred": RepeatedMeasure(hundred, 2),
    "memory": RepeatedMeasure(memory, 1),
    "stop": RepeatedMeasure(stop, 2),
    "interactions": RepeatedMeasure(interactions, 5),
    "load": RepeatedMeasure(load, 3),
    "mixed": RepeatedMeasure(mixed, 3),
    "compare": RepeatedMeasure(compare, 3),
    "boxes": RepeatedMeasure(boxes, 3),
}


async def sdk_alone(bench: Bench, measure: str) -> Rounds:
    """The same of the SDK alone; no rounds where it has nothing to compare.

    One process for all rounds, and a second's rest before each prompt, as the apps have.
    """
    if measure not in {"paced", "burst", "turns", "crowd", "interactions"}:
        return
    command, log = python("-m", "bench.sdk_alone"), bench.folder / f"sdk-{measure}.log"
    async with conversing(command, log, env=bench.mock.env) as tell:

        async def ask(pace: str, **more: int | str) -> dict[str, list[float]]:
            await asyncio.sleep(WRITING_SECONDS)
            return json.loads(await tell(json.dumps({"pace": pace, **more})))

        many = {"threads": bench.sizes.sessions}
        while True:
            if measure == "turns":
                empty, full = await ask("short"), await ask("short", turns=bench.sizes.turns)
                yield {"empty_ms": empty["first_ms"], "full_ms": full["first_ms"]}
            elif measure == "interactions":
                samples = {}
                for api in ("generateContent", "Interactions"):
                    samples[f"{api}_first_ms"] = (await ask("short", api=api))["first_ms"]
                    samples[f"{api}_total_ms"] = (await ask("paced", api=api))["total_ms"]
                yield samples
            elif measure == "crowd":
                short, long = await ask("short", **many), await ask("paced", **many)
                yield {"short_ms": short["first_ms"], "paced_ms": long["first_ms"]}
            else:
                yield {"total_ms": (await ask(measure))["total_ms"]}


@asynccontextmanager
async def _warm(bench: Bench, peer: Peer) -> AsyncGenerator[str]:
    """A server whose first prompt, which is `first`'s business only, has been asked; its URL."""
    async with app_server(peer, bench.mock, bench.folder) as server:
        async with visitor(bench.browser, peer.screen, server.url, bench.mock) as guest:
            await guest.ask("short")
        yield server.url


async def _at_once(bench: Bench, peer: Peer, pace: str, count: int) -> list[float]:
    async with app_server(peer, bench.mock, bench.folder) as server:
        replay = await sessions.record(bench.browser, peer, server.url, bench.mock, pace)
        return await sessions.at_once(replay, server.url, count)


async def _lag_p95_ms(mock: Mock, answer: SeenAnswer) -> float:
    """How far the page was behind the server; of several answers, behind the one sent last."""
    records = await mock.records(answer.tag)
    sent = [max(moments) for moments in zip(*(each["sent"] for each in records), strict=True)]
    lags = [seen - left for seen, left in zip(answer.seen, sent, strict=True)]
    return statistics.quantiles(lags, n=20, method="inclusive")[-1] * 1000


async def _closed_ms(mock: Mock, tag: str, stopped: float) -> float | None:
    for _ in range(CLOSE_SECONDS * 10):
        closed = (await mock.records(tag))[-1]["closed"]
        if closed is not None:
            return (closed - stopped) * 1000
        await asyncio.sleep(0.1)
    return None
