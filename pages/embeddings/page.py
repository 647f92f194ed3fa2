"""Embeddings: texts as vectors, held against each other."""

import streamlit as st

from components import session
from pages.embeddings.form import draw_form
from pages.embeddings.results import draw_results
from pages.embeddings.state import PAGE, EmbeddingsState
from pages.embeddings.texts import draw_head, draw_texts

state = session.state(PAGE, EmbeddingsState)
state.reopen()
busy = state.busy  # looked at once: the last vectors may come while the page is drawn

# --- Draw the page ---

draw_head(state)
texts, results = st.columns([5, 7], gap="large")
with texts:
    draw_texts(state)
    draw_form(state, busy=busy)
with results:
    draw_results(state, busy=busy)
