"""Tools: functions declared, called by the model, and answered by hand or by themselves."""

import streamlit as st

from components import session
from pages.tools.conversation import draw_conversation, draw_welcome, place_conversation
from pages.tools.declarations import draw_calling, draw_functions
from pages.tools.state import PAGE, ToolsState

state = session.state(PAGE, ToolsState)
state.restore()

# --- Draw the page ---

draw_welcome(state)
places = place_conversation(state)
beside, conversation = st.columns([2, 3], gap="large")
with beside, st.container(key="tools-functions"):
    st.header("Functions", anchor=False)
    draw_functions(state.draft)
    draw_calling(state)
with conversation:
    st.header("Conversation", anchor=False)
    draw_conversation(state, places)
