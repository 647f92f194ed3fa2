"""When models end, and what to use instead."""

from datetime import date
from typing import Any

import pytest

from gemini.api.connect import Connection
from gemini.data import table
from gemini.models.availability import Ending, ending
from gemini.models.listing import usual_models
from gemini.request import Request
from tests.fake_gemini import FakeGemini, error
from tests.filled import start

PAST, FUTURE = date(2026, 6, 1), date(2999, 12, 1)


def test_the_file_is_sound() -> None:
    data = table("endings")
    assert isinstance(data["date"], date)
    names = [name for entry in data["endings"] for name in entry["models"]]
    assert len(names) == len(set(names))
    for entry in data["endings"]:
        assert isinstance(entry["on"], date)
        assert ending(entry["instead"]) is None, "what comes instead must not have ended itself"


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (Ending("a", PAST, "b"), "a ended on 1 Jun 2026. Use b instead."),
        (Ending("a", FUTURE, "b"), "a ends on 1 Dec 2999. Use b instead."),
        (Ending("a", PAST, "b", routed=True), "Since 1 Jun 2026 b answers for a."),
        (
            Ending("a", FUTURE, "b", routed=True),
            "From 1 Dec 2999 on b answers for a, at its own price.",
        ),
    ],
)
def test_an_ending_in_words(end: Ending, words: str) -> None:
    assert str(end) == words


def test_vertex_ai_keeps_its_own_calendar() -> None:
    assert ending("models/gemini-2.0-flash") == Ending(
        "gemini-2.0-flash", date(2026, 6, 1), "gemini-3.5-flash-lite"
    )
    assert ending("gemini-2.0-flash", "vertex") is None
    assert ending("gemini-2.0-flash", "server") is None
    assert ending("gemini-3.8-flash") is None


def test_a_model_that_has_ended_is_no_usual_one() -> None:
    names = {model.name for model in usual_models()}
    assert {"gemini-3.8-flash", "gemini-4-neon"} <= names
    assert names.isdisjoint({"gemini-2.0-flash", "gemini-3-pro-preview", "gemini-3.7-flash"})


@pytest.mark.parametrize(("backend", "named"), [("gemini", True), ("server", False)])
def test_a_refused_model_is_named_with_what_replaces_it(
    fake: FakeGemini, connection: Connection, backend: Any, named: bool
) -> None:
    object.__setattr__(connection.target, "backend", backend)
    fake.replies = [error(404, "NOT_FOUND", "models/gemini-2.0-flash is not found")]
    request = Request("gemini-2.0-flash", [{"role": "user", "parts": [{"text": "Hi"}]}])
    live = start(connection, request)
    assert live.ended.wait(10)
    problem = live.run.problem
    assert problem is not None
    assert problem.kind == "unknown_model"
    assert ("gemini-3.5-flash-lite" in problem.remedy) == named
