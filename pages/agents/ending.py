"""What can be done with the last answer: agree to a plan, go on from a budget, try again."""

import streamlit as st

from gemini.conversation import Turn
from gemini.interactions.background import may_be_followed
from gemini.interactions.request import is_agent
from pages.agents.state import PAGE, AgentsState

OUT_OF_BUDGET = {"incomplete", "budget_exceeded"}  # an interaction's status
STOPPED = "It reached its token limit. What it has done is kept."


def draw_ending(state: AgentsState, turn: Turn) -> None:
    """Draw it below an agent's answer that has ended."""
    run = turn.run
    if run is None or run.outcome == "running" or not is_agent(run.request.model):
        return
    if may_be_followed(run):  # said above
        return
    if state.planned:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                "Start the research",
                key=f"{PAGE}-start",
                type="primary",
                icon=":material/play_arrow:",
                on_click=state.start,
            )
            st.caption("Or say below what should change in the plan.", width="content")
    elif run.result.get("status") in OUT_OF_BUDGET:
        if not run.problem:
            st.info(STOPPED, icon=":material/data_usage:")
        st.button(
            "Continue", key=f"{PAGE}-go-on", icon=":material/play_arrow:", on_click=state.go_on
        )
    elif run.problem or run.outcome == "stopped":
        st.button(
            "Try again",
            key=f"{PAGE}-again",
            icon=":material/replay:",
            on_click=state.again,
            args=(turn,),
        )
