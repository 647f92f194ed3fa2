"""Child processes: started in a group of their own, awaited until they answer, always ended."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
LOOK_EVERY = 0.05  # seconds
STOP_SECONDS = 10


def cancelled_at_sigterm() -> None:
    """Have a terminated benchmark leave by the door of an interrupted one, so its servers end."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    loop.add_signal_handler(signal.SIGTERM, task.cancel)


def exit_code(work: Coroutine[Any, Any, int]) -> int:
    """Run a benchmark to its end, which gives its code; 130 when interrupted or terminated."""
    try:
        return asyncio.run(work)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130


def free_port() -> int:
    """A loopback port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def python(*arguments: str) -> list[str]:
    """The command line that runs `arguments` with this interpreter."""
    return [sys.executable, *arguments]


@dataclass(frozen=True)
class ServerProcess:
    """A server that answers: its process, and how long it took until then."""

    pid: int
    started_in: float  # seconds

    def megabytes(self) -> float:
        """The resident memory of the process and of all that it started."""
        return sum(_status(pid, "VmRSS") for pid in _group(self.pid)) * 1024 / 1e6

    def threads(self) -> int:
        """How many threads they have."""
        return sum(_status(pid, "Threads") for pid in _group(self.pid))


@contextlib.asynccontextmanager
async def serving(
    command: Sequence[str], health: str, log: Path, *, cwd: Path, env: Mapping[str, str]
) -> AsyncIterator[ServerProcess]:
    """Run a server for the length of the block, from its first 200 at the URL `health`.

    Its output goes to the file `log`. `env` is added to this process's environment. Raises
    RuntimeError, with the log's end, when it exits or doesn't answer in START_SECONDS.
    """
    begun = time.perf_counter()
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=cwd,
            env={**os.environ, **env},
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        if not await _healthy(process, health):
            raise RuntimeError(f"{' '.join(command)} did not start:\n{log.read_text()[-2000:]}")
        yield ServerProcess(process.pid, time.perf_counter() - begun)
    finally:
        await _end(process)


@contextlib.asynccontextmanager
async def conversing(
    command: Sequence[str], log: Path, *, env: Mapping[str, str]
) -> AsyncIterator[Callable[[str], Awaitable[str]]]:
    """Run a command that answers each line with a line; yields what asks it.

    Its messages go to the file `log`. Asking raises RuntimeError, with the log's end, when it has
    ended instead.
    """
    with log.open("wb") as messages:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=messages,
            start_new_session=True,
        )
    to, back = process.stdin, process.stdout
    assert to is not None
    assert back is not None

    async def ask(line: str) -> str:
        with contextlib.suppress(ConnectionError):  # ended: said below
            to.write(f"{line}\n".encode())
            await to.drain()
        answer = await back.readline()
        if not answer:
            raise RuntimeError(f"{' '.join(command)} failed:\n{log.read_text()[-2000:]}")
        return answer.decode()

    try:
        yield ask
    finally:
        await _end(process)


def read(url: str) -> bytes:
    """The body at a loopback URL, past any proxy of the environment."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=5) as response:
        return response.read()


async def _healthy(process: asyncio.subprocess.Process, health: str) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            while process.returncode is None:
                try:
                    await asyncio.to_thread(read, health)
                except (urllib.error.URLError, OSError):
                    await asyncio.sleep(LOOK_EVERY)
                else:
                    return True
    return False


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the process and whatever it started: politely, then surely."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_SECONDS)


def _group(leader: int) -> list[int]:
    """The processes of a group, which `serving` gives each server."""
    members = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == leader:
                members.append(int(process.name))
    return members


def _status(pid: int, name: str) -> int:
    """A number in a process's status, memory in KiB; 0 of one that has just ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0
