"""The question before runs of the history are deleted, and their deletion."""

from collections.abc import Sequence

import streamlit as st

from components.history import failing_said
from components.pieces import draw_deletion
from gemini.history.search import RunSummary
from gemini.history.store import HistoryStore
from pages.history.listing import PICKED

DELETING = "history-deleting"  # session state: the ids of the runs that are asked about


def draw_delete_button(runs: Sequence[RunSummary]) -> None:
    """Draw the button that has the question drawn."""
    label = "Delete" if len(runs) == 1 else f"Delete {len(runs)} runs"
    ids = [run.id for run in runs]

    def ask() -> None:
        st.session_state[DELETING] = ids

    st.button(label, key=f"delete-{ids[0]}", icon=":material/delete:", on_click=ask)


def draw_question(history: HistoryStore, runs: Sequence[RunSummary]) -> None:
    """Draw the question, where it was asked for these runs."""
    ids = [run.id for run in runs]
    if st.session_state.get(DELETING) != ids:
        return

    def delete() -> None:
        keep()
        with failing_said():
            history.delete_runs(ids)
            st.session_state.pop(PICKED, None)

    def keep() -> None:
        st.session_state.pop(DELETING, None)

    what = "This run is" if len(ids) == 1 else f"These {len(ids)} runs are"
    turns = "its turn" if len(ids) == 1 else "their turns"
    words = f"{what} deleted for good, and {turns} in the conversation too."
    draw_deletion("history-delete", words, delete=delete, keep=keep)
