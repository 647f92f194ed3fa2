"""Ties widgets to what a page remembers, which outlasts them: another page, a folded form.

Streamlit tells the browser once of a value that was put into the session state. Where that message
is lost (a script that is interrupted as it begins) a text would be empty: so it is given as the
widget's own default, too.
"""

from collections.abc import Callable
from typing import TypedDict

import streamlit as st


class Bound(TypedDict):
    """What a widget is given."""

    key: str
    on_change: Callable[[], None]


class BoundText(Bound):
    """What a field of text is given."""

    value: str


def bound(state: object, name: str, page: str) -> Bound:
    """`key` and `on_change` of a widget that shows an attribute of `state` and changes it."""
    key = f"{page}-{name}"

    def store() -> None:
        setattr(state, name, st.session_state[key])

    if key not in st.session_state or st.session_state[key] != getattr(state, name):
        st.session_state[key] = getattr(state, name)
    return {"key": key, "on_change": store}


def bound_text(state: object, name: str, page: str) -> BoundText:
    """The same for a field of text."""
    return {**bound(state, name, page), "value": getattr(state, name) or ""}


def draw_editor(
    label: str, key: str, text: str, store: Callable[[str], None], hint: str, *, height: int
) -> None:
    """Draw a text that shows `text` until somebody changes it, which `store` takes."""
    if st.session_state.get(key) != text:
        st.session_state[key] = text
    st.text_area(
        label,
        value=text,
        key=key,
        height=height,
        label_visibility="collapsed",
        placeholder=hint,
        on_change=lambda: store(st.session_state[key]),
    )
