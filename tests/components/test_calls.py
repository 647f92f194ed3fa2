"""What a page asks of the API: in order, beside the script, and each of its own connection."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from components import calls as module
from components.calls import Calls, Steps, settle_calls
from gemini.api import last_known
from gemini.api.connect import Connection, Target
from gemini.history.engine import HistoryError
from tests.fake_gemini import FakeGemini, Reply, error

LIST = ("caches.list", {"config": {"page_size": 1}})


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch, connection: Connection) -> SimpleNamespace:
    """A session of this connection, in which nothing is waited for."""
    made = SimpleNamespace(session_state={}, connection=connection)
    monkeypatch.setattr(module, "st", made)
    monkeypatch.setattr(module, "current_connection", lambda: made.connection)
    monkeypatch.setattr(last_known, "FIRST_WAIT", 0)
    return made


@pytest.fixture
def held(fake: FakeGemini) -> Iterator[threading.Event]:
    """The first list comes when this is set, all later ones at once."""
    event = threading.Event()
    empty = {"cachedContents": []}
    fake.others["GET cachedContents"] = [Reply(body=empty, held=event), Reply(body=empty)]
    yield event
    event.set()


def arrived(fake: FakeGemini) -> None:
    while not fake.seen:
        threading.Event().wait(0.01)


def note(done: list[str], name: str) -> Steps:
    made = yield LIST
    done.append(f"{name}: {made.problem.kind if made.problem else 'listed'}")


def test_work_is_done_in_order_and_taken_in_by_a_later_script(
    held: threading.Event, fake: FakeGemini
) -> None:
    calls, done = Calls(), []
    calls.begin(note(done, "first"))
    calls.begin(note(done, "second"))
    assert (calls.pending, calls.busy, done) == ("caches.list", True, [])
    held.set()
    calls.settle(20)
    settle_calls()
    assert done == ["first: listed", "second: listed"]
    assert (calls.pending, calls.busy) == (None, False)
    assert calls.latest


def test_what_is_stopped_lets_the_next_go(held: threading.Event, fake: FakeGemini) -> None:
    calls, done = Calls(), []
    calls.begin(note(done, "first"))
    calls.begin(note(done, "second"))
    arrived(fake)
    calls.stop()
    calls.settle(20)
    assert done == ["second: listed"]


def test_what_is_asked_quietly_is_not_told_of(held: threading.Event) -> None:
    calls, done = Calls(), []
    calls.begin(note(done, "look"), quietly=True)
    assert (calls.pending, calls.busy) == (None, True)
    held.set()
    calls.settle(20)
    assert done == ["look: listed"]
    assert calls.latest is None


def test_a_failure_ends_the_work_and_nothing_else(session: Any, held: threading.Event) -> None:
    calls, done = Calls(), []

    def broken() -> Steps:
        yield LIST
        raise ValueError("no such thing")

    held.set()
    calls.begin(broken(), quietly=True)
    calls.settle(20)
    assert calls.latest
    assert calls.latest.problem
    assert (calls.latest.method, calls.latest.problem.kind) == ("caches.list", "broken_reply")
    assert "no such thing" in calls.latest.problem.detail
    calls.begin(note(done, "next"))
    calls.settle(20)
    assert done == ["next: listed"]


def test_work_keeps_to_its_connection(
    session: Any, fake: FakeGemini, held: threading.Event
) -> None:
    calls, done = Calls(), []

    def twice() -> Steps:
        yield from note(done, "first")
        yield from note(done, "second")

    other = FakeGemini()
    calls.begin(twice())
    session.connection = Connection(Target("server", "another-key", base_url=other.url))
    held.set()
    calls.settle(20)
    assert done == ["first: listed", "second: listed"]
    assert not other.seen
    session.connection.close()
    other.close()


def test_a_closed_connection_is_a_problem(
    session: Any, fake: FakeGemini, held: threading.Event
) -> None:
    calls, done = Calls(), []
    calls.begin(note(done, "on its way"))
    arrived(fake)
    session.connection.close()
    calls.settle(20)
    calls.begin(note(done, "later"))
    assert [each.partition(":")[0] for each in done] == ["on its way", "later"]
    assert not any("listed" in each for each in done)


def test_a_list_that_takes_too_long_has_failed(
    session: Any, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(module.FREE, "list", 0.5)
    calls, done = Calls(), []
    calls.begin(note(done, "first"))
    calls.settle(20)
    assert done == ["first: timeout"]


def test_why_a_method_is_asked_once_more_is_said(held: threading.Event, fake: FakeGemini) -> None:
    fake.others["GET cachedContents"].insert(0, error(503, "UNAVAILABLE", "Overloaded"))
    calls, done = Calls(), []
    calls.begin(note(done, "first"))
    while not calls.said:
        threading.Event().wait(0.01)
    assert calls.said == "The service failed (503). Trying again"
    held.set()
    calls.settle(20)
    assert (calls.said, done) == ("", ["first: listed"])


def test_a_database_that_fails_is_said_and_not_raised(held: threading.Event) -> None:
    calls = Calls()

    def kept() -> Steps:
        yield LIST
        raise HistoryError("The history's database fails: it is locked.")

    held.set()
    calls.begin(kept())
    calls.settle(20)
    assert calls.latest
    assert calls.latest.problem
    assert "it is locked" in calls.latest.problem.cause
