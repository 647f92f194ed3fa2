"""A team on one, two and four processes behind the proxy: ``python -m bench.team``.

Sessions without a browser (`bench.sessions`) ask at the same moment, through Caddy with the
Caddyfile of `deploy/`; the processes share one PostgreSQL. Then a hundred people ask, upload and
reload for ten minutes (`bench.soak`). A whole run writes its tables into README.md.
"""

import argparse
import asyncio
import contextlib
import datetime
import itertools
import json
import shutil
import statistics
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from bench import report
from bench.browser import WRITING_SECONDS, chromium, visitor
from bench.environments import NotInstalledError, python_with
from bench.peers import APP, CHAINLIT, GRADIO, AppServer, Mock, Peer, app_server, mock_server
from bench.processes import ROOT, cancelled_at_sigterm, exit_code, free_port, serving
from bench.replays import streamlit
from bench.sessions import Replay, at_once, record
from bench.soak import GROWTH, PACE, Soak, soak
from gemini.format import counted
from tests.postgresql import Cluster, running

BUILD = ROOT / "build/team"
CADDY = Path(sys.executable).with_name("caddy")
CADDYFILE = ROOT / "deploy/Caddyfile"
POSTGRESQL = "-c listen_addresses=''"  # else as it comes: a hundred connections, nothing unsafe
PROCESSES = ((APP, (1, 2, 4)), (CHAINLIT, (1, 2, 4)), (GRADIO, (1,)))
SOAK_PROCESSES = 2  # as deploy/compose.yaml has
LOAD_SECONDS = ANSWER_SECONDS = 120


@dataclass(frozen=True)
class TeamSizes:
    """How much is done."""

    processes: int = 4  # at most
    sessions: tuple[int, ...] = (30, 100)
    rounds: int = 1
    people: int = 100
    minutes: float = 10.0


QUICK = TeamSizes(processes=2, sessions=(5,), rounds=1, people=10, minutes=0.5)


@dataclass(frozen=True)
class TeamBench:
    """What everything works with."""

    browser: Browser
    mock: Mock
    cluster: Cluster
    folder: Path


@dataclass
class Visit:
    """What one session saw of its answer; `failure` says what went wrong."""

    loaded: bool = False
    first_ms: float | None = None
    total_ms: float | None = None
    failure: str = ""


@dataclass
class Crowd:
    """The rounds of so many sessions on so many processes.

    `memory` is that of all processes in MB: before the sessions came, and when all had answers.
    """

    title: str
    processes: int
    sessions: int
    rounds: list[list[Visit]] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)

    def cells(self) -> list[str]:
        """Its line of the table."""
        visits = [visit for visits in self.rounds for visit in visits]
        each = statistics.median((full - empty) / self.sessions for empty, full in self.memory)
        return [
            self.title,
            str(self.processes),
            str(self.sessions),
            self._times(lambda visit: visit.first_ms),
            self._times(lambda visit: visit.total_ms),
            f"{sum(bool(visit.failure) for visit in visits)} of {len(visits)}",
            f"{each:.2f}",
            f"{statistics.median(full for _, full in self.memory):.0f}",
        ]

    def _times(self, of: Callable[[Visit], float | None]) -> str:
        """The median of all sessions, and in brackets that of each round's last."""
        rounds = [[ms for ms in map(of, visits) if ms is not None] for visits in self.rounds]
        if not all(rounds):
            return "never"
        middle = statistics.median(ms for each in rounds for ms in each)
        return f"{middle:.0f} ({statistics.median(map(max, rounds)):.0f})"


