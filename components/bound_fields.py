"""Ties widgets to what a page remembers, which outlasts them: another page, a folded form."""

from collections.abc import Callable
from typing import TypedDict

import streamlit as st


class Bound(TypedDict):
    """What a widget is given."""

    key: str
    on_change: Callable[[], None]


def bound(desk: object, name: str, page: str) -> Bound:
    """`key` and `on_change` of a widget that shows an attribute of `desk` and changes it."""
    key = f"{page}-{name}"

    def store() -> None:
        setattr(desk, name, st.session_state[key])

    if key not in st.session_state or st.session_state[key] != getattr(desk, name):
        st.session_state[key] = getattr(desk, name)
    return {"key": key, "on_change": store}
