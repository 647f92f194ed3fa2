"""Caches: long prompts kept at the API for a while; made, used, given another end, deleted."""

import streamlit as st

from components import session
from components.answer.problem import draw_problem
from components.cache_list import current_caches
from components.connection import usable_connection
from components.resource_list import draw_list_head
from components.samples import draw_about
from pages.caches.form import draw_form, draw_samples
from pages.caches.listing import draw_list
from pages.caches.state import PAGE, STATE, CacheDraft

connection, problem = usable_connection()
caches, draft = current_caches(), session.state(STATE, CacheDraft)

# --- Draw the page ---

draw_about(PAGE)
if problem:
    draw_problem(problem)
    st.stop()
if caches.is_due:
    caches.refresh()

draw_samples()
with st.expander("New cached content", icon=":material/add:", key="cache-new"):
    draw_form(draft)
draw_list_head(
    caches, PAGE, "Cached now", "Nothing is cached. Try a sample above, or create your own."
)
draw_list(caches)
