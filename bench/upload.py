"""100 MB of sound through the upload and the Files API: the memory of the server meanwhile.

``python -m bench.upload`` starts the Gemini-compatible server (answers are echoed) and the
playground, each a process of its own; opens the audio page in Chromium, uploads a WAV of 100 MB,
asks about it, and waits for the answer. The playground's resident memory (`VmRSS` of
/proc/PID/status, looked at every 20 ms) is noted before, at its peak, and after "New chat". Peak
minus before, divided by the file's size, is the figure; its limit is 2.5. Linux only.
"""

import argparse
import asyncio
import contextlib
import math
import struct
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page, expect

from bench.browser import chromium
from bench.processes import ROOT, free_port, python, serving

SIZE = 100_000_000  # bytes
LIMIT = 2.5  # times the size of the file
RATE = 48_000  # samples a second; 16 bits, stereo
LOOK_EVERY = 0.02  # seconds


def write_sound(path: Path, size: int) -> None:
    """A WAV of about `size` bytes: a tone that grows louder each second and begins again."""
    second = bytearray()
    for n in range(RATE):
        value = int(20_000 * n / RATE * math.sin(2 * math.pi * 440 * n / RATE))
        second += struct.pack("<hh", value, value)
    count = size // len(second)
    data = count * len(second)
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + data) + b"WAVEfmt ")
        file.write(struct.pack("<IHHIIHH", 16, 1, 2, RATE, 4 * RATE, 4, 16))
        file.write(b"data" + struct.pack("<I", data))
        for _ in range(count):
            file.write(second)


def resident(pid: int) -> int:
    """The resident memory of a process in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"process {pid} has no memory")


def listener(port: int) -> int:
    """The process that listens on a port of this machine."""
    fields = f":{port:04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    inodes = {f[9] for f in map(str.split, lines) if f[1].endswith(fields) and f[3] == "0A"}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            for link in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if str(link.readlink()).removeprefix("socket:[")[:-1] in inodes:
                        return int(process.name)
    raise RuntimeError(f"nobody listens on port {port}")


class Memory:
    """Watches a process; `peak` is the most memory it had since the start of the watch."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.before = self.peak = resident(pid)

    @property
    def grown(self) -> str:
        """How much more memory it has, and had at its peak, than at the start, in words."""
        now, peak = resident(self._pid) - self.before, self.peak - self.before
        return f"grown by {now / 1e6:.0f} MB, {peak / 1e6:.0f} at the peak"

    async def watch(self) -> None:
        while True:
            self.peak = max(self.peak, resident(self._pid))
            await asyncio.sleep(LOOK_EVERY)


@contextlib.asynccontextmanager
async def playground(folder: Path) -> AsyncIterator[int]:
    """The playground beside a server that echoes; the port it is at."""
    api, app = free_port(), free_port()
    api_url = f"http://127.0.0.1:{api}"
    emulator = python("-m", "emulator", "--port", str(api), "--engine", "echo")
    command = python(
        *("-m", "streamlit", "run", "app.py", "--server.port", str(app)),
        *("--server.address", "127.0.0.1"),
    )
    variables = {
        "GEMINI_API_KEY": "bench-key-of-no-worth",
        "GOOGLE_GEMINI_BASE_URL": api_url,
        "EMULATOR_URL": api_url,
        "PLAYGROUND_DATA_DIR": str(folder / "data"),
    }
    health = f"http://127.0.0.1:{app}/_stcore/health"
    async with (
        serving(emulator, f"{api_url}/healthz", folder / "api.log", cwd=ROOT, env={}),
        serving(command, health, folder / "app.log", cwd=ROOT, env=variables),
    ):
        yield app


async def at_rest(page: Page) -> None:
    """Wait until the script of the page has run to its end."""
    await page.wait_for_function(
        "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
    )
    await page.wait_for_timeout(1000)


async def measure(sound: Path, folder: Path) -> Memory:
    """Upload and ask; the memory of the playground meanwhile."""
    async with playground(folder) as port, chromium() as browser:
        page = await browser.new_page()
        page.set_default_timeout(180_000)
        await page.goto(f"http://127.0.0.1:{port}/audio")
        await page.get_by_test_id("stFileUploaderDropzone").wait_for()
        await at_rest(page)
        memory = Memory(listener(port))
        watching = asyncio.create_task(memory.watch())
        start = time.perf_counter()
        await page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(sound)
        await page.get_by_role("img", name="Waveform").wait_for()
        await at_rest(page)
        print(f"uploaded and drawn   {time.perf_counter() - start:7.1f} s, {memory.grown}")
        start = time.perf_counter()
        await page.get_by_role("button", name="Summarise", exact=True).click()
        await expect(page.get_by_text("tokens in")).to_be_visible(timeout=180_000)
        await at_rest(page)
        print(f"stored and answered  {time.perf_counter() - start:7.1f} s, {memory.grown}")
        assert await page.get_by_text("kept until").count(), "it didn't go by the Files API"
        watching.cancel()
        await page.get_by_role("button", name="New chat").click()
        await at_rest(page)
        print(f"after New chat                  {memory.grown}")
        return memory


def main() -> int:
    """Measure once; 1 when the limit is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.upload", description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE, help="bytes of the sound")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sound(folder / "sound.wav", options.size)
        memory = asyncio.run(measure(folder / "sound.wav", folder))
    growth = memory.peak - memory.before
    print(f"server before        {memory.before / 1e6:7.1f} MB")
    print(f"server at its peak   {memory.peak / 1e6:7.1f} MB")
    ratio = growth / options.size
    print(f"growth               {ratio:7.2f} times the file's size, limit {LIMIT}", end=": ")
    print("kept" if ratio <= LIMIT else "missed")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
