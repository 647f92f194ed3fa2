"""Copies a text to the clipboard of whoever looks at the page."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from components.browser_component import browser_component

SCRIPT = Path(__file__).with_name("copy.js")


def copy(text: str, key: str, then: Callable[[bool], None], html: str = "") -> None:
    """Have the browser copy a text, soon after a click; `then` is told whether it did.

    With `html` it is copied as rich text too, for programs that take it. To be drawn until then.
    """

    def ended() -> None:
        then(st.session_state[key].ended == "copied")

    copier = browser_component("copier", SCRIPT)
    copier(key=key, data={"text": text, "html": html}, height=0, on_ended_change=ended)
