"""History's link opens a run on the page that made it, in another session, with what it was."""

from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from components.navigation import PAGES
from components.player.player import BY_RUN
from gemini.history.database import open_history
from gemini.request import GENERATE_CONTENT, Request
from gemini.run import Run
from tests import agent_replies
from tests.fake_gemini import FakeGemini, Reply, answer
from tests.on_page import Open, checked, click, said

CONVERSATIONS = ("audio", "chat", "document", "image", "long-context", "tools", "video")
NO_RUNS = {
    *("files", "caches", "batches", "tuning", "models", "tokens", "history", "usage", "operator"),
    "demo",
}


def from_history(app: Open, *picked: int) -> AppTest:
    """The page that the link of runs, the newest one, leads to, in a session of its own."""
    at = checked(app("history"))
    rows = {"rows": list(picked) or [0], "columns": [], "cells": []}
    at.session_state[at.dataframe[0].key or ""] = {"selection": rows}
    link = urlsplit(checked(at.run()).get("link_button")[0].proto.url)
    other = app(link.path.strip("/"))
    for name, values in parse_qs(link.query).items():
        other.query_params[name] = values[0]
    return checked(other.run())


@pytest.mark.parametrize("page", CONVERSATIONS)
def test_a_conversation_is_opened_on_its_page(page: str, app: Open) -> None:
    at = checked(app(page))
    at = click(at, f"sample-{page}-0")
    conversation = said(at)
    assert "ok" in conversation
    assert said(from_history(app)) == conversation


@pytest.mark.parametrize("page", sorted(BY_RUN))
def test_a_run_is_opened_on_its_page(page: str, app: Open) -> None:
    contents = [{"role": "user", "parts": [{"text": "heron"}]}]
    embeds = page == "embeddings"
    method = "embed_content" if embeds else GENERATE_CONTENT
    request = Request("gemini-x", contents, {}, method)
    run = Run(request, "gemini", outcome="done", result={"embeddings": []} if embeds else {})
    history = open_history()
    history.of().record(run, page)
    history.close()
    at = from_history(app)
    assert at.query_params["run"] == run.id
    assert not at.toast


def test_a_research_is_opened_with_its_steps(app: Open, gemini_api: None, fake: FakeGemini) -> None:
    fake.others = {"POST interactions": [Reply(agent_replies.research())]}
    at = checked(app("agents").toggle(key="agents-plan_first").set_value(False).run())
    conversation = said(click(at, "sample-agents-0"))
    assert any("Home batteries" in text for text in conversation)
    other = from_history(app)
    assert said(other) == conversation
    assert any("9 steps" in m.value for m in other.markdown)


def test_compared_answers_are_opened_beside_each_other(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("Grey."), answer("White.")]
    at = checked(app("compare"))
    at.text_area(key="compare-prompt").set_value("Which colour is a heron?")
    at = click(at, "compare-send")
    both = from_history(app, 0, 1)
    assert {"Grey.", "White."} <= {m.value for m in both.markdown}
    one = from_history(app)
    assert one.query_params["runs"] in at.query_params["runs"]


def test_each_page_is_one_of_these() -> None:
    assert {"agents", "compare", *CONVERSATIONS, *BY_RUN} | NO_RUNS == set(PAGES)
