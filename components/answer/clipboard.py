"""Copies a text to the clipboard of whoever looks at the page."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components import v2
from streamlit.components.v2.types import ComponentRenderer

SCRIPT = Path(__file__).with_name("copy.js")


@cache
def _copier() -> ComponentRenderer:
    return v2.component("copier", js=SCRIPT.read_text(encoding="utf-8"))


def copy(text: str, key: str, then: Callable[[bool], None]) -> None:
    """Have the browser copy a text, soon after a click; `then` is told whether it did.

    To be drawn until then.
    """

    def ended() -> None:
        then(st.session_state[key].ended == "copied")

    _copier()(key=key, data={"text": text}, height=0, on_ended_change=ended)
