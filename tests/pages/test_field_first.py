"""What is drawn first where somebody has just come: the field of the chat."""

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import field_first
from components.conversation import composer
from tests.fake_gemini import FakeGemini, answer
from tests.on_page import Open, checked

AROUND = ("settings-reset", "shortcuts", "chat-clear", "latest-copy")
KINDS = ("button", "text_area", "selectbox", "slider", "radio", "toggle", "button_group")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    """What of `AROUND` is there by the time the field has been drawn, one list for each time."""
    times: list[list[str]] = []

    def look() -> None:
        times.append([key for key in AROUND if key in st.session_state])

    monkeypatch.setattr(composer, "let_browser_draw", look)
    yield times
    assert times


def ids(at: AppTest) -> set[str]:
    return {widget.proto.id for kind in KINDS for widget in at.get(kind)}


def test_a_visit_begins_with_the_field(app: Open, drawn: list[list[str]]) -> None:
    at = app("chat")
    assert drawn == [[]]
    assert not at.exception
    assert {"settings-reset", "chat-clear"} <= {button.key for button in at.button}


def test_what_came_after_it_is_the_same_later(app: Open) -> None:
    """Else what was typed into it by then would be gone."""
    at = app("chat")
    before = ids(at)
    assert len(before) > len(AROUND)
    assert ids(checked(at.run())) == before


def test_a_prompt_does_not_wait_as_the_visit_did(app: Open) -> None:
    """It runs the fragment alone, which draws the field too."""
    assert app("chat").session_state[field_first.FIRST] is False


def test_an_address_that_names_more_is_drawn_as_always(
    app: Open, fake: FakeGemini, drawn: list[list[str]]
) -> None:
    """An answer may be on its way there, and Stop and the settings don't wait for its end."""
    fake.replies = [answer("Hello.")]
    at = checked(app("chat").chat_input[0].set_value("Hi").run())
    again = AppTest.from_file(at._script_path, default_timeout=60)
    again.query_params["c"] = at.query_params["c"]
    drawn.clear()
    checked(again.run())
    assert drawn[0] == list(AROUND)


@pytest.mark.parametrize("page", ["tokens", "compare"])
def test_other_pages_are_drawn_as_always(app: Open, page: str) -> None:
    at = app(page)
    assert at.session_state[field_first.FIRST] is False
    assert "settings-reset" in {button.key for button in at.button}
