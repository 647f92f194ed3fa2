"""Child processes: started in a group of their own, awaited until they answer, always ended."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 10


def free_port() -> int:
    """A loopback port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def python(*arguments: str) -> list[str]:
    """The command line that runs `arguments` with this interpreter."""
    return [sys.executable, *arguments]


@contextlib.asynccontextmanager
async def serving(
    command: Sequence[str], health: str, log: Path, *, cwd: Path, env: Mapping[str, str]
) -> AsyncIterator[None]:
    """Run a server for the length of the block, from its first 200 at the URL `health`.

    Its output goes to the file `log`. `env` is added to this process's environment. Raises
    RuntimeError, with the log's end, when it exits or doesn't answer in START_SECONDS.
    """
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
        yield
    finally:
        await _end(process)


async def output(command: Sequence[str], *, env: Mapping[str, str]) -> str:
    """What a command prints; RuntimeError with its messages when it fails."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**os.environ, **env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        printed, messages = await process.communicate()
    finally:
        await _end(process)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{messages.decode()[-2000:]}")
    return printed.decode()


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
                    await asyncio.sleep(0.1)
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
