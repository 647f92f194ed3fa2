"""Uploads to the Files API on the screen, until they have ended."""

import streamlit as st

from components.markdown.literal import literal
from gemini.format import size
from gemini.resources.files import Upload, Uploads

LOOK_UP_EVERY = 0.15  # seconds


def follow_uploads(uploads: Uploads) -> None:
    """Show how far each upload is until all have ended. Streamlit may interrupt it at any time."""
    bars = [(one, st.progress(0.0)) for one in uploads.each]
    while uploads.running:
        for one, bar in bars:
            bar.progress(one.share, _progress(one))
        next(one for one in uploads.each if one.running).ended.wait(LOOK_UP_EVERY)
        st.session_state.get("looked_up")  # lets Streamlit interrupt here


def _progress(one: Upload) -> str:
    name, total = literal(one.attachment.name), size(len(one.attachment.data))
    if one.state == "sending":
        return f"{name}: {size(one.sent)} of {total} sent to the Files API"
    return f"{name}: {total} sent, the Files API prepares it" if one.running else f"{name}: stored"
