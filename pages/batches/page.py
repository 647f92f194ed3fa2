"""Batches: a table of prompts as one job, its state, and the results joined to their rows."""

import streamlit as st

from components import session
from components.answer.problem import draw_problem
from components.connection import usable_connection
from components.resource_list import draw_list_head
from components.samples import draw_about, draw_sample_buttons
from pages.batches.draft import STATE, BatchDraft
from pages.batches.form import draw_form, draw_sending
from pages.batches.jobs import draw_jobs
from pages.batches.results import draw_opened
from pages.batches.state import PAGE, current_batches, on_vertex

connection, problem = usable_connection()
state, draft = current_batches(), session.state(STATE, BatchDraft)

# --- Draw the page ---

draw_about(PAGE)
if problem:
    draw_problem(problem)
    st.stop()
if state.is_due and not state.listed:
    state.refresh()
state.show_started()

if not on_vertex():
    draw_sample_buttons(PAGE, draft.run_sample)
with st.expander("New batch", icon=":material/add:", key="batch-new", expanded=not state.own):
    draw_form(draft)
draw_sending(draft)
draw_opened(state, draft)
draw_list_head(state, PAGE, "Jobs", "No jobs yet. Try a sample above, or fill in the table.")
draw_jobs(state)
