"""Counts the tokens of a prompt beside the script: the page is drawn while the API counts."""

from concurrent.futures import Future, ThreadPoolExecutor, wait

import streamlit as st

from components.connection import LOOK_UP_EVERY
from gemini.api import last_known
from gemini.api.connect import Connection
from gemini.models.tokens import TokenCounter
from gemini.request import Content

MOST_AT_ONCE = 32


@st.cache_resource(show_spinner=False)
def _counter() -> TokenCounter:
    """One for all sessions: a prompt that was counted isn't counted again."""
    return TokenCounter()


@st.cache_resource(show_spinner=False)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=MOST_AT_ONCE, thread_name_prefix="token-counter")


def begin_count(
    connection: Connection,
    model: str,
    contents: list[Content],
    system_instruction: str | None = None,
) -> Future[int]:
    """Have tokens counted. The answer is waited for a moment, then the page goes on without."""
    future = _threads().submit(
        _counter().count, connection.client, model, contents, system_instruction=system_instruction
    )
    wait([future], last_known.FIRST_WAIT)
    return future


def draw_counting(future: Future[int]) -> None:
    """Say that it is being counted; the page is drawn anew once it is."""
    st.fragment(_draw_counting, run_every=LOOK_UP_EVERY)(future)


def _draw_counting(future: Future[int]) -> None:
    if future.done():
        st.rerun()
    st.caption(":shimmer[Counting tokens]", width="content")
