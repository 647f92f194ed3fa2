"""Usage: requests, tokens and cost, of the session and by day; what is left of the limits."""

import streamlit as st

from components.history import current_history
from pages.usage.report import draw_limits, draw_usage

# --- Draw the page ---

st.title("Usage", anchor=False)
st.markdown("What your requests used, by model, and what is left of the limits.")
history = current_history()
if history is None:
    st.stop()

draw_limits()
draw_usage(history)
