"""Tokens that are being counted beside the script: the page is drawn while the API counts."""

import streamlit as st

from components.connection import LOOK_UP_EVERY
from components.format import asked_again
from gemini.api.call import PendingCall


def draw_counting(count: PendingCall) -> None:
    """Say that it is being counted; the page is drawn anew once it is."""
    st.fragment(_draw_counting, run_every=LOOK_UP_EVERY)(count)


def _draw_counting(count: PendingCall) -> None:
    if count.future.done():
        st.rerun()
    said = asked_again(count.exchanges) or "Counting tokens"
    st.caption(f":shimmer[{said}]", width="content")
