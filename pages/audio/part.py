"""A question about a part of a sound only."""

import streamlit as st

from components.attachments.state import Attachments
from gemini.media.attachment import Attachment
from gemini.media.subtitles import clock

PROMPT = (
    "Transcribe only what is said from {start} to {end}. "
    "Begin each line with its time in the whole recording as [MM:SS]."
)
SHORTEST = 2  # seconds of a sound that has parts


def draw_part(attachments: Attachments, one: Attachment) -> None:
    """Draw the choice of a part, and the button that has it transcribed."""
    length = int(one.seconds or 0)
    if length < SHORTEST:
        return
    with st.expander("Only part of it", icon=":material/content_cut:", type="compact"):
        times = [clock(second) for second in _steps(length)]
        start, end = st.select_slider(
            "From, to",
            times,
            (times[0], times[-1]),
            key=f"part-{one.digest[:16]}",
            label_visibility="collapsed",
        )
        st.button(
            "Transcribe this part",
            icon=":material/subtitles:",
            on_click=attachments.ask,
            args=(PROMPT.format(start=start, end=end),),
            disabled=start == end,
        )


def _steps(length: int) -> list[int]:
    """The seconds to choose from: each of a short sound, at most a few hundred of a long one."""
    step = max(1, length // 300)
    return [*range(0, length, step), length]
