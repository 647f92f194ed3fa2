"""What is shared by a link: the page as it was, and nothing else of whoever shared it."""

import pytest
from streamlit.testing.v1 import AppTest

from gemini.history.database import open_history
from tests.fake_gemini import FakeGemini, answer
from tests.on_page import Open, checked, click

HISTORY, COMPARE = "../pages/history/page.py", "../pages/compare/page.py"
KEY = "AIza" + "Sy0123456789" * 3
THOUGHT = {"text": "A private thought.", "thought": True}


def shared() -> list[str]:
    """The pages under all links, the latest first."""
    history = open_history()
    pages = [history.shares.page(share.token) for share in history.shares.all()]
    history.close()
    return [page.decode() for page in pages if page is not None]


def asked(app: Open, fake: FakeGemini, text: str = "Why blue?") -> AppTest:
    fake.replies = [answer("Because of **Rayleigh** scattering.")]
    at = app()
    next(t for t in at.text_area if t.label == "System instruction").set_value(
        "A private instruction."
    )
    at.chat_input[0].set_value(text).run()
    return checked(at)


def test_a_conversation_is_shared_as_it_is_now(app: Open, fake: FakeGemini) -> None:
    at = asked(app, fake, f"Why blue? My key is {KEY}")
    click(at, "share-chat-chat")
    (page,) = shared()
    assert "<strong>Rayleigh</strong>" in page
    assert "Why blue? My key is [hidden]" in page
    assert "private instruction" not in page
    assert "<script" not in page
    link = next(c.value for c in at.code if "/shared/" in c.value)
    fake.replies = [answer("Said later.")]
    at.chat_input[0].set_value("And red?").run()
    checked(at)
    assert shared() == [page]
    assert link in [c.value for c in at.code]


def test_an_answer_is_shared_from_its_run_and_revoked(app: Open, fake: FakeGemini) -> None:
    asked(app, fake)
    at = checked(app(HISTORY))
    rows = {"rows": [0], "columns": [], "cells": []}
    at.session_state[at.dataframe[0].key or ""] = {"selection": rows}
    checked(at.run())
    click(at, next(b.key or "" for b in at.button if b.label == "Create a link"))
    (page,) = shared()
    assert "Why blue?" in page
    assert "<strong>Rayleigh</strong>" in page
    assert "private instruction" not in page
    at.session_state["history-shares"] = True
    click(checked(at.run()), "Revoke")
    assert shared() == []
    history = open_history()
    assert [e.action for e in history.people.audit()] == ["Link revoked", "Link created"]
    history.close()


def test_a_comparison_is_shared_with_each_answer(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("One."), answer("Two.")]
    at = app(COMPARE)
    at.text_area(key="compare-prompt").set_value("Count")
    at.button(key="compare-send").click()
    click(checked(at.run()), "share-compare")
    (page,) = shared()
    assert "One." in page
    assert "Two." in page
    assert page.count("Count") == 3  # the title, the heading, and the prompt once


def test_where_sharing_is_off_there_is_no_way_to(
    app: Open, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_SHARES", "off")
    at = asked(app, fake)
    assert not [b for b in at.button if b.label == "Create a link"]
    assert any("Sharing is off" in c.value for c in at.caption)


def test_thoughts_stay_with_whoever_had_them(app: Open, fake: FakeGemini) -> None:
    at = asked(app, fake)
    chat = at.session_state["chat-chat"]
    chat.conversation.path()[0].run.candidates[0].parts.insert(0, THOUGHT)
    click(at, "share-chat-chat")
    assert "private thought" not in shared()[0]


def test_the_way_to_share_is_there_before_the_first_answer(app: Open, fake: FakeGemini) -> None:
    at = click(app(), "share-chat-chat")
    assert [toast.value for toast in at.toast] == ["Not shared: Nothing has been asked yet."]
    assert shared() == []
