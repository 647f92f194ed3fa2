"""Pages and pictures that a model wrote as code: offered on each page, live and reopened alike."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from components.answer import preview
from tests.fake_gemini import FakeGemini, Reply, answer, chunk
from tests.on_page import Open, checked

PAGE = "<!doctype html>\n<p>Hello</p>\n"
TEXT = f"Here it is:\n\n```html\n{PAGE}```\n\nAnd a picture:\n\n```svg\n<svg></svg>\n```\n\nDone."


def previews(at: AppTest) -> list[dict[str, Any]]:
    components = [c for c in at.get("bidi_component") if c.proto.component_name == "preview"]
    return [json.loads(c.proto.json) for c in components]


def order(at: AppTest) -> list[str]:
    """The answer's elements: its Markdown, and where something can be looked at."""
    return [
        element.value if element.type == "markdown" else element.type
        for element in at.chat_message[-1]
        if element.type == "markdown" or getattr(element.proto, "component_name", "") == "preview"
    ]


def ask(at: AppTest, text: str = "Write it") -> AppTest:
    return checked(at.chat_input[0].set_value(text).run())


def test_each_is_offered_below_its_source(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer(TEXT[:30], TEXT[30:60], TEXT[60:])]
    at = ask(app())
    assert [(p["kind"], p["source"], p["open"]) for p in previews(at)] == [
        ("html", PAGE, "Preview"),
        ("svg", "<svg></svg>\n", "Preview"),
    ]
    shown = order(at)
    first, second = [n for n, each in enumerate(shown) if each == "bidi_component"]
    assert "<p>Hello</p>" in shown[first - 1]
    assert "<svg>" in shown[second - 1]
    assert "Done." in shown[-1]


def test_a_reopened_answer_has_the_same(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer(TEXT)]
    at = ask(app())
    again = app()
    again.query_params["c"] = at.query_params["c"]
    assert previews(checked(again.run())) == previews(at)
    assert order(again)[-1].endswith("Done.")


def test_code_at_the_end_that_was_drawn_before_the_answer_ended(
    app: Open, fake: FakeGemini
) -> None:
    fake.replies = [answer(f"```html\n{PAGE}```", "", pause=0.4)]
    assert [each["source"] for each in previews(ask(app()))] == [PAGE]


def test_two_answers_of_one_text_do_not_meet(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer(TEXT), answer(TEXT)]
    keys = [each["key"] for each in previews(ask(ask(app())))]
    assert len(set(keys)) == len(keys) == 4


def test_the_history_and_compare_have_it_too(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer(TEXT) for _ in range(3)]
    ask(app())
    page = app("history")
    page.session_state[page.dataframe[0].key] = {
        "selection": {"rows": [0], "columns": [], "cells": []}
    }
    assert [each["kind"] for each in previews(checked(page.run()))] == ["html", "svg"]
    page = app("compare")
    page.text_area(key="compare-prompt").set_value("Go")
    page.button(key="compare-send").click()
    assert [each["kind"] for each in previews(checked(page.run()))] == ["html", "svg"] * 2


def test_what_is_too_large_is_not_sent_twice(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer(f"```html\n{'x' * (preview.LARGEST + 1)}\n```")]
    at = ask(app())
    assert previews(at) == []
    assert any("Too large for a preview (1" in each.value for each in at.caption)


def test_thoughts_are_not_looked_at(app: Open, fake: FakeGemini) -> None:
    parts = [{"text": "```html\n<p>\n```", "thought": True}]
    thought = chunk(content={"role": "model", "parts": parts})
    fake.replies = [Reply([thought, chunk("Done", finish="STOP")])]
    assert previews(ask(app())) == []
