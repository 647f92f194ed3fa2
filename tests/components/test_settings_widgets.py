"""The widgets of the settings show what is sent."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.settings.widgets import escaped, unescaped


def drawn(name: str, value: Any, model: str) -> AppTest:
    """A page with one setting, of a session in which it has this value."""

    def script(name: str, value: object, model: str) -> None:
        import streamlit as st

        from components.settings.run_settings import RunSettings
        from components.settings.widgets import draw_setting
        from gemini.models.capabilities import unknown
        from gemini.settings.table import BY_NAME

        settings = st.session_state.setdefault(
            "settings", RunSettings(model=unknown(model), values={name: value})
        )
        draw_setting(BY_NAME[name], settings, changed=False)

    at = AppTest.from_function(script, args=(name, value, model)).run()
    assert not at.exception
    return at


def values(at: AppTest) -> dict[str, Any]:
    return at.session_state["settings"].values


def test_a_temperature_beyond_the_model_s_is_shown_and_can_be_lowered() -> None:
    at = drawn("top_p", 1.5, "gemini-2.5-flash")
    field = [*at.slider, *at.number_input][0]
    assert field.value == 1.5
    field.set_value(0.5).run()
    assert values(at) == {"top_p": 0.5}


def test_a_number_beyond_the_model_s_is_shown() -> None:
    at = drawn("max_output_tokens", 10**7, "gemini-2.5-flash")
    assert at.number_input[0].value == 10**7
    assert not at.number_input[0].proto.has_max  # else the browser keeps such a number to itself
    at.number_input[0].set_value(2 * 10**7).run()
    assert values(at) == {"max_output_tokens": 2 * 10**7}


@pytest.mark.parametrize("budget", [50, 24_576, 100_000])
def test_a_budget_is_shown_as_it_is(budget: int) -> None:
    assert drawn("thinking_budget", budget, "gemini-2.5-pro").slider[0].value == budget


def test_a_line_break_can_be_a_stop_sequence() -> None:
    at = drawn("stop_sequences", ["\n\n"], "gemini-2.5-flash")
    assert at.multiselect[0].value == [r"\n\n"]
    at = drawn("stop_sequences", [r"\d", "\t", *"abcdef"], "gemini-2.5-flash")
    assert at.multiselect[0].value[:2] == [r"\d", r"\t"]
    at.multiselect[0].unselect("a").run()
    assert values(at)["stop_sequences"] == [r"\d", "\t", *"bcdef"]


@given(st.text(alphabet="\\nt\n\tx"))
def test_what_is_escaped_is_one_line_and_comes_back(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert not {"\n", "\t"} & set(escaped(text))
