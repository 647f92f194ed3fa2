"""Saved prompts: with variables that are asked for, versions, and shared as a file or a link."""

import streamlit as st

from components.history import shelf
from components.samples import samples
from pages.prompts.actions import draw_actions
from pages.prompts.state import current_prompts
from pages.prompts.view import draw_library, draw_prompt, draw_samples

desk = current_prompts()
mine = shelf()
desk.look_at_address(mine)

# --- Draw the page ---

st.title(samples("prompts")["title"], anchor=False)
st.markdown(samples("prompts")["about"])
if desk.complaint:
    st.error(desk.complaint, icon=":material/link_off:")
draw_library(desk, mine)
if desk.opened is None:
    draw_samples(desk)
else:
    draw_prompt(desk, desk.opened)
    draw_actions(desk, mine, desk.opened)
    desk.run.draw()
