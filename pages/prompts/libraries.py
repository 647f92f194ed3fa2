"""One's own saved prompts and the team's: which of the two is on the screen.

Everyone who may use the playground can save in the team's, and reads who saved which version.
Names are changed and prompts are deleted there by operators.
"""

import streamlit as st

from components.history import current_history
from components.library import OWN, PART, TEAM
from components.people import has_team, team_library
from gemini.history.store import HistoryStore
from pages.prompts.state import PromptsState

CHOICE = "prompts-library"  # session state


def library(state: PromptsState) -> HistoryStore | None:
    """The prompts that are on the screen; None without a history."""
    state.team = has_team() and st.query_params.get(PART) == TEAM
    return team_library() if state.team else current_history()


def draw_choice(state: PromptsState) -> None:
    """Draw the choice between the two."""
    if not has_team():
        return
    st.session_state[CHOICE] = TEAM if state.team else OWN

    def choose() -> None:
        state.close()
        if st.session_state[CHOICE] == TEAM:
            st.query_params[PART] = TEAM
        else:
            st.query_params.pop(PART, None)

    st.segmented_control("Library", [OWN, TEAM], required=True, key=CHOICE, on_change=choose)
    if state.team:
        st.caption(
            ":material/group: Everyone here sees these and can save new versions. Earlier versions "
            "stay, each with who saved it."
        )
