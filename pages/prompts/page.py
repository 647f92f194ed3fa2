"""Saved prompts: with variables that are asked for, versions, and shared as a file or a link."""

import streamlit as st

from components import session
from components.markdown.literal import literal
from components.notices import notices
from components.samples import samples
from pages.prompts.actions import draw_actions
from pages.prompts.libraries import draw_choice, library
from pages.prompts.state import PAGE, PromptsState
from pages.prompts.view import draw_library, draw_prompt, draw_samples

state = session.state(PAGE, PromptsState)
history = library(state)
state.look_at_address(history)
state.reopen()

# --- Draw the page ---

st.title(samples("prompts")["title"], anchor=False)
st.markdown(samples("prompts")["about"])
if state.complaint:
    st.error(literal(state.complaint), icon=":material/link_off:")
notices(PAGE).draw()
draw_choice(state)
draw_library(state, history)
if state.opened is None:
    draw_samples(state)
else:
    draw_prompt(state, state.opened)
    draw_actions(state, history, state.opened)
    state.run.draw()
