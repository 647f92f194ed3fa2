"""Models: what each can do and cost; searched, filtered, one picked for the session."""

import streamlit as st

from components.answer.problem import draw_problem
from components.connection import forget_models, models, usable_connection
from components.tuned_models import draw_tuned
from pages.models.card import draw_model
from pages.models.table import draw_filters, draw_table

connection, problem = usable_connection()
known, problem = models(connection) if connection else ([], problem)

# --- Draw the page ---

st.title("Models", anchor=False)
st.markdown("What each model reads, writes, supports and costs. Choose one for all pages.")
if problem:
    draw_problem(problem)
    st.button("Try again", icon=":material/refresh:", on_click=forget_models)
if connection is None:
    st.stop()

if known:
    priced = connection.target.backend != "emulator"
    if left := draw_filters(known):
        draw_model(draw_table(left, priced=priced), connection.target.backend)
elif not problem:
    st.info("No models for this key or project.", icon=":material/info:")
st.header("Tuned models", anchor=False)
draw_tuned()
if known:
    st.button(
        "Load the list again",
        icon=":material/refresh:",
        type="tertiary",
        help="The list is cached for ten minutes.",
        on_click=forget_models,
    )
