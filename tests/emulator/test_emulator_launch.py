"""Starting and ending the emulator's process, and clients that go away in the middle."""

import asyncio
import http.client
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from emulator import launch
from emulator.__main__ import IDLE_SECONDS, listen
from gemini.api.http import OPTIONS

ROOT = Path(__file__).parent.parent.parent
HELLO = {"contents": [{"parts": [{"text": "word " * 300}]}]}
KEY = {"x-goog-api-key": "k"}


def wait_until(condition, seconds: float = 10) -> bool:
    """Whether `condition` came true within `seconds`; no test depends on how soon."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def another_address() -> str:
    """Where this machine is found by others; on one without a network, another one of its own."""
    with socket.socket(type=socket.SOCK_DGRAM) as outward:
        try:
            outward.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return "127.0.0.2"
        return outward.getsockname()[0]


def reaches(address: str, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection((address, port), timeout=10).close()
    except ConnectionRefusedError:
        return False
    return True


def test_it_says_where_it_is_and_ends_when_closed() -> None:
    emulator = launch.start("echo")
    assert emulator.engine == "echo"
    assert httpx2.get(f"{emulator.url}/healthz").json()["status"] == "ok"
    emulator.close()
    emulator.close()
    assert not emulator.running
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{emulator.url}/healthz")


def test_a_connection_is_let_go_by_the_app_first() -> None:
    assert OPTIONS["limits"].keepalive_expiry < IDLE_SECONDS


def test_it_ends_with_the_process_that_started_it() -> None:
    code = (
        "import os, sys; from emulator import launch; e = launch.start('echo'); "
        "print(e.url, flush=True); sys.stdin.read(); os._exit(1)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        url = parent.stdout.readline().strip()
        assert httpx2.get(f"{url}/healthz").status_code == 200
        parent.kill()

    def gone() -> bool:
        try:
            httpx2.get(f"{url}/healthz")
        except httpx2.TransportError:
            return True
        return False

    assert wait_until(gone)


def test_each_event_leaves_at_once() -> None:
    async def connected() -> bool:
        sockets = asyncio.Queue[socket.socket]()

        class Connected(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                sockets.put_nowait(transport.get_extra_info("socket"))

        loop, listening = asyncio.get_running_loop(), listen("127.0.0.1", 0)
        async with await loop.create_server(Connected, sock=listening) as server:
            _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            no_delay = (await sockets.get()).getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            writer.close()
        return bool(no_delay)

    assert asyncio.run(connected())


def test_a_taken_port_is_told() -> None:
    with launch.start("echo") as first:
        port = httpx2.URL(first.url).port
        with pytest.raises(launch.StartError, match=f"Can't listen on 127.0.0.1:{port}"):
            launch.start("echo", port=port)


def test_a_port_or_folder_that_can_t_be_is_told(tmp_path: Path) -> None:
    with pytest.raises(launch.StartError, match=r"Can't listen on 127.0.0.1:99999: \S.*\.$"):
        launch.start("echo", port=99_999)
    (tmp_path / "file").write_text("no folder")
    command = [sys.executable, "-m", "emulator", "--engine", "echo", "--port", "0"]
    command += ["--data", str(tmp_path / "file")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Can't keep files in {tmp_path / 'file'}: ")
    assert "Traceback" not in done.stderr


def test_a_model_file_that_is_none_is_told(tmp_path: Path, monkeypatch) -> None:
    wrong = tmp_path / "model.gguf"
    wrong.write_bytes(b"not a model")
    monkeypatch.setenv("LOCAL_TEXT_MODEL", str(wrong))
    with pytest.raises(launch.StartError, match="isn't a GGUF model"):
        launch.start("local")


@pytest.mark.parametrize(
    ("call", "thoughts"),
    [
        ("streamGenerateContent?alt=sse", 0),
        ("generateContent", 0),
        ("streamGenerateContent?alt=sse", 4_000),  # left before its first chunk
    ],
)
def test_a_client_that_goes_away_stops_its_answer(call: str, thoughts: int) -> None:
    with launch.start("echo", echo_delay=0.3) as emulator:

        def answering() -> int:
            return httpx2.get(f"{emulator.url}/healthz").json()["answering"]

        address = httpx2.URL(emulator.url)
        config = {"thinkingConfig": {"thinkingBudget": thoughts}}
        body = json.dumps(HELLO | {"generationConfig": config})
        connection = http.client.HTTPConnection(address.host, address.port)
        connection.request("POST", f"/v1beta/models/echo:{call}", body, KEY)
        assert wait_until(lambda: answering() == 1)
        connection.close()
        assert wait_until(lambda: answering() == 0)  # the whole answer would take 25 s


def test_keys_are_nowhere_in_what_it_writes() -> None:
    with launch.start("echo") as emulator:
        secret = "a-very-secret-key"
        url = f"{emulator.url}/v1beta/models/echo:generateContent"
        httpx2.post(url, json=HELLO, headers={"x-goog-api-key": secret})
        httpx2.post(f"{url}?key={secret}", json={"foo": 1})
        said = emulator.log()
    assert secret not in said


def test_only_this_machine_can_reach_it() -> None:
    with launch.start("echo") as emulator, socket.create_server(("", 0)) as for_all:
        another = another_address()
        port = urlsplit(emulator.url).port
        assert reaches("127.0.0.1", port)
        assert not reaches(another, port)
        assert reaches(another, for_all.getsockname()[1])  # as the emulator would be
