"""What every screen shares: the page's frame, the navigation, the sidebar.

This is the main script that `app.py` serves. It lies here, and not beside `pages/`, because
Streamlit would take that folder for its older kind of multipage app.
"""

import streamlit as st

from components.connection_panel import draw_connection
from components.navigation import pages
from components.run_settings import draw_settings

st.set_page_config(
    page_title="Gemini Playground",
    page_icon=":material/auto_awesome:",
    layout="centered",
    initial_sidebar_state="auto",
)
present = st.query_params.get("present") == "1"
page = st.navigation(pages(), position="top")

if not present:
    with st.sidebar:
        draw_settings()
        draw_connection()

page.run()
