"""Says on the page what the chosen connection doesn't offer."""

import streamlit as st

from components.connection import current_connection
from gemini.models.availability import why_not


def offers(feature: str) -> bool:
    """Whether the connection offers a feature of `gemini/data/offers.toml`. If not, says why here.

    Without a connection everything is offered: asking then says what is missing.
    """
    connection = current_connection()
    why = why_not(feature, connection.target.backend) if connection else None
    if why:
        st.info(why, icon=":material/info:")
    return why is None
