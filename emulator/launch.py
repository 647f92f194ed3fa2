"""Starts the emulator as a process of its own, for an application or a test to talk to."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal

_READY = re.compile(
    r"Gemini emulator on (?P<url>\S+) \(engine: (?P<engine>\w+)(, (?P<model>.+))?\)"
)
_ROOT = Path(__file__).resolve().parent.parent


class StartError(RuntimeError):
    """The emulator didn't start; the text has what it said last."""


@dataclass
class Emulator:
    """A running emulator. It ends with `close()`, or with the process that started it.

    `model` is what answers where that is another server's: `gemma3:4b at localhost:11434`.
    """

    url: str
    engine: str
    model: str
    _process: subprocess.Popen[bytes] = field(repr=False)
    _log: IO[bytes] = field(repr=False)

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def log(self) -> str:
        """The end of what it wrote to its standard error: warnings and faults."""
        return _tail(self._log)

    def close(self) -> None:
        """Ends the process and waits for it. Closing twice is fine."""
        _end(self._process)
        self._log.close()

    def __enter__(self) -> "Emulator":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def start(
    engine: Literal["local", "echo", "openai"] | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    echo_delay: float = 0.0,
    timeout: float = 30.0,
) -> Emulator:
    """Starts the emulator and waits until it listens.

    `engine` None is the server that `EMULATOR_OPENAI_URL` names, else local where its packages are
    installed, else echo. `port` 0 is any free one. `echo_delay` is the seconds between two pieces
    of an echoed answer. Raises StartError after `timeout` seconds, or as soon as the process ends.
    """
    command = [sys.executable, "-m", "emulator", "--parent-pipe", "--host", host]
    command += ["--port", str(port), "--delay", str(echo_delay)]
    command += ["--engine", engine] if engine else []
    log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
    process = subprocess.Popen(  # noqa: S603 - our own module, by this interpreter
        command,
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        # Ctrl+C is for the application: it closes the emulator after its own last request.
        start_new_session=os.name == "posix",
    )
    ready = _first_ready_line(process, timeout)
    if ready is None:
        ended = process.poll()
        _end(process)
        said = _tail(log)
        log.close()
        how = f"didn't start within {timeout:g} s" if ended is None else f"ended with {ended}"
        raise StartError(f"The local emulator {how}. {said}".strip())
    return Emulator(ready["url"], ready["engine"], ready["model"] or "", process, log)


def _first_ready_line(process: subprocess.Popen[bytes], timeout: float) -> re.Match[str] | None:
    """The line that says where it listens, or None when the process ends or time runs out."""
    matches: list[re.Match[str]] = []
    assert process.stdout is not None
    output = process.stdout

    def read() -> None:
        for line in output:
            if match := _READY.search(line.decode(errors="replace")):
                matches.append(match)
                return

    reader = threading.Thread(target=read, name="emulator-start", daemon=True)
    reader.start()
    reader.join(timeout)
    return matches[0] if matches else None


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _tail(log: IO[bytes], most: int = 2000) -> str:
    """The end of what the process wrote to its standard error."""
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - most))
    return log.read().decode(errors="replace").strip()
