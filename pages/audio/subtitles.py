"""Subtitles of an answer that is a transcript with times."""

from pathlib import PurePath

import streamlit as st

from gemini.conversation import Turn
from gemini.media.subtitles import cues, to_srt, to_vtt
from gemini.request import text_of

FEWEST = 2  # cues that make a transcript


def draw_subtitles(turn: Turn, length: float | None) -> None:
    """Draw the downloads under a complete answer whose lines begin with times."""
    if turn.run is None or turn.run.outcome == "running":
        return
    lines = cues(text_of(turn.answer), length)
    if len(lines) < FEWEST:
        return
    stem = PurePath(next(iter(turn.names), "")).stem or "subtitles"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"{len(lines)} subtitles", width="content")
        for extension, text, mime_type in (
            ("srt", to_srt(lines), "application/x-subrip"),
            ("vtt", to_vtt(lines), "text/vtt"),
        ):
            st.download_button(
                extension.upper(),
                text,
                key=f"{extension}-{turn.id}",
                file_name=f"{stem}.{extension}",
                mime=mime_type,
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
            )
