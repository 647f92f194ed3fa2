"""The tables that batch jobs were made from, kept on this machine until their results are there."""

import streamlit as st

from components.owner import current_owner
from gemini.batches.plan import Tables
from gemini.history.engine import data_folder

STATE = "batches"  # session state: what the batches page remembers, tables among it


def batch_tables() -> Tables:
    """The tables in the data folder."""
    return Tables(data_folder() / "batches")


def forget_tables() -> None:
    """Remove this person's tables of all jobs, on disk and in this session.

    The jobs stay with the API; their results are then called by their keys.

    Raises:
        OSError: a table can't be removed.
    """
    st.session_state.pop(STATE, None)
    batch_tables().forget_all(current_owner())
