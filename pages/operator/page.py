"""Operator: who uses the playground, what it costs, what fails, what is shared, who did what."""

from functools import partial

import streamlit as st

from components.history import opened_history
from components.people import is_operator
from components.pieces import draw_tabs
from pages.operator.activity import draw_audit, draw_limits, draw_links, draw_running
from pages.operator.use import draw_errors, draw_people, draw_use

PAGE = "operator"

# --- Draw the page ---

st.title("Operator", anchor=False)
if not is_operator():
    st.error(
        "This page is for operators. Where people sign in, PLAYGROUND_OPERATORS names them; "
        "without sign-in it opens on the server's own machine only.",
        icon=":material/lock:",
    )
    st.stop()
st.markdown("Everyone's use of this playground: figures and kinds, never what was asked.")
history = opened_history()
if history is None:
    st.stop()

draw_tabs(
    f"{PAGE}-tabs",
    {
        "Use": partial(draw_use, history),
        "People": partial(draw_people, history),
        "Errors": partial(draw_errors, history),
        "Running": partial(draw_running, history),
        "Limits": partial(draw_limits, history),
        "Links": partial(draw_links, history),
        "Audit": partial(draw_audit, history),
    },
)
