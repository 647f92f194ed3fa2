"""Pages are there, and clicks answered, whatever the API does: refuse, stay silent, come late."""

import concurrent.futures
import socket
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.local_emulator import LocalEmulator
from components.navigation import PAGES, page_file
from tests.fake_gemini import FakeGemini, Reply
from tests.on_page import Open

SILENT = "silent-api-key"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for, not even a moment; a script that asks or waits fails."""
    monkeypatch.setattr("gemini.api.last_known.FIRST_WAIT", 0)
    result = concurrent.futures.Future.result

    def not_in_a_script() -> None:
        assert "script" not in threading.current_thread().name.lower(), "waits for the network"

    def guarded_result(self: Any, timeout: float | None = None) -> Any:
        if timeout != 0 and not self.done():
            not_in_a_script()
        return result(self, timeout)

    monkeypatch.setattr(concurrent.futures.Future, "result", guarded_result)


@pytest.fixture
def silent(app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch) -> Open:
    """An API that takes every request and never answers."""
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", fake.url)
    monkeypatch.setenv("GEMINI_API_KEY", SILENT)
    fake.others[""] = [Reply(then="hang")]
    return app


@pytest.fixture
def refusing(app: Open, monkeypatch: pytest.MonkeyPatch) -> Open:
    """An API that takes no connection."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("GEMINI_API_KEY", SILENT)
    return app


def drawn(at: AppTest) -> AppTest:
    """The script came to its end, with the page and the choice of a model."""
    assert not at.exception, at.exception[0].message
    assert at.main.title or at.main.button or at.chat_input
    assert "gemini-4-argon" in at.sidebar.selectbox[0].options
    return at


def click(at: AppTest, button: str) -> AppTest:
    next(b for b in at.button if button in (b.key, b.label)).click()
    return drawn(at.run())


def waits(at: AppTest) -> list[str]:
    return [m.value for m in at.markdown if "Waiting for the API" in m.value]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_drawn_while_the_api_is_silent(page: str, silent: Open) -> None:
    drawn(silent(page_file(page)))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_drawn_while_the_api_refuses(page: str, refusing: Open) -> None:
    drawn(refusing(page_file(page)))


@pytest.mark.parametrize(
    ("page", "button", "method"),
    [
        ("files", "Refresh", "files.list"),
        ("caches", "sample-caches-0", "caches.list"),
        ("batches", "sample-batches-0", "batches.list"),
        ("tuning", "List tuned models", "models.list"),
        ("models", "List tuned models", "models.list"),
    ],
)
def test_a_click_is_answered_while_the_api_is_silent(
    page: str, button: str, method: str, silent: Open
) -> None:
    at = click(drawn(silent(page_file(page))), button)
    assert waits(at) == [f":shimmer[Waiting for the API: `{method}`]"]


def test_a_count_comes_when_it_is_there(silent: Open, fake: FakeGemini) -> None:
    released = threading.Event()
    fake.others["POST models/"] = [Reply(body={"totalTokens": 42}, held=released)]
    at = drawn(silent("../pages/document/page.py"))
    at.file_uploader[0].upload("a.txt", b"Words.")
    drawn(at.run())
    at = click(at, "count-document")
    assert any("Counting tokens" in c.value for c in at.caption)
    released.set()
    settled(at, lambda: any("42 tokens, counted" in c.value for c in at.caption))


def test_a_late_list_is_shown_and_what_was_typed_stays(silent: Open, fake: FakeGemini) -> None:
    released = threading.Event()
    late = Reply(
        body={"cachedContents": [{"name": "cachedContents/one", "displayName": "One"}]},
        held=released,
    )
    fake.others["GET cachedContents"] = [late]
    at = drawn(silent("../pages/caches/page.py"))
    assert waits(at)
    at.text_area(key="cache-text-0").set_value("What I typed")
    drawn(at.run())
    assert not any("Nothing is cached" in c.value for c in at.caption)
    released.set()
    settled(at, lambda: any("**One**" in m.value for m in at.markdown))
    assert not waits(at)
    assert at.text_area(key="cache-text-0").value == "What I typed"


