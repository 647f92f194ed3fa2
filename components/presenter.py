"""The presenter view: no settings, larger type. Switched on in the sidebar, or by `?present=1`."""

import streamlit as st

from components.settings.panel import keep_model

PARAMETER = "present"  # of the page's address: whether it is shown so
LARGER = """<style>
html { font-size: 21px }
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"] { display: none }
</style>"""


def presenting() -> bool:
    """Whether this session is shown on a stage."""
    return st.query_params.get(PARAMETER) == "1"


def present() -> None:
    """Switch to the presenter view. The address keeps it over a reload."""
    st.query_params[PARAMETER] = "1"


def leave() -> None:
    """Switch back."""
    st.query_params.pop(PARAMETER, None)


def draw_presenter_view() -> None:
    """Make the type larger, and draw the way back."""
    keep_model()
    st.html(LARGER)
    st.button(
        "Leave presenter view", icon=":material/close_fullscreen:", type="tertiary", on_click=leave
    )
