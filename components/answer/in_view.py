"""Has an answer seen that stands below the form that asked for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from components.browser_component import browser_component

SCRIPT = Path(__file__).with_suffix(".js")
SHOWN = "in_view"  # session state: the run that is on the screen, and its place there


@contextmanager
def in_view(run_id: str) -> Iterator[None]:
    """What is drawn here of a run is scrolled to, once, unless somebody touches the page.

    There are two places for it, taken in turns: what another run left in one stays there until
    the script ends, which is when the answer does.
    """
    shown, place = st.session_state.get(SHOWN, ("", 0))
    if shown != run_id:
        place = 1 - place
        st.session_state[SHOWN] = run_id, place
    with [st.empty(), st.empty()][place].container(key="answer-in-view", gap=None):
        browser_component("in_view", SCRIPT)(key="in-view", data={"run": run_id}, height=0)
        with st.container():
            yield
