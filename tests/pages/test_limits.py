"""A request over a limit never leaves, whichever page asks, and the page says why."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.calls import Calls, Steps
from components.connection import environment_target
from gemini.api.call import ApiCall
from gemini.api.connect import Connection
from tests.fake_gemini import FakeGemini, answer
from tests.on_page import Open

PER_MINUTE = "PLAYGROUND_SESSION_LIMIT_REQUESTS_PER_MINUTE"
COMPARE = "../pages/compare/page.py"


def ask(at: AppTest, text: str = "Hi") -> AppTest:
    at.chat_input[0].set_value(text).run()
    assert not at.exception
    return at


def warnings(at: AppTest) -> str:
    return "\n".join(w.value for w in at.warning)


def test_the_request_too_many_is_held_back_and_kept_as_failed(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PER_MINUTE, "2")
    at = ask(ask(ask(ask(app()))))
    assert len(fake.generated) == 2
    assert warnings(at).count("You can send 2 requests a minute.") == 2
    assert "Wait " in warnings(at)
    ask(app())  # a new session, as after a reload, is the same person's
    assert len(fake.generated) == 2
    monkeypatch.setattr("components.limits.current_owner", lambda: "somebody else")
    monkeypatch.setattr("components.history.current_owner", lambda: "somebody else")
    ask(app())
    assert len(fake.generated) == 3
    monkeypatch.undo()
    history = app("../pages/history/page.py")
    assert history.dataframe[0].value["Outcome"].tolist().count("failed") == 3


def test_the_limit_of_all_holds_across_sessions(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_LIMIT_TOKENS_PER_DAY", "15")
    ask(ask(app()))  # 9 tokens each
    assert len(fake.generated) == 2
    at = ask(app())
    assert len(fake.generated) == 2
    assert "This playground can use 15 tokens a day. 18 have been used" in warnings(at)
    assert "midnight UTC" in warnings(at)


def test_columns_of_a_comparison_are_held_back_one_by_one(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PER_MINUTE, "1")
    at = app(COMPARE)
    at.text_area(key="compare-prompt").set_value("Go")
    at.button(key="compare-send").click()
    at.run()
    assert not at.exception
    assert len(fake.generated) == 1
    assert warnings(at).count("1 request a minute") == 1


def test_columns_sent_at_once_share_what_is_left_of_the_day(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_SESSION_LIMIT_TOKENS_PER_DAY", "15")
    fake.replies = [answer("One.", " Two.", pause=0.5)]
    at = app(COMPARE)
    at.text_area(key="compare-prompt").set_value("Ten tokens, about: " + "x" * 21)
    at.button(key="compare-send").click()
    at.run()
    assert not at.exception
    assert len(fake.generated) == 1
    assert "10 have been used, and this prompt has about 10" in warnings(at)


def test_calls_that_make_something_are_requests_too(
    fake: FakeGemini, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.calls.current_connection", lambda: connection)
    calls = Calls()

    def call(method: str, arguments: dict[str, Any]) -> ApiCall:
        def steps() -> Steps:
            yield method, arguments

        calls.begin(steps())
        assert calls.latest
        return calls.latest

    monkeypatch.setenv(PER_MINUTE, "1")
    arguments = {"model": "gemini-3.8-flash", "config": {"ttl": "60s"}}
    assert call("caches.create", arguments).exchanges
    held_back = call("caches.create", arguments)
    assert held_back.problem
    assert held_back.problem.kind == "limit"
    assert not held_back.exchanges
    assert call("models.list", {}).exchanges  # to look costs nothing


def test_money_does_not_hold_back_what_costs_nothing(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_LIMIT_DOLLARS_PER_DAY", "0")
    ask(app())  # the emulator
    assert len(fake.generated) == 1
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", fake.url)
    monkeypatch.setenv("GEMINI_API_KEY", "a-test-key")
    environment_target.clear()
    at = ask(app())
    assert len(fake.generated) == 1
    assert "$0.00 a day" in warnings(at)


def test_a_limit_that_cannot_be_read_lets_nothing_through(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PER_MINUTE, "lots")
    at = ask(app())
    assert not fake.generated
    assert PER_MINUTE in warnings(at)
    monkeypatch.setenv(PER_MINUTE, "5")
    ask(at)
    assert len(fake.generated) == 1


def test_where_use_cannot_be_looked_up_a_limit_lets_nothing_through(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "oracle://nowhere/x")
    monkeypatch.setenv(PER_MINUTE, "5")
    at = ask(app())
    assert not fake.generated
    assert "the limits can't be checked" in warnings(at)
