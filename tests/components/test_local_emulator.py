"""The emulator is started when it is needed, once, and the app goes on where it can't be."""

import os
import threading
from dataclasses import dataclass, field

import pytest

from components.local_emulator import LocalEmulator


@dataclass
class Fake:
    """An emulator that starts when it is let, or fails."""

    url: str = "http://127.0.0.1:1"
    engine: str = "echo"
    model: str = ""
    failure: Exception | None = None
    starts: int = 0
    closed: bool = False
    running: bool = True
    released: threading.Event = field(default_factory=threading.Event)

    def start(self) -> "Fake":
        self.starts += 1
        self.released.wait(20)
        if self.failure:
            raise self.failure
        return self

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def no_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EMULATOR_URL", "EMULATOR_ENGINE", "EMULATOR_MODEL"):
        monkeypatch.setenv(name, "")  # so that it is put back afterwards
        monkeypatch.delenv(name)


def test_it_is_started_once_beside_who_asks_and_ended() -> None:
    fake, emulator = Fake(), LocalEmulator()
    assert not emulator.offered
    emulator.begin()
    emulator.provide(fake.start)
    assert emulator.offered
    assert not emulator.starting
    emulator.begin()
    emulator.begin()
    assert emulator.starting
    fake.released.set()
    emulator.wait()
    assert os.environ["EMULATOR_URL"] == fake.url
    assert emulator.usable
    emulator.begin()
    assert fake.starts == 1
    fake.running = False
    assert not emulator.usable
    emulator.begin()  # it has died
    emulator.wait()
    assert fake.starts == 2
    emulator.close()
    assert fake.closed
    assert "EMULATOR_URL" not in os.environ
    assert not emulator.offered


def test_one_that_fails_is_told_and_not_tried_again_at_once() -> None:
    fake, emulator = Fake(failure=OSError("No space left on device")), LocalEmulator()
    fake.released.set()
    emulator.provide(fake.start)
    emulator.begin()
    emulator.wait()
    emulator.begin()
    assert emulator.trouble == "No space left on device"
    assert fake.starts == 1
    emulator.close()


def test_one_that_is_given_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMULATOR_URL", "http://elsewhere")
    fake, emulator = Fake(), LocalEmulator()
    emulator.provide(fake.start)
    emulator.begin()
    emulator.close()
    assert not fake.starts
    assert os.environ["EMULATOR_URL"] == "http://elsewhere"
