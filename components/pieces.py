"""Pieces that several pages draw: tabs of which only the open one is built, and a last question."""

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


def draw_deletion(
    key: str, consequence: str, *, delete: Callable[[], None], keep: Callable[[], None]
) -> None:
    """Say what the deletion brings with it; the two buttons call `delete` or `keep`."""
    st.warning(consequence, icon=":material/warning:")
    with st.container(horizontal=True, gap="small"):
        st.button("Delete it", key=f"{key}-delete", type="primary", on_click=delete)
        st.button("Cancel", key=f"{key}-keep", type="tertiary", on_click=keep)
