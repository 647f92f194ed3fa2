"""Embeddings: texts as vectors, held against each other."""

import streamlit as st

from components.embeddings.desk import current_set
from components.embeddings.form import draw_form
from components.embeddings.results import draw_results
from components.embeddings.texts import draw_head, draw_texts

kept = current_set()
kept.reopen()

# --- Draw the page ---

draw_head(kept)
texts, results = st.columns([5, 7], gap="large")
with texts:
    draw_texts(kept)
    draw_form(kept)
with results:
    draw_results(kept)
