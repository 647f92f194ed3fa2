"""Fault lab: what an app sees when the API fails, tried here or in the next request anywhere."""

from pathlib import Path

import httpx2
import streamlit as st

from components import session
from components.answer.problem import draw_problem
from components.connection import choice, choices, usable_connection
from components.page_run import reopen
from components.samples import draw_about
from gemini.api.faults import KnownFault, known_faults
from pages.faults.lab import draw_choice, draw_fault, draw_programs, draw_result
from pages.faults.state import PAGE, FaultsState, use_emulator

STYLE = Path(__file__).with_name("page.css")


@st.cache_data(show_spinner=False, ttl=600)
def faults_at(base_url: str) -> list[KnownFault]:
    """The faults of the emulator at this address."""
    return known_faults(base_url)


def draw_switch() -> None:
    """Say that Google's service can't be made to fail, and offer the emulator."""
    st.info(
        "The fault lab works with the local emulator only: nobody can make Google's service fail "
        "on request. Nothing is sent to your current connection from here.",
        icon=":material/bug_report:",
    )
    if "emulator" in choices():
        st.button(
            "Switch to the local emulator",
            key="faults-switch",
            type="primary",
            icon=":material/memory:",
            on_click=use_emulator,
        )
        st.caption("For this session. You can switch back under Connection in the sidebar.")


def draw_lab(state: FaultsState, base_url: str) -> None:
    """Draw the list of faults with the chosen one beside it."""
    try:
        known = faults_at(base_url)
    except (httpx2.HTTPError, ValueError):
        st.error(
            "The emulator has no fault lab, or doesn't answer. Restart the playground, or update "
            "the emulator it connects to.",
            icon=":material/error:",
        )
        return
    left, right = st.columns([1, 2.4], gap="large")
    with left:
        fault = draw_choice(state, known)
    with right:
        draw_fault(state, fault)
        draw_result(state, known)
        draw_programs(fault)


state = session.state(PAGE, FaultsState)
reopen(state.page_run)

# --- Draw the page ---

st.html(STYLE)
draw_about(PAGE)
connection, problem = usable_connection()
if choice() != "emulator":
    draw_switch()
elif connection is None or connection.target.base_url is None:
    if problem is not None:
        draw_problem(problem)
else:
    draw_lab(state, connection.target.base_url)
