"""Four processes behind the proxy on one PostgreSQL: one is killed in mid-answer and started again,
then the others are ended, one after the other, each in mid-answer, and no answer is lost.
"""

import json
import re
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Page, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from components.sign_in import COOKIE
from tests.browser.conftest import ask, settle, shows_no_error, start_server
from tests.browser.oidc import SECRET, provider, secrets_for
from tests.browser.test_sign_in_journey import sign_in
from tests.fake_gemini import FakeGemini, Reply, answer, chunk
from tests.postgresql import running
from tests.proxies import caddy, free_port
from tests.streamlit_client import StreamlitClient

Open = Callable[..., Page]
SAMPLE = Path(__file__).parents[2] / "samples" / "media" / "sign.png"


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


@dataclass
class Processes:
    """Those behind the proxy at `url`, by port."""

    url: str
    variables: dict[str, str]
    running: dict[int, subprocess.Popen[bytes]]

    def start(self, *ports: int) -> None:
        """Start these, two at a time, and wait until they serve."""
        with ThreadPoolExecutor(2) as pool:
            started = pool.map(lambda port: start_server(port, self.variables), ports)
            self.running |= zip(ports, started, strict=True)

    def end(self, port: int, fake: FakeGemini, held: threading.Event) -> None:
        """Tell one to end while an answer is `held`: nobody new comes in, and then it goes on."""
        self.running[port].send_signal(signal.SIGTERM)
        own = f"http://127.0.0.1:{port}"
        until(lambda: status(f"{own}/readyz?only=draining") == 503)
        assert status(f"{own}/healthz") == 200
        assert status(own, Accept="text/html") == 503
        held.set()

    def of_one_page(self) -> int:
        """The only one at which a page is open."""
        (port,) = [port for port in self.running if sessions(port)]
        return port


@pytest.fixture
def processes(fake: FakeGemini, tmp_path: Path) -> Iterator[Processes]:
    ports = [free_port() for _ in range(4)]
    with running() as cluster, provider() as issuer, caddy(ports) as url:
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
        made = Processes(url, variables, {})
        try:
            made.start(*ports)
            until(lambda: status(f"{url}/readyz") == 200)
            yield made
        finally:
            for server in made.running.values():
                server.kill()
                server.wait()


def test_conversations_outlive_the_processes_they_began_in(
    open_page: Open, fake: FakeGemini, processes: Processes
) -> None:
    forged = StreamlitClient(processes.url, {COOKIE: signed_in("ann", processes, "another secret")})
    forged.connect()
    assert b"Sign in to continue." in forged.load()
    forged.close()
    page = open_page(processes.url)
    sign_in(page, "ann")
    ended = killed_in_mid_answer(page, fake, processes)
    with clients(processes, set(processes.running) - {ended, processes.of_one_page()}) as by_port:
        for port, client in by_port.items():
            processes.start(ended)
            ended_in_mid_answer(client, fake, processes, port)
            ended = port
    goes_on_elsewhere_by_itself(page, fake, processes)


def killed_in_mid_answer(page: Page, fake: FakeGemini, processes: Processes) -> int:
    """Ask with an image, ask again, kill the process that answers; another one shows it all."""
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
    port = processes.of_one_page()  # every reload and upload went to the same one
    server = processes.running.pop(port)
    server.kill()
    server.wait()
    page.reload()
    expect(page.get_by_text("It was a heron, and")).to_be_visible()
    expect(page.get_by_text("The answer was cut off")).to_be_visible()
    expect(page.get_by_test_id("stChatMessage").locator("img").first).to_be_visible()
    settle(page)
    shows_no_error(page)
    return port


@contextmanager
def clients(processes: Processes, ports: set[int]) -> Iterator[dict[int, StreamlitClient]]:
    """Somebody at each of these, whom the proxy sent there by chance, and keeps there."""
    by_port: dict[int, StreamlitClient] = {}
    while ports - by_port.keys():
        client = StreamlitClient(
            processes.url, {COOKIE: signed_in(f"guest-{len(by_port)}", processes)}
        )
        before = {port: sessions(port) for port in ports}
        client.connect()
        went_to = [port for port in ports if sessions(port) > before[port]]
        if went_to and went_to[0] not in by_port:
            by_port[went_to[0]] = client
        else:
            client.close()
    yield by_port
    for client in by_port.values():
        client.close()


def signed_in(who: str, processes: Processes, secret: str = SECRET) -> str:
    """The cookie of somebody who signed in."""
    claims = {"is_logged_in": True, "iss": "https://a", "sub": who, "origin": processes.url}
    return create_signed_value(secret, COOKIE, json.dumps(claims)).decode()


def ended_in_mid_answer(
    client: StreamlitClient, fake: FakeGemini, processes: Processes, port: int
) -> None:
    """The process ends with the answer. Another one has the conversation, and goes on with it."""
    before = sessions(port)
    client.connect()
    client.load()
    until(lambda: sessions(port) == before)  # the one that it had
    fake.seen.clear()
    fake.replies = [answer("Grey", " or white."), answer("Two metres.")]
    held = fake.replies[0].held = threading.Event()
    client.ask("What colour is it?")
    until(lambda: any("What colour" in str(each.body) for each in fake.seen))
    processes.end(port, fake, held)
    client.read("Grey or white.")
    processes.running.pop(port).wait(20)
    client.connect()
    page = client.load()
    assert b"What colour is it?" in page
    assert b"Grey or white." in page
    client.ask("How wide is it?")
    client.read("Two metres.")


def goes_on_elsewhere_by_itself(page: Page, fake: FakeGemini, processes: Processes) -> None:
    """The last one ends with its answer. The page connects to another process without a reload,
    and has its conversation there."""
    until(lambda: sum(map(sessions, processes.running)) == 1)
    port = processes.of_one_page()
    fake.replies = [answer("At dawn", " it left."), answer("To the south.")]
    held = fake.replies[0].held = threading.Event()
    ask(page, "And then?")
    until(lambda: any("And then?" in str(each.body) for each in fake.seen))
    processes.end(port, fake, held)
    expect(page.get_by_text("At dawn it left.").first).to_be_visible()
    processes.running.pop(port).wait(20)
    until(lambda: any(map(sessions, processes.running)))
    for words in ("An island.", "It was a heron, and", "At dawn it left."):
        expect(page.get_by_text(words).first).to_be_visible()
    ask(page, "Where to?")
    expect(page.get_by_text("To the south.").first).to_be_visible()
    shows_no_error(page)
