"""Counts the tokens of a prompt beside the script: the page is drawn while the API counts."""

from concurrent.futures import wait

import streamlit as st

from components.connection import LOOK_UP_EVERY
from gemini.api import last_known
from gemini.api.call import PendingCall
from gemini.api.connect import Connection
from gemini.models import tokens
from gemini.request import Content


def begin_count(
    connection: Connection,
    model: str,
    contents: list[Content],
    system_instruction: str | None = None,
) -> PendingCall:
    """Have tokens counted. The answer is waited for a moment, then the page goes on without."""
    count = tokens.begin_count(connection, model, contents, system_instruction)
    wait([count.future], last_known.FIRST_WAIT)
    return count


def draw_counting(count: PendingCall) -> None:
    """Say that it is being counted; the page is drawn anew once it is."""
    st.fragment(_draw_counting, run_every=LOOK_UP_EVERY)(count)


def _draw_counting(count: PendingCall) -> None:
    if count.future.done():
        st.rerun()
    st.caption(":shimmer[Counting tokens]", width="content")