@pytest.mark.parametrize("written", ["A text", "A second text"])
def test_what_is_added_while_a_cache_is_created_waits_for_the_next(
    silent: Open, fake: FakeGemini, written: str
) -> None:
    released = threading.Event()
    created = {"name": "cachedContents/one", "model": "models/gemini-3.8-flash"}
    fake.others["GET cachedContents"] = [Reply(body={"cachedContents": []})]
    fake.others["POST cachedContents"] = [Reply(body=created, held=released)]
    at = drawn(silent("../pages/caches/page.py"))
    settled(at, lambda: not waits(at))
    at.file_uploader[0].upload("notes.txt", b"Some notes.")
    drawn(at.run())
    at.text_area(key="cache-text-0").set_value("A text")
    at = click(at, "cache-create")
    at.file_uploader[0].upload("more.txt", b"More notes.")
    drawn(at.run())
    at.text_area(key="cache-text-0").set_value(written)
    drawn(at.run())
    attached = at.session_state["attachments-caches"]
    assert [one.name for one in attached.pending] == ["notes.txt", "more.txt"]
    released.set()
    settled(at, lambda: [one.name for one in attached.pending] == ["more.txt"])
    assert at.text_area[0].value == ("" if written == "A text" else written)


def test_what_was_stopped_is_asked_again_at_a_click(silent: Open, fake: FakeGemini) -> None:
    at = drawn(silent("../pages/files/page.py"))
    at = click(at, "files-stop-asking")
    assert not waits(at)
    fake.others["GET files?"] = [Reply(body={"files": []})]
    at = click(at, "Refresh")
    settled(at, lambda: any("Nothing is stored" in c.value for c in at.caption))


def settled(at: AppTest, reached: Callable[[], bool]) -> None:
    """Draw the page again, as its fragment does, until it is so."""
    tick = threading.Event()
    for _ in range(300):
        if reached():
            return
        tick.wait(0.02)
        drawn(at.run())
    pytest.fail("it never came")


def test_the_emulator_is_started_when_it_is_chosen(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, started = threading.Event(), threading.Event()

    def start() -> SimpleNamespace:
        started.set()
        released.wait(20)
        return SimpleNamespace(
            url=fake.url, engine="local", model="", running=True, close=lambda: None
        )

    emulator = LocalEmulator()
    monkeypatch.setattr("components.connection.emulator", emulator)
    monkeypatch.delenv("EMULATOR_URL")
    monkeypatch.delenv("EMULATOR_ENGINE", raising=False)
    monkeypatch.setenv("GEMINI_API_KEY", SILENT)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", fake.url)
    emulator.provide(start)
    at = app()
    assert not started.is_set()
    at.radio(key="connection_choice").set_value("emulator").run()
    assert not at.exception
    assert started.is_set()
    at.chat_input[0].set_value("Too soon").run()
    assert any("The local emulator is starting" in w.value for w in (*at.error, *at.warning))
    released.set()
    emulator.wait()
    at.chat_input[0].set_value("Now").run()
    assert not at.exception
    settled_messages = [m.value for message in at.chat_message for m in message.markdown]
    assert "ok" in settled_messages
    emulator.close()


def test_an_emulator_that_cannot_be_started_is_said(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start() -> SimpleNamespace:
        raise OSError("No room for it")

    emulator = LocalEmulator()
    monkeypatch.setattr("components.connection.emulator", emulator)
    monkeypatch.delenv("EMULATOR_URL")
    emulator.provide(start)
    emulator.begin()
    emulator.wait()
    at = app("../pages/files/page.py")
    assert not at.exception
    assert any("couldn't be started" in w.value for w in (*at.error, *at.warning))
