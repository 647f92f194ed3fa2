"""Tools: functions declared, called by the model, and answered by hand or by themselves."""

import streamlit as st

from pages.tools.conversation import draw_talk, draw_welcome, place_talk
from pages.tools.declarations import draw_calling, draw_functions
from pages.tools.state import current_tools

desk = current_tools()
desk.restore()

# --- Draw the page ---

draw_welcome(desk)
places = place_talk(desk)
beside, talk = st.columns([2, 3], gap="large")
with beside, st.container(key="tools-functions"):
    st.header("Functions", anchor=False)
    draw_functions(desk.draft)
    draw_calling(desk)
with talk:
    st.header("Conversation", anchor=False)
    draw_talk(desk, places)
