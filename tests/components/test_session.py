"""A widget that is tied to a value shows it wherever the browser hears of it, or doesn't."""

import pytest
from streamlit.testing.v1 import AppTest

VALUES = {"text": "typed", "on": True, "list": ["b", "c"], "way": "c", "name": "b"}


@pytest.fixture
def page() -> AppTest:
    def script(values: dict[str, object]) -> None:
        from collections.abc import Sequence
        from functools import partial
        from typing import Any

        import streamlit as st

        from components.session import Default, bound

        current = st.session_state.setdefault("values", dict(values))
        options = ["a", "b", "c"]

        def tie(name: str, given: Default = "value", options: Sequence[str] = ()) -> dict[str, Any]:
            store = partial(current.__setitem__, name)
            return bound(f"page-{name}", current[name], store, given, options)

        if st.toggle("Shown", True):
            st.text_input("Text", **tie("text"))
            st.toggle("On", **tie("on"))
            st.multiselect("List", options, **tie("list", "default"))
            st.segmented_control("Way", options, **tie("way", "default"))
            st.selectbox("Name", options, **tie("name", "index", options))

    at = AppTest.from_function(script, args=(VALUES,)).run()
    assert not at.exception
    return at


def test_a_lost_message_about_a_value_changes_nothing(page: AppTest) -> None:
    # What a widget shows whose browser never heard of the value in the session state.
    assert page.text_input[0].proto.default == "typed"
    assert page.toggle(key="page-on").proto.default is True
    assert list(page.multiselect[0].proto.default) == [1, 2]
    assert list(page.segmented_control[0].proto.default) == [2]
    assert page.selectbox[0].proto.default == 1


def test_a_value_outlasts_a_widget_that_is_not_drawn(page: AppTest) -> None:
    page.text_input[0].set_value("another")
    page.toggle(key="page-on").set_value(False)
    page.selectbox[0].set_value("a").run()
    page.toggle[0].set_value(False).run()
    assert not page.text_input
    page.toggle[0].set_value(True).run()
    assert page.text_input[0].value == "another"
    assert page.toggle(key="page-on").value is False
    assert page.selectbox[0].value == "a"
    assert page.multiselect[0].value == ["b", "c"]


def test_a_value_that_changes_elsewhere_is_shown(page: AppTest) -> None:
    page.session_state["values"]["text"] = "from a sample"
    assert page.run().text_input[0].value == "from a sample"


def test_a_selectbox_is_told_its_value_each_time(page: AppTest) -> None:
    # Its label may have changed, and the browser knows the value by that.
    assert page.run().selectbox[0].proto.set_value
    assert not page.text_input[0].proto.set_value
