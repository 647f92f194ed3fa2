"""Long context: a folder of text and code as one prompt, and the conversation about it."""

import streamlit as st

from components import session
from components.attachments.listing import draw_attachments
from components.attachments.page import STYLE, QuickPrompt, draw_media_conversation
from pages.long_context.folder import (
    draw_adding,
    draw_files,
    draw_hints,
    draw_totals,
    draw_welcome,
)
from pages.long_context.state import PAGE, LongContextState

PLACEHOLDER = "Ask about the folder"
PROMPTS = [
    QuickPrompt("Overview", "map", "What is this folder? Describe its parts and how they connect."),
    QuickPrompt("Where to start", "flag", "Which files should a newcomer read first, and why?"),
    QuickPrompt("Find faults", "bug_report", "Find faults. Name the file and the line of each."),
]

state = session.state(PAGE, LongContextState)
state.forget()
state.lay_out()
state.chat.look.media_beside = True

# --- Draw the page ---

menu = st.container()
if state.empty and state.folder is None:
    state.complaints.draw()
    draw_welcome(state)
    draw_media_conversation(state, PLACEHOLDER, menu)
    st.stop()

st.html(STYLE)
beside, conversation = st.columns([1, 1], gap="large")
with beside, st.container(key="media"):
    state.complaints.draw()
    draw_totals(state)
    draw_attachments(state)
    draw_files(state)
    draw_hints(state)
    with st.expander("Another folder", icon=":material/folder_open:", type="compact"):
        draw_adding(state)
with conversation:
    draw_media_conversation(state, PLACEHOLDER, menu, PROMPTS)
