"""Long context: a folder of text and code as one prompt, and the talk about it."""

import streamlit as st

from components.attachments.adding import draw_complaints
from components.attachments.listing import draw_tray
from components.conversation.media import QuickPrompt, draw_talk, place_talk
from components.conversation.media_page import STYLE
from pages.long_context.folder import (
    draw_adding,
    draw_files,
    draw_hints,
    draw_totals,
    draw_welcome,
)
from pages.long_context.state import current_folder_desk

PROMPTS = [
    QuickPrompt("Overview", "map", "What is this folder? Describe its parts and how they connect."),
    QuickPrompt("Where to begin", "flag", "Which files should somebody new read first, and why?"),
    QuickPrompt("Find faults", "bug_report", "Find faults. Name the file and the line of each."),
]

desk = current_folder_desk()
desk.forget()
desk.lay_out()
desk.chat.look.media_beside = True

# --- Draw the page ---

places = place_talk(desk, "Ask about the folder")
if desk.empty and desk.folder is None:
    draw_complaints(desk)
    draw_welcome(desk)
    draw_talk(desk, places)
    st.stop()

st.html(STYLE)
beside, talk = st.columns([1, 1], gap="large")
with beside, st.container(key="media"):
    draw_complaints(desk)
    draw_totals(desk)
    draw_tray(desk)
    draw_files(desk)
    draw_hints(desk)
    with st.expander("Another folder", icon=":material/folder_open:", type="compact"):
        draw_adding(desk)
with talk:
    draw_talk(desk, places, PROMPTS)
