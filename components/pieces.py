"""Pieces that several pages draw: tabs of which only the open one is built, a last question, a QR
code."""

from collections.abc import Callable, Mapping

import segno
import streamlit as st

MOST_IN_QR = 1_700  # characters: with more its squares are too small for a camera
QR_WIDTH = 280  # pixels


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


def draw_qr(link: str) -> None:
    """Draw the QR code of a link; a word where no camera could read it."""
    if len(link) > MOST_IN_QR:
        st.caption(
            f":material/qr_code: Too long for a QR code that a camera can read "
            f"({len(link):,} characters; at most {MOST_IN_QR:,}). The link works."
        )
        return
    code = segno.make(link, error="l", micro=False)
    svg = code.svg_inline(scale=4, border=4, dark="#000", light="#fff")
    st.image(svg, width=QR_WIDTH, alt="QR code of the link")
