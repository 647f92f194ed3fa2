"""A process that is about to end lets nobody new in, and waits for answers."""

import asyncio
import os
import signal
import threading
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from server import draining
from server.draining import Drain, NobodyNew, drain, seconds_from

PAGE = {"accept": "text/html,*/*"}


async def opened(socket: WebSocket) -> None:
    await socket.accept(subprotocol="streamlit")
    await socket.close()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(drain, "on", False)
    routes = [Route("/", PlainTextResponse("Hi")), WebSocketRoute("/stream", opened)]
    return TestClient(NobodyNew(Starlette(routes=routes)))


def connect(client: TestClient, *protocols: str) -> None:
    with client.websocket_connect("/stream", subprotocols=list(protocols)):
        pass


def test_pages_and_sessions_are_turned_away_and_those_here_go_on(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/", headers=PAGE).status_code == 200
    connect(client, "streamlit", "xsrf")
    monkeypatch.setattr(drain, "on", True)
    response = client.get("/", headers=PAGE)
    assert response.status_code == 503
    assert response.headers["retry-after"]
    with pytest.raises(WebSocketDenialResponse) as denied:
        connect(client, "streamlit", "xsrf")
    assert denied.value.status_code == 503
    connect(client, "streamlit", "xsrf", "a-session-that-was-here")
    assert client.get("/", headers={"accept": "image/*"}).status_code == 200  # of an open page


class Answers:
    """How many are on their way, and what the server was told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
        self.left = 1
        self.stopped = threading.Event()
        monkeypatch.setattr(draining, "waited_for", lambda: self.left)
        monkeypatch.setattr(draining, "LAST_WORDS", 0.0)
        monkeypatch.setattr(draining, "LOOK_EVERY", 0.01)
        monkeypatch.setenv("PLAYGROUND_DRAIN_SECONDS", seconds)

    def stop(self, *_: Any) -> None:
        self.stopped.set()

    def terminated(self, times: int, then: Any = lambda: None) -> Drain:
        """What comes of SIGTERM on a loop of its own."""

        async def work() -> Drain:
            own = Drain()
            with own.at_sigterm():
                for _ in range(times):
                    os.kill(os.getpid(), signal.SIGTERM)
                await asyncio.sleep(0.05)
                then()
                async with asyncio.timeout(20):
                    while not self.stopped.is_set():
                        await asyncio.sleep(0.01)
            return own

        before = signal.signal(signal.SIGTERM, self.stop)
        try:
            own = asyncio.run(work())
            assert signal.getsignal(signal.SIGTERM) == self.stop
        finally:
            signal.signal(signal.SIGTERM, before)
        return own


def test_it_ends_when_the_last_answer_has(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(monkeypatch, "1000")

    def end() -> None:
        assert not answers.stopped.is_set()
        answers.left = 0

    assert answers.terminated(1, end).on


def test_it_waits_no_longer_than_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    Answers(monkeypatch, "0.1").terminated(1)


def test_a_second_signal_ends_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    Answers(monkeypatch, "1000").terminated(2)


def test_with_no_answer_on_its_way_it_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(monkeypatch, "1000")
    answers.left = 0
    answers.terminated(1)


@pytest.mark.parametrize(("text", "seconds"), [("", 20.0), ("5", 5.0), ("-1", 0.0), ("soon", 20.0)])
def test_how_long_is_a_variable(text: str, seconds: float) -> None:
    assert seconds_from({"PLAYGROUND_DRAIN_SECONDS": text}) == seconds


def test_a_second_signal_may_come_while_answers_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers, counting, sent = Answers(monkeypatch, "5"), threading.Lock(), threading.Event()

    def count() -> int:
        with counting:
            if not sent.is_set():
                sent.set()
                os.kill(os.getpid(), signal.SIGTERM)  # the handler runs here, within the lock
        return 1

    monkeypatch.setattr(draining, "waited_for", count)
    answers.terminated(1)
    assert answers.stopped.is_set()
