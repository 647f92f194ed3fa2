"""Answers that go on at the API: asked from a page, left, found again and followed on."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from gemini.api.connect import Backend, Connection, Target
from gemini.conversation import Conversation
from gemini.history.database import open_history
from gemini.history.search import Filter
from gemini.history.store import HistoryStore
from gemini.interactions import events
from tests.fake_gemini import FakeGemini, Reply
from tests.filled import start
from tests.gemini.interactions.test_background_run import CREATE, GET, HELLO, STORY
from tests.on_page import Open, checked, click, said, unfold

SEEN = 10  # events of the story that had come when its process ended: "Hel" of "Hello"
GONE = Reply(status=404, body={"error": {"code": "not_found", "message": "Interaction not found"}})

Left = Callable[..., str]


@pytest.fixture
def left(fake: FakeGemini, monkeypatch: pytest.MonkeyPatch) -> Left:
    """Has a run be left in the history by a process that has ended; gives its address."""
    monkeypatch.setattr(events, "FIRST_PAUSE", 0.01)

    def leave(backend: Backend = "emulator") -> str:
        fake.others = {CREATE: [Reply(STORY[:SEEN], then="hang")]}
        history = open_history()
        connection = Connection(Target(backend, "some-key-0123456", base_url=fake.url))
        live = start(connection, HELLO)
        conversation = Conversation()
        conversation.add(HELLO.contents[0]["parts"], None).run = live.run
        history.of().record(live, "chat", conversation=conversation)
        end = time.monotonic() + 20
        while live.run.result.get("last_event_id") != f"e{SEEN - 1}":
            assert time.monotonic() < end
            time.sleep(0.02)
        connection.close()
        history.close()
        return conversation.id

    return leave


def opened(app: Open, conversation_id: str) -> AppTest:
    at = app()
    at.query_params["c"] = conversation_id
    return checked(at.run())


def is_whole(at: AppTest) -> bool:
    """Whether the whole answer is there, with its source."""
    answer = "".join(said(at)[1:])
    return answer.count("Hell") == 1 and "a.example" in answer


def words(at: AppTest) -> str:
    return "\n".join(str(e.value) for e in [*at.caption, *at.error, *at.warning])


def test_one_that_was_left_is_followed_on_where_its_conversation_is_opened(
    app: Open, fake: FakeGemini, left: Left
) -> None:
    conversation_id = left()
    fake.others[GET] = [Reply(STORY[SEEN:])]
    at = opened(app, conversation_id)
    assert is_whole(at)
    assert "last_event_id=e9" in fake.seen[-1].path
    assert "cut off" not in words(at)
    again = opened(app, conversation_id)
    assert is_whole(again)
    assert [s.method for s in fake.seen if s.path.startswith("/v1beta/inter")] == ["POST", "GET"]


def test_one_that_is_gone_keeps_what_came(app: Open, fake: FakeGemini, left: Left) -> None:
    conversation_id = left()
    fake.others[GET] = [GONE]
    at = opened(app, conversation_id)
    assert said(at)[-1] == "Hel"
    assert "The interaction is gone" in words(at)
    asked = len(fake.seen)
    opened(app, conversation_id)
    assert len(fake.seen) == asked  # it isn't asked for by itself any more
    fake.others[GET] = [Reply(STORY[SEEN:])]
    at = click(at, "Follow it")
    assert is_whole(at)
    assert "gone" not in words(at)


def test_one_that_another_process_follows_is_said_to_be(
    app: Open, fake: FakeGemini, left: Left, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = left()
    fake.others[GET] = [GONE]
    at = opened(app, conversation_id)
    monkeypatch.setattr(HistoryStore, "resume", lambda *_: None)
    assert "another process" in click(at, "Follow it").toast[0].value


def test_that_of_another_connection_is_left_alone(app: Open, fake: FakeGemini, left: Left) -> None:
    at = opened(app, left("gemini"))
    assert said(at)[-1] == "Hel"
    assert "it ran at Google. Choose that connection to follow it." in words(at)
    assert not [seen for seen in fake.seen if seen.method == "GET" and "/inter" in seen.path]


def test_the_history_lists_what_runs_and_opens_it(app: Open, fake: FakeGemini, left: Left) -> None:
    left()
    fake.others[GET] = [Reply(STORY[SEEN:])]
    at = app("../pages/history/page.py")
    at = checked(at.selectbox(key="history-outcome").set_value("running").run())
    assert at.dataframe[0].value["Outcome"].tolist() == ["running"]
    key = at.dataframe[0].key
    assert key
    at.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    checked(at.run())
    history = open_history()
    found = history.of().find().runs[0]
    assert (found.outcome, found.answer) == ("done", "Hello")
    assert not history.of().find(Filter(outcome="running")).runs
    history.close()


def test_an_empty_page_names_what_runs(app: Open, fake: FakeGemini, left: Left) -> None:
    conversation_id = left()
    fake.others[GET] = [Reply(STORY[SEEN:])]
    at = app()
    assert "Still running:" in words(at)
    at = click(at, "Hello")
    assert at.query_params["c"] == conversation_id
    assert is_whole(at)
    assert "Still running:" not in words(app())


def test_the_setting_is_there_where_the_api_can_do_it(app: Open, fake: FakeGemini) -> None:
    def has_it(at: AppTest) -> bool:
        return any(t.label == "Run in the background" for t in at.sidebar.toggle)

    at = unfold(app(), "Service")
    assert not has_it(at)
    at = at.segmented_control(key="setting-api-2").set_value("interactions.create").run()
    assert not has_it(at)
    at = at.segmented_control(key="setting-store-2").set_value("on").run()
    assert has_it(at)
    at.toggle(key="setting-background").set_value(True).run()
    fake.others = {CREATE: [Reply(STORY)]}
    at = checked(at.chat_input[0].set_value("Hello").run())
    assert is_whole(at)
    assert sent(fake)["background"] is True
    assert "you can close this page" not in words(at)
    at = at.segmented_control(key="setting-store-2").set_value("off").run()
    at = checked(at.chat_input[0].set_value("Hello").run())
    assert "background" not in sent(fake)


def sent(fake: FakeGemini) -> dict[str, Any]:
    return [seen.body for seen in fake.seen if seen.method == "POST"][-1]
