"""Tabs of which only the open one is built."""

from collections.abc import Callable, Mapping

import streamlit as st


def draw_tabs(key: str, tabs: Mapping[str, Callable[[], None]]) -> None:
    """Draw tabs by their labels, and what is in the one that is open.

    Which one that is, is in the session's state under `key`, by its label.
    """
    places = st.tabs(list(tabs), key=key, on_change="rerun")
    for draw, place in zip(tabs.values(), places, strict=True):
        if place.open:
            with place:
                draw()
