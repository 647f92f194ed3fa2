"""Speech: a text spoken by one voice, or by two that talk to each other."""

import streamlit as st

from components import session
from components.page_run import draw_earlier
from components.samples import draw_about, draw_sample_buttons
from pages.speech.form import draw_form
from pages.speech.result import draw_sound, following
from pages.speech.state import PAGE, SpeechState

state = session.state(PAGE, SpeechState)
state.reopen()

# --- Draw the page ---

draw_about(PAGE)
draw_sample_buttons(PAGE, state.load, "text")
draw_form(state)
answer = st.container()  # filled last: what stands below would be faded while it is made
draw_earlier(state.page_run, PAGE)
with answer:
    state.page_run.draw(draw_sound, name="Audio", following=following)