@contextlib.asynccontextmanager
async def team(
    bench: TeamBench, peer: Peer, processes: int
) -> AsyncGenerator[tuple[str, list[AppServer]]]:
    """So many new processes of a peer behind the proxy: its URL, and they themselves.

    This app's share a new database; the others store nothing.
    """
    if peer is APP:
        database = f"team_{time.monotonic_ns()}"
        bench.cluster.execute(f"CREATE DATABASE {database}")
        peer = replace(APP, env={"DATABASE_URL": bench.cluster.url(database)})
    folder = Path(tempfile.mkdtemp(prefix=f"{peer.name}-", dir=bench.folder))
    config = folder / "Caddyfile"
    config.write_text(proxy_settings(peer))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with contextlib.AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(app_server(peer, bench.mock, folder))
            for _ in range(processes)
        ]
        await stack.enter_async_context(
            serving(
                [str(CADDY), "run", "--config", str(config), "--adapter", "caddyfile"],
                f"{url}{peer.health}",
                folder / "caddy.log",
                cwd=ROOT,
                env={
                    "HOME": str(folder),
                    "SITE_ADDRESS": f":{port}",
                    "UPSTREAMS": " ".join(server.url.partition("//")[2] for server in servers),
                },
            )
        )
        yield url, servers


def proxy_settings(peer: Peer) -> str:
    """The Caddyfile; for others without the question whether they drain, which they don't know."""
    lines = CADDYFILE.read_text().splitlines(keepends=True)
    return "".join(line for line in lines if peer.name == APP.name or "health_" not in line)


async def crowd(bench: TeamBench, peer: Peer, result: Crowd) -> None:
    """One round: all load their pages, wait for each other, and ask at the same moment."""
    async with team(bench, peer, result.processes) as (url, servers):
        replay = await record(bench.browser, peer, url, bench.mock, PACE)
        for server in servers:  # each has answered once before
            await at_once(replay, server.url, 1)
        empty = _megabytes(servers)
        visits = [Visit() for _ in range(result.sessions)]
        go, leave = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for visit in visits:
                group.create_task(_attend(visit, replay, url, go, leave))
            await _until(lambda: all(visit.loaded or visit.failure for visit in visits))
            await asyncio.sleep(WRITING_SECONDS)
            go.set()
            await _until(lambda: all(visit.total_ms or visit.failure for visit in visits))
            result.memory.append((empty, _megabytes(servers)))
            leave.set()
    result.rounds.append(visits)


async def _attend(
    visit: Visit, replay: Replay, url: str, go: asyncio.Event, leave: asyncio.Event
) -> None:
    """One session: what it sees, or what fails, goes into `visit`."""
    try:
        async with contextlib.AsyncExitStack() as stack:
            async with asyncio.timeout(LOAD_SECONDS):
                session = await stack.enter_async_context(replay(url))
            visit.loaded = True
            await go.wait()
            start = time.perf_counter()
            async with asyncio.timeout(ANSWER_SECONDS):
                await session.ask()
                visit.first_ms = (time.perf_counter() - start) * 1000
                await session.answered()
                visit.total_ms = (time.perf_counter() - start) * 1000
            await leave.wait()
    except Exception as error:  # counted, with its kind in the samples
        visit.failure = repr(error)


async def _until(reached: Callable[[], bool]) -> None:
    while not reached():
        await asyncio.sleep(0.05)


def _megabytes(servers: Sequence[AppServer]) -> float:
    return sum(server.process.megabytes() for server in servers)


async def crowds(bench: TeamBench, sizes: TeamSizes) -> tuple[list[Crowd], list[str]]:
    """All of them, who is compared taking turns; and a word about each that couldn't be measured.

    Half an hour's figures must not be lost for one that doesn't start: it takes no further part.
    """
    pending, words = [], []
    for peer, processes in PROCESSES:
        try:
            python_with(peer.name, peer.packages)
        except NotInstalledError as error:
            words.append(f"{peer.title} could not be installed: {error}.")
            continue
        for count, sessions in itertools.product(processes, sizes.sessions):
            if count <= sizes.processes:
                pending.append((peer, Crowd(peer.title, count, sessions)))
    for turn in range(sizes.rounds):
        for peer, result in list(pending):
            what = f"{result.title}, {result.sessions} sessions on {result.processes}"
            print(f"round {turn + 1}: {what}", file=sys.stderr, flush=True)
            try:
                await crowd(bench, peer, result)
            except Exception as error:
                traceback.print_exception(error)
                pending.remove((peer, result))
                words.append(f"Not measured: {what}.")
    return [result for _, result in pending], words


