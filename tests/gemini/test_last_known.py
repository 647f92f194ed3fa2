"""What is drawn never waits for the network: the last known value, and the list of models."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gemini.api import last_known
from gemini.api.connect import Connection, Target
from gemini.api.last_known import LastKnown
from gemini.models.listing import forget_models, known_models
from tests.fake_gemini import FakeGemini, Reply, error


class HeldFetch:
    """A fetch that answers when it is let."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.calls = 0
        self.failure: Exception | None = None

    def __call__(self) -> int:
        self.calls += 1
        self.opened.wait(20)
        if self.failure:
            raise self.failure
        return self.calls


def settled(read: Callable[[], bool]) -> None:
    """Wait until what was read is so."""
    tick = threading.Event()
    for _ in range(2000):
        if read():
            return
        tick.wait(0.01)
    pytest.fail("it never came")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_known, "FIRST_WAIT", 0)


def test_it_returns_while_the_server_is_silent_and_asks_once() -> None:
    gate = HeldFetch()
    value = LastKnown(gate)
    assert value.look()[:2] == (None, None)
    assert value.look()[:2] == (None, None)
    gate.opened.set()
    settled(lambda: value.look()[:2] == (1, None))
    assert gate.calls == 1


def test_a_first_answer_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_known, "FIRST_WAIT", 20)
    gate = HeldFetch()
    gate.opened.set()
    assert LastKnown(gate).look()[:2] == (1, None)


def test_a_failure_is_remembered_beside_the_last_value_until_it_is_forgotten() -> None:
    gate = HeldFetch()
    gate.opened.set()
    gate.failure = OSError("no network")
    value = LastKnown(gate, 7)
    settled(lambda: value.look()[:2] == (7, gate.failure))
    assert gate.calls == 1
    gate.failure = None
    value.forget()
    settled(lambda: value.look()[:2] == (2, None))


def server(fake: FakeGemini, key: str = "key-1") -> Connection:
    return Connection(Target("server", key, base_url=fake.url))


def names(connection: Connection) -> list[str]:
    return [m.name for m in known_models(connection)[0] or []]


def test_models_are_the_usual_ones_while_the_server_is_silent(fake: FakeGemini) -> None:
    fake.others["GET models"] = [Reply(then="hang")]
    connection = server(fake)
    assert "gemini-4-argon" in names(connection)
    assert not any(seen.closed.is_set() for seen in fake.seen)
    connection.close()


def test_models_of_a_silent_emulator_are_not_guessed(fake: FakeGemini) -> None:
    fake.others["GET models"] = [Reply(then="hang")]
    connection = Connection(Target("emulator", base_url=fake.url))
    assert known_models(connection) == (None, None, True)
    connection.close()


def test_models_are_kept_for_the_next_start_but_neither_key_nor_tuned_ones(
    fake: FakeGemini, tmp_path: Path
) -> None:
    fake.models = {"models": [*fake.models["models"], {"name": "tunedModels/mine"}]}
    listed = ["gemini-3.8-flash", "gemini-2.5-flash"]
    first = server(fake)
    settled(lambda: names(first) == [*listed, "tunedModels/mine"])
    (kept,) = (tmp_path / "data" / "models").iterdir()
    assert "key-1" not in kept.read_text()
    assert len(json.loads(kept.read_text())) == 2
    fake.others["GET models"] = [Reply(then="hang")]
    second = server(fake)
    assert names(second) == listed
    for other in (server(fake, "key-2"), Connection(first.target, keeps=False)):
        assert "gemini-4-argon" in names(other)
        other.close()
    kept.write_text("{[")
    third = server(fake)
    assert "gemini-4-argon" in names(third)
    other = Connection(replace(third.target, base_url=f"{fake.url}/other"))
    assert "gemini-4-argon" in names(other)
    for connection in (first, second, third, other):
        connection.close()


def test_models_come_when_the_api_is_back(fake: FakeGemini) -> None:
    fake.others["GET models"] = [error(403, "PERMISSION_DENIED", "No")]
    connection = server(fake)
    settled(lambda: known_models(connection)[1] is not None)
    fake.others.clear()
    forget_models(connection)
    settled(lambda: names(connection) == ["gemini-3.8-flash", "gemini-2.5-flash"])
    connection.close()
