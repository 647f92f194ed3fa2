"""The setting whether photos are sent with the place where they were taken."""

import streamlit as st

KEY = "keep-location"


def keeps_location() -> bool:
    """Whether the place goes along."""
    return bool(st.session_state.get(KEY))


def draw_location() -> None:
    """Draw the setting where the script is."""
    st.toggle(
        "Keep the location of photos",
        key=KEY,
        help="Phones store in a photo where it was taken. This is removed from what you add, in "
        "Chat too; turn this on first if a model should know.",
        persist_state="session",
    )
