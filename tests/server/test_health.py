"""Whether people may be sent to a process, whatever is wrong with what it needs."""

import threading
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components.local_emulator import emulator
from gemini.api.connect import TargetError
from gemini.history.engine import HistoryError
from server import health
from server.draining import drain


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(drain, "on", False)
    monkeypatch.setattr(health, "check_history", lambda: None)
    monkeypatch.setattr(health, "environment_target", lambda: None)
    monkeypatch.setenv("EMULATOR_URL", "http://127.0.0.1:1")
    with TestClient(Starlette(routes=health.routes())) as opened:
        yield opened


def failing(client: TestClient, query: str = "") -> set[str]:
    response = client.get(f"/readyz{query}")
    words = response.json()
    assert response.headers["cache-control"] == "no-store"
    assert (response.status_code == 200) is (set(words.values()) <= {"ok"})
    return {name for name, word in words.items() if word != "ok"}


def test_all_is_well(client: TestClient) -> None:
    assert failing(client) == set()
    assert client.get("/healthz").text == "ok"


def test_a_database_that_fails_is_not_looked_at_where_draining_alone_is_asked_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise HistoryError("The password is hunter2")

    monkeypatch.setattr(health, "check_history", fails)
    assert failing(client) == {"database"}
    assert "hunter2" not in client.get("/readyz").text
    assert failing(client, "?only=draining") == set()
    monkeypatch.setattr(health, "_slots", threading.Semaphore(0))  # all hang
    assert failing(client, "?only=draining") == set()
    monkeypatch.setattr(drain, "on", True)
    assert failing(client, "?only=draining") == {"draining"}


def test_a_database_that_hangs_is_not_waited_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    calls: list[bool] = []
    monkeypatch.setattr(health, "_slots", threading.BoundedSemaphore(2))
    monkeypatch.setattr(health, "check_history", lambda: calls.append(released.wait(60)))
    before = threading.active_count()
    for _ in range(5):
        assert failing(client, "?only=database") == {"database"}
    assert threading.active_count() <= before + 3  # two that hang, and one that found no place
    assert client.get("/healthz").text == "ok"
    released.set()


def test_it_needs_a_key_that_can_be_read_or_an_emulator_that_runs(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EMULATOR_URL")
    assert not emulator.usable
    assert failing(client) == {"answering"}

    def contradicts() -> None:
        raise TargetError("GEMINI_API_KEY_FILE names /x, which can't be read")

    monkeypatch.setattr(health, "environment_target", contradicts)
    assert failing(client) == {"answering"}


def test_it_is_served_below_the_base_path_and_at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.st, "get_option", lambda _name: "/team/play/")
    names = ("healthz", "readyz", "metrics")
    assert {route.path for route in health.routes()} == {
        f"{base}/{name}" for base in ("", "/team/play") for name in names
    }


def test_what_is_not_checked_is_not_well(client: TestClient) -> None:
    assert client.get("/readyz?only=drainin").status_code == 400
    assert client.get("/readyz?only=").status_code == 400
