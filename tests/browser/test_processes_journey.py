"""Two processes behind the proxy on one PostgreSQL: one is killed in mid-answer, one is ended."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

from playwright.sync_api import Page, expect

from tests.browser.conftest import ask, free_port, settle, shows_no_error, start_server
from tests.browser.oidc import provider, secrets_for
from tests.browser.test_sign_in_journey import sign_in
from tests.fake_gemini import FakeGemini, Reply, answer, chunk
from tests.postgresql import running

Open = Callable[..., Page]
ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "media" / "sign.png"
CADDY = Path(sys.executable).with_name("caddy")


def status(url: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as got:
            return got.status
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


def until(reached: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def sessions(port: int) -> float:
    """How many pages are open at a process, by its own figures."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as response:
        (count,) = re.findall(r"^playground_sessions (\S+)$", response.read().decode(), re.M)
    return float(count)


@contextmanager
def proxied(ports: list[int]) -> Iterator[str]:
    """Caddy with the Caddyfile as it is, in front of these."""
    port = free_port()
    environment = {
        **os.environ,
        "SITE_ADDRESS": f":{port}",
        "UPSTREAMS": " ".join(f"127.0.0.1:{each}" for each in ports),
    }
    command = [CADDY, "run", "--config", ROOT / "deploy" / "Caddyfile", "--adapter", "caddyfile"]
    assert CADDY.exists(), "The proxy comes with requirements-dev.txt"
    log = ROOT / "build" / f"caddy-{port}.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as output:
        caddy = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        until(lambda: status(f"http://localhost:{port}/metrics") == 404)  # not for the world
        yield f"http://localhost:{port}"
    finally:
        caddy.terminate()
        caddy.wait(15)


def test_a_conversation_outlives_the_process_it_began_in(
    open_page: Open, fake: FakeGemini, tmp_path: Path
) -> None:
    ports = [free_port(), free_port()]
    with running() as cluster, provider() as issuer, proxied(ports) as url:
        cluster.execute("CREATE DATABASE playground")
        secrets = secrets_for(issuer.url).replace("{port}", url.rpartition(":")[2])
        (tmp_path / "secrets.toml").write_text(secrets)
        variables = {
            "GOOGLE_GEMINI_BASE_URL": fake.url,
            "GEMINI_API_KEY": "browser-test-key",
            "DATABASE_URL": cluster.url("playground"),
            "PLAYGROUND_DATA_DIR": str(tmp_path / "data"),
            "STREAMLIT_SECRETS_FILES": str(tmp_path / "secrets.toml"),
        }
        servers: dict[int, subprocess.Popen[bytes]] = {}
        try:
            with ThreadPoolExecutor() as pool:
                started = pool.map(lambda port: start_server(port, variables), ports)
                servers |= zip(ports, started, strict=True)
            until(lambda: status(f"{url}/readyz") == 200)
            page = open_page(url)
            sign_in(page, "ann")
            first = killed_in_mid_answer(page, fake, servers)
            servers[first] = start_server(first, variables)
            (second,) = set(ports) - {first}
            ended_when_the_answer_has(page, fake, servers[second], second)
            goes_on_by_itself(page, fake, first)
        finally:
            for server in servers.values():
                server.kill()
                server.wait()


def killed_in_mid_answer(
    page: Page, fake: FakeGemini, servers: dict[int, subprocess.Popen[bytes]]
) -> int:
    """Ask with an image, ask again, kill the process that answers; the other shows it all."""
    fake.replies = [
        answer("An island."),
        Reply([chunk("It was a heron, "), chunk("and")], then="hang"),
    ]
    page.locator("input[type=file]").first.set_input_files(SAMPLE)
    expect(page.get_by_test_id("stChatInput").get_by_text(SAMPLE.name)).to_be_visible()
    ask(page, "What is it?")
    expect(page.get_by_text("An island.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"[?&]c=\w{20,}"))
    settle(page)
    ask(page, "Which bird?")
    expect(page.get_by_text("It was a heron, and")).to_be_visible()
    page.wait_for_timeout(1500)  # the history is written each second
    open_at = {port: sessions(port) for port in servers}
    assert sorted(open_at.values()) == [0, 1]  # every reload and upload went to the same one
    (first,) = [port for port, count in open_at.items() if count]
    servers[first].kill()
    servers[first].wait()
    page.reload()
    expect(page.get_by_text("It was a heron, and")).to_be_visible()
    expect(page.get_by_text("The answer was cut off")).to_be_visible()
    expect(page.get_by_test_id("stChatMessage").locator("img").first).to_be_visible()
    settle(page)
    shows_no_error(page)
    return first


def ended_when_the_answer_has(
    page: Page, fake: FakeGemini, server: subprocess.Popen[bytes], port: int
) -> None:
    """SIGTERM in mid-answer: nobody new, the answer to its end, then the process."""
    goes_on = threading.Event()
    fake.replies = [answer("At dawn", " it left.")]
    fake.replies[0].held = goes_on
    ask(page, "And then?")
    until(lambda: bool(fake.seen) and "And then?" in str(fake.seen[-1].body))
    server.send_signal(signal.SIGTERM)
    own = f"http://127.0.0.1:{port}"
    until(lambda: status(f"{own}/readyz?only=draining") == 503)
    assert status(f"{own}/healthz") == 200
    assert status(own, Accept="text/html") == 503
    goes_on.set()
    expect(page.get_by_text("At dawn it left.").first).to_be_visible()
    server.wait(20)


def goes_on_by_itself(page: Page, fake: FakeGemini, port: int) -> None:
    """The page connects to the other process without a reload, and has its conversation there."""
    until(lambda: sessions(port) == 1)
    settle(page)
    for words in ("An island.", "It was a heron, and", "At dawn it left."):
        expect(page.get_by_text(words).first).to_be_visible()
    fake.replies = [answer("To the south.")]
    ask(page, "Where to?")
    expect(page.get_by_text("To the south.").first).to_be_visible()
    shows_no_error(page)
