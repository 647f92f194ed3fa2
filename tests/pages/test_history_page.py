"""What was asked on any page is found on the history page."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.fake_gemini import FakeGemini, Reply, answer, chunk

Open = Callable[..., AppTest]
PAGE = "../pages/manage/history.py"


def ask(at: AppTest, text: str) -> AppTest:
    at.chat_input[0].set_value(text).run()
    assert not at.exception
    return at


def prompts(at: AppTest) -> list[str]:
    assert not at.exception
    return at.dataframe[0].value["Prompt"].tolist() if at.dataframe else []


def test_an_empty_history_says_so(app: Open) -> None:
    at = app(PAGE)
    assert not at.exception
    assert at.info[0].value == "Nothing found."


def test_runs_are_listed_searched_and_filtered(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("The heron waits."), Reply([chunk("Half")], then="cut")]
    ask(ask(app(), "Which bird waits?"), "And which one sings?")
    at = app(PAGE)
    assert prompts(at) == ["And which one sings?", "Which bird waits?"]
    at.text_input(key="history-text").set_value("heron").run()
    assert prompts(at) == ["Which bird waits?"]
    at.text_input(key="history-text").set_value("").run()
    at.selectbox(key="history-outcome").set_value("failed").run()
    assert prompts(at) == ["And which one sings?"]


def test_a_conversation_is_reopened_by_its_address(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("First answer."), answer("Second answer.")]
    first = ask(app(), "First")
    address = first.query_params["c"]
    again = app()
    again.query_params["c"] = address
    again.run()
    texts = [m.value for message in again.chat_message for m in message.markdown]
    assert texts == ["First", "First answer."]
    ask(again, "Second")
    assert len(fake.generated[-1].body["contents"]) == 3


def test_an_unknown_address_begins_anew(app: Open) -> None:
    at = app()
    at.query_params["c"] = "0" * 32
    at.run()
    assert not at.exception
    assert not at.chat_message


def test_on_a_server_for_many_nobody_sees_the_others_runs(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.history.LOOPBACK", set())
    first = ask(app(), "Mine alone")
    address = first.query_params["c"]
    other = app(PAGE)
    assert prompts(other) == []
    thief = app()
    thief.query_params["c"] = address
    thief.run()
    assert not thief.chat_message


def test_nothing_is_kept_where_that_is_said(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_HISTORY", "off")
    ask(app(), "Off the record")
    at = app(PAGE)
    assert any("nothing is kept" in w.value for w in at.warning)
    assert prompts(at) == []


def test_a_history_that_cannot_be_opened_says_why_and_the_chat_works(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "oracle://nowhere/x")
    at = ask(app(), "Hi")
    assert "ok" in [m.value for message in at.chat_message for m in message.markdown]
    assert "oracle" in app(PAGE).error[0].value
