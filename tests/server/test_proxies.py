"""The proxies of `deploy/`, each really in front of two servers, do what the playground needs.

What the two servers are asked for is what Streamlit is: pages, a WebSocket, uploads, answers that
come bit by bit.
"""

import json
import re
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.proxies import DEPLOY, caddy, free_port, nginx

ROOT = Path(__file__).parents[2]
FILES = {"caddy": DEPLOY / "Caddyfile", "nginx": DEPLOY / "nginx.conf"}
PROXIES = {"caddy": caddy, "nginx": nginx}
SIZE = {"caddy": r"max_size (\d+)MB", "nginx": r"client_max_body_size (\d+)m"}
UPLOAD = "/_stcore/upload_file/session/file"
SOONER = {"fail_timeout=5s": "fail_timeout=1s", "health_interval 2s": "health_interval 300ms"}


class Upstream:
    """A server that says what reached it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.draining = False
        self.goes_on = threading.Event()  # for an answer that has begun
        self.received = threading.Event()  # the first bytes of an upload
        routes = [
            Route("/", self._page),
            Route("/readyz", self._ready),
            Route("/metrics", self._page),
            Route("/_stcore/metrics", self._page),
            Route("/playground/_stcore/metrics", self._page),
            Route("/answer", self._answer),
            Route(UPLOAD, self._upload, methods=["PUT"]),
            WebSocketRoute("/_stcore/stream", self._stream),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes), port=self.port, log_level="error", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def end(self) -> None:
        self.goes_on.set()
        self._server.should_exit = True
        self._thread.join(10)

    def _page(self, request: Request) -> Response:
        if self.draining:
            return PlainTextResponse("Restarting", 503)
        return JSONResponse({"port": self.port, "headers": dict(request.headers)})

    def _ready(self, request: Request) -> Response:
        assert request.query_params["only"] == "draining"
        return PlainTextResponse("", 503 if self.draining else 200)

    def _answer(self, _request: Request) -> Response:
        def words() -> Iterator[str]:
            yield "At "
            assert self.goes_on.wait(20)
            yield "dawn."

        return StreamingResponse(words(), media_type="text/plain")

    async def _upload(self, request: Request) -> Response:
        size = 0
        async for piece in request.stream():
            size += len(piece)
            self.received.set()
        return JSONResponse({"size": size})

    async def _stream(self, socket: WebSocket) -> None:
        await socket.accept(subprotocol="streamlit")
        await socket.send_json({"port": self.port, "headers": dict(socket.headers)})
        await socket.send_bytes(await socket.receive_bytes())
        await socket.close()


@dataclass(frozen=True)
class Proxied:
    """Two servers and the proxy in front of them."""

    kind: str
    url: str
    upstreams: list[Upstream]

    def browser(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, timeout=30)


@pytest.fixture
def upstreams() -> Iterator[list[Upstream]]:
    servers = [Upstream(), Upstream()]
    yield servers
    for server in servers:
        server.end()


@pytest.fixture(params=list(PROXIES))
def proxied(request: pytest.FixtureRequest, upstreams: list[Upstream]) -> Iterator[Proxied]:
    text = FILES[request.param].read_text("utf-8")
    for usual, sooner in SOONER.items():
        text = text.replace(usual, sooner)
    with PROXIES[request.param]([each.port for each in upstreams], text) as url:
        yield Proxied(request.param, url, upstreams)


def port_of(browser: httpx2.Client) -> int:
    """The server that a browser gets its pages from; 0 where it gets none."""
    response = browser.get("/")
    return response.json()["port"] if response.status_code == 200 else 0


def eventually(reached: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_browser_stays_with_one_server_its_websocket_too(proxied: Proxied) -> None:
    browsers = [proxied.browser() for _ in range(24)]
    ports = [port_of(browser) for browser in browsers]
    assert set(ports) == {each.port for each in proxied.upstreams}
    assert [port_of(browser) for browser in browsers] == ports
    for browser, port in zip(browsers[:4], ports, strict=False):
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        with connect(
            f"{proxied.url.replace('http', 'ws')}/_stcore/stream",
            origin=Origin(proxied.url),
            subprotocols=[Subprotocol(each) for each in ("streamlit", "xsrf", "session")],
            additional_headers={"Cookie": cookies},
        ) as socket:
            said = json.loads(socket.recv())
            assert said["port"] == port
            assert said["headers"]["sec-websocket-protocol"] == "streamlit, xsrf, session"
            assert socket.subprotocol == "streamlit"
            socket.send(b"x" * 2**20)
            assert len(socket.recv()) == 2**20


def test_what_a_server_has_to_know_of_a_request_is_passed_on(proxied: Proxied) -> None:
    headers = proxied.browser().get("/", headers={"X-Xsrftoken": "x"}).json()["headers"]
    assert headers["host"] == proxied.url.removeprefix("http://")
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert headers["x-xsrftoken"] == "x"
    assert len(headers["x-request-id"]) >= 32


def test_figures_are_not_for_the_world(proxied: Proxied) -> None:
    for path in ("/metrics", "/_stcore/metrics", "/playground/_stcore/metrics"):
        response = proxied.browser().get(path)
        assert response.status_code == 404
        assert "port" not in response.text


def test_nothing_waits_for_the_end_of_an_answer_or_an_upload(proxied: Proxied) -> None:
    with proxied.browser().stream("GET", "/answer") as response:
        pieces = response.iter_raw()
        assert next(pieces) == b"At "
        for each in proxied.upstreams:
            each.goes_on.set()
        assert b"".join(pieces) == b"dawn."

    def file() -> Iterator[bytes]:
        yield b"x" * 1000
        eventually(lambda: any(each.received.is_set() for each in proxied.upstreams))
        yield b"y" * 1000

    response = proxied.browser().put(UPLOAD, content=file())
    assert response.json() == {"size": 2000}


@pytest.mark.parametrize("kind", list(PROXIES))
def test_files_are_let_through_that_the_playground_takes(
    kind: str, upstreams: list[Upstream]
) -> None:
    text = FILES[kind].read_text("utf-8")
    (megabytes,) = re.findall(SIZE[kind], text)
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert int(megabytes) > config["server"]["maxUploadSize"]
    # The same with another number, that less has to be sent.
    with PROXIES[kind]([each.port for each in upstreams], text.replace(megabytes, "1")) as url:
        browser = Proxied(kind, url, upstreams).browser()
        assert browser.put(UPLOAD, content=b"x" * 900_000).json() == {"size": 900_000}
        assert browser.put(UPLOAD, content=b"x" * 2_000_000).status_code == 413


def test_a_server_that_ends_or_is_gone_is_passed_over(proxied: Proxied) -> None:
    browser = proxied.browser()
    (own,) = [each for each in proxied.upstreams if each.port == port_of(browser)]
    (other,) = set(proxied.upstreams) - {own}
    own.draining = True
    eventually(lambda: port_of(browser) == other.port)
    own.draining = False  # another process in its place: the session isn't there
    eventually(lambda: own.port in {port_of(proxied.browser()) for _ in range(8)})
    assert {port_of(browser) for _ in range(8)} == {other.port}
    own.end()
    for each in [browser, *(proxied.browser() for _ in range(8))]:
        assert port_of(each) == other.port