async def stay(bench: TeamBench, sizes: TeamSizes) -> Soak:
    """The people who stay."""
    async with team(bench, APP, SOAK_PROCESSES) as (url, servers):
        async with visitor(bench.browser, APP.screen, url, bench.mock) as guest:
            visit = await streamlit.recorded(guest, PACE)
        processes = [server.process for server in servers]
        return await soak(
            visit, url, bench.mock, processes, people=sizes.people, seconds=sizes.minutes * 60
        )


def crowd_table(results: Sequence[Crowd]) -> str:
    """A line for each crowd."""
    head = ["", "processes", "sessions", "first token, ms (the last)", "total, ms (the last)"]
    head += ["failures", "MB a session", "MB in all"]
    return report.aligned([head, ["---", *["---:"] * 7], *(each.cells() for each in results)])


def soak_table(result: Soak, sizes: TeamSizes) -> str:
    """What grew, and what failed."""
    lines = [["", "after a fifth", "at the end", "growth", "limit", "met"]]
    lines.append(["---", "---:", "---:", "---:", "---:", "---"])
    for column, name in ((1, "memory, MB"), (2, "threads")):
        before, after = result.before_and_after(column)
        growth = after / before - 1 if before else 0.0
        met = "yes" if after <= before * (1 + GROWTH) else "no"
        row = [name, f"{before:.0f}", f"{after:.0f}", f"{growth:+.1%}", f"{GROWTH:.0%}", met]
        lines.append(row)
    failures = len(result.failures)
    lines.append(["failures", "", str(failures), "", "0", "no" if failures else "yes"])
    steps = result.steps
    return (
        f"{sizes.people} people on {SOAK_PROCESSES} processes for {sizes.minutes:g} minutes: "
        f"{steps['asked']} prompts, {steps['uploaded']} of them with a picture, "
        f"{steps['reloaded']} reloads.\n\n{report.aligned(lines)}"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.team", description=__doc__)
    parser.add_argument("--only", choices=("crowds", "soak"))
    parser.add_argument("--rounds", type=int, help="of each crowd; default: 1")
    parser.add_argument("--minutes", type=float, help="of the soak; default: 10")
    parser.add_argument("--quick", action="store_true", help="small, to see that it works")
    return parser.parse_args()


async def _run(options: argparse.Namespace) -> int:
    cancelled_at_sigterm()
    own = {name: value for name in ("rounds", "minutes") if (value := getattr(options, name))}
    sizes = replace(QUICK if options.quick else TeamSizes(), **own)
    logs = BUILD / "logs"
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir(parents=True)
    results, words, stayed = [], [], None
    with running(POSTGRESQL) as cluster:
        async with mock_server(logs) as mock, chromium() as browser:
            about = report.machine(browser.version)
            bench = TeamBench(browser, mock, cluster, logs)
            if options.only != "soak":
                results, words = await crowds(bench, sizes)
            if options.only != "crowds":
                stayed = await stay(bench, sizes)
    tables = [crowd_table(results)] if results else []
    tables += words
    tables += [soak_table(stayed, sizes)] if stayed else []
    _save({"machine": about, "crowds": list(map(asdict, results)), "soak": vars(stayed or Soak(0))})
    print("\n\n".join(tables))
    seen = [visit.failure for result in results for visits in result.rounds for visit in visits]
    failures = Counter([*filter(None, seen), *(stayed.failures if stayed else ())])
    for failure, count in failures.items():
        print(f"Failed {counted(count, 'time')}: {failure}")
    if not (options.only or options.quick or own):
        report.write_section("team", "\n\n".join([f"{report.in_words(about)}.", *tables]))
        print(f"Written to {report.README.relative_to(ROOT)}")
    return 1 if failures or words else 0


def _save(samples: dict[str, Any]) -> None:
    """Write every sample as JSON."""
    moment = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    path = BUILD / f"team-{moment}.json"
    path.write_text(json.dumps(samples, indent=1))
    print(f"Every sample: {path.relative_to(ROOT)}")


def main() -> int:
    """Run; 1 when something failed, 130 when interrupted."""
    return exit_code(_run(_options()))


if __name__ == "__main__":
    sys.exit(main())
