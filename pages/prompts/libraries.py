"""One's own saved prompts and the team's: which of the two is on the screen.

Everyone who may use the playground can save in the team's, and reads who saved which version.
Names are changed and prompts are deleted there by operators.
"""

import streamlit as st

from components.history import current_history, opened_history
from components.owner import current_owner, is_ours_alone
from components.people import is_operator, person_name
from components.sign_in import is_set_up
from gemini.history.presets import TEAM_OWNER
from gemini.history.store import HistoryStore
from pages.prompts.state import PromptsState

PARAMETER = "library"  # of the page's address: TEAM where the team's is on the screen
OWN, TEAM = "Mine", "Team"
CHOICE = "prompts-library"  # session state


def library(state: PromptsState) -> HistoryStore | None:
    """The prompts that are on the screen; None without a history."""
    state.team = has_team() and st.query_params.get(PARAMETER) == TEAM
    return team_library() if state.team else current_history()


def team_library() -> HistoryStore | None:
    """The team's prompts, in which this person's name stands at what they save."""
    history = opened_history()
    return history.of(TEAM_OWNER, author=person_name(current_owner())) if history else None


def has_team() -> bool:
    """Whether there is anybody to share a library with."""
    return is_set_up() or not is_ours_alone()


def may_remove(state: PromptsState) -> bool:
    """Whether this person may rename and delete what is in the library on the screen."""
    return not state.team or is_operator()


def draw_choice(state: PromptsState) -> None:
    """Draw the choice between the two."""
    if not has_team():
        return
    st.session_state[CHOICE] = TEAM if state.team else OWN

    def choose() -> None:
        state.close()
        if st.session_state[CHOICE] == TEAM:
            st.query_params[PARAMETER] = TEAM
        else:
            st.query_params.pop(PARAMETER, None)

    st.segmented_control("Library", [OWN, TEAM], required=True, key=CHOICE, on_change=choose)
    if state.team:
        st.caption(
            ":material/group: Everyone here sees these and can save new versions. Earlier versions "
            "stay, each with who saved it."
        )
