"""Tuning: a model of one's own from examples; made, followed, used."""

import streamlit as st

from components import session
from components.answer.problem import draw_problem
from components.calls import draw_calls
from components.connection import usable_connection
from components.connection_panel import offers
from components.samples import draw_about, samples
from components.tuned_models import draw_tuned
from pages.tuning.form import draw_examples, draw_form, draw_samples
from pages.tuning.state import PAGE, TuningState
from pages.tuning.view import draw_followed

connection, problem = usable_connection()
about = samples(PAGE)
state = session.state(PAGE, TuningState)

# --- Draw the page ---

draw_about(PAGE)
if problem:
    draw_problem(problem)
if connection is None:
    st.stop()

offered = offers("tunings")
if offered:
    st.caption(about["vertex"])
draw_samples(state)
with st.expander("Examples", icon=":material/checklist:", key="tuning-set", expanded=True):
    draw_examples(state)
if offered:
    with st.expander("New tuning", icon=":material/add:", key="tuning-new", expanded=True):
        draw_form(state)
draw_followed(state, vertex=connection.target.backend == "vertex")
draw_calls(state.calls, PAGE)
st.header("Tuned models", anchor=False)
draw_tuned()
