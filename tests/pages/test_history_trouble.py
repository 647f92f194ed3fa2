"""Where nothing can be kept every page says so, goes on working, and keeps again when it can."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from streamlit.testing.v1 import AppTest

from components import history as component
from gemini.history.engine import HistoryError, data_folder
from tests.fake_gemini import FakeGemini, answer
from tests.on_page import Open, checked

HISTORY = "../pages/history/page.py"


def warned(at: AppTest) -> bool:
    return any("Runs aren't stored: " in w.value for w in at.warning)


def put(file: Path, data: bytes) -> None:
    """Put a file in place of another at once: half of one is tried to be opened meanwhile."""
    other = file.with_suffix(".new")
    other.write_bytes(data)
    other.replace(file)


def settled(reached: Callable[[], bool]) -> None:
    tick = threading.Event()
    for _ in range(500):
        if reached():
            return
        tick.wait(0.02)
    pytest.fail("it never came")


def test_an_opening_that_failed_is_said_in_the_log_once_and_tried_again(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(component, "AGAIN", 0.05)
    file = data_folder() / "history.db"
    whole = file.read_bytes()
    put(file, b"This is no database. " * 500)
    with caplog.at_level(logging.ERROR, logger=component.__name__):
        at = checked(app())
        assert warned(at)
        assert warned(checked(app("../pages/structured/page.py")))
    assert len([r for r in caplog.records if "Nothing is kept" in r.message]) == 1
    at.chat_input[0].set_value("Hi").run()
    assert "c" not in at.query_params
    put(file, whole)
    settled(lambda: not warned(checked(at.run())))
    fake.replies = [answer("Kept.")]
    at.chat_input[0].set_value("Once more").run()
    assert "c" in at.query_params
    assert len(checked(app(HISTORY)).dataframe[0].value) == 1


def test_an_address_waits_for_the_history(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(component, "AGAIN", 0.05)
    at = app()
    at.chat_input[0].set_value("Hello").run()
    address = at.query_params["c"]
    checked(app(HISTORY))  # what was asked is written
    component.close_history()
    file = data_folder() / "history.db"
    whole = file.read_bytes()
    put(file, b"This is no database. " * 500)
    later = app()
    later.query_params["c"] = address
    assert not checked(later.run()).chat_message
    put(file, whole)
    settled(lambda: bool(checked(later.run()).chat_message))


def test_a_database_that_fails_is_a_sentence_on_the_page_and_in_callbacks(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = app()
    at.chat_input[0].set_value("Hello").run()
    page = checked(app(HISTORY))
    history = component._opened()[0]
    assert history

    def broken(*_: object, **__: object) -> None:
        raise HistoryError("The history's database fails: disk I/O error.")

    monkeypatch.setattr("gemini.history.store.HistoryStore._read", broken)
    monkeypatch.setattr("gemini.history.store.HistoryStore._write", broken)
    page = checked(page.run())
    assert [e.value for e in page.error] == ["The history's database fails: disk I/O error."]
    assert page.button(key="history-try-again")
    at.chat_input[0].set_value("And you?").run()
    assert len(checked(at).chat_message) == 4
    delete = [b for b in at.button if "Delete" in (b.label or "")]
    for button in delete[:1]:
        checked(button.click().run())


def test_a_disk_that_fills_up_is_said_on_every_page_until_there_is_room(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gemini.history.recording.LONGEST_WAIT", 0.05)
    full = DBAPIError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    def fails(*_: object, **_named: object) -> None:
        raise full

    at = checked(app())
    assert not warned(at)
    with monkeypatch.context() as broken:
        broken.setattr("gemini.history.usage.begin", fails)
        at.chat_input[0].set_value("Hello").run()
        settled(lambda: warned(checked(at.run())))
        assert "database or disk is full" in at.warning[0].value
        assert warned(checked(app("../pages/compare/page.py")))
    settled(lambda: not warned(checked(at.run())))
    assert len(checked(app(HISTORY)).dataframe[0].value) == 1


def test_outsiders_are_told_of_it_without_where_the_database_is(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://playground:pw@127.0.0.1:1/secret-place")
    here = checked(app())
    assert "127.0.0.1:1" in here.warning[0].value
    assert "Connection refused" in here.warning[0].value
    assert "pw" not in here.warning[0].value
    monkeypatch.setattr(component, "is_ours_alone", lambda: False)
    assert [w.value for w in checked(app()).warning] == [
        f"Runs aren't stored: {component.FOR_OTHERS}"
    ]
