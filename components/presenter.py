"""The presenter view: no settings, larger type. Switched on in the sidebar, or by `?present=1`."""

import streamlit as st

from components.keyboard import draw_shortcuts_button
from components.settings.panel import keep_model

PARAMETER = "present"  # of the page's address: whether it is shown so
NO_SIDEBAR = """<style>
@media (min-width: 769px) {  /* on a telephone the pages are listed there */
  [data-testid="stSidebar"], [data-testid="stExpandSidebarButton"] { display: none }
}
</style>"""
LARGER = "<style>html { font-size: 21px }</style>"


def presenting() -> bool:
    """Whether this session is shown on a stage."""
    return st.query_params.get(PARAMETER) == "1"


def present() -> None:
    """Switch to the presenter view. The address keeps it over a reload."""
    st.query_params[PARAMETER] = "1"


def leave() -> None:
    """Switch back."""
    st.query_params.pop(PARAMETER, None)


def draw_without_settings() -> None:
    """Settle on a model and hide the sidebar; with larger type for a stage."""
    keep_model()
    st.html(NO_SIDEBAR)
    if presenting():
        st.html(LARGER)


def draw_presenter_view() -> None:
    """Make the type larger, and draw the way back."""
    draw_without_settings()
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Leave presenter view",
            icon=":material/close_fullscreen:",
            type="tertiary",
            on_click=leave,
        )
        draw_shortcuts_button()
