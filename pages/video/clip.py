"""What of a video is looked at: from where to where, and how many frames a second."""

import streamlit as st

from components.attachments.state import Attachments
from gemini.media.attachment import Attachment, MediaError
from gemini.media.clip import MOST_FPS, Clip, seconds_in
from gemini.media.subtitles import clock

SHORTEST = 2.0  # seconds of a video that has parts
MOST_STEPS = 300
HELP = (
    "How many frames per second the model sees: more for fast action, fewer for long lectures. "
    "Default: 1. Each frame costs tokens."
)


def draw_clip(attachments: Attachments, one: Attachment) -> None:
    """Draw the choice of a clip and of the frames. A change begins the conversation anew."""
    clip = attachments.clip(one)
    # There in any case, or what follows would move away from under a click.
    st.caption(f":material/content_cut: Used: {_words(clip)}")
    with st.expander("Clip and frame rate", icon=":material/content_cut:", type="compact"):
        if one.seconds is None:
            start, end = _typed(one, clip)
        else:
            start, end = _chosen(one, clip, one.seconds)
        fps = st.number_input(
            "Frames per second",
            0.1,
            MOST_FPS,
            value=clip.fps,
            step=0.5,
            key=f"fps-{one.digest[:16]}",
            placeholder="1 (the API's default)",
            help=HELP,
        )
        st.caption(
            "For the detail of each frame, see Media resolution in the sidebar, under Media."
        )
    chosen = Clip(start, end, fps)
    if chosen != clip:
        attachments.cut(one, chosen)
        st.rerun()


def _chosen(one: Attachment, clip: Clip, length: float) -> tuple[float | None, float | None]:
    """The ends by a slider; None for those of the video."""
    if length < SHORTEST:
        return clip.start, clip.end
    whole = int(length)
    step = max(1, whole // MOST_STEPS)
    steps = {clock(second): second for second in [*range(0, whole, step), whole]}
    names = list(steps)
    begin = min(names, key=lambda name: abs(steps[name] - (clip.start or 0)))
    until = min(
        names, key=lambda name: abs(steps[name] - (whole if clip.end is None else clip.end))
    )
    start, end = st.select_slider(
        "Start and end", names, (begin, until), key=f"clip-{one.digest[:16]}"
    )
    if start == end:
        st.caption(":material/info: Start and end are the same: the whole video is used.")
        return None, None
    return (
        float(steps[start]) if start != names[0] else None,
        float(steps[end]) if end != names[-1] else None,
    )


def _typed(one: Attachment, clip: Clip) -> tuple[float | None, float | None]:
    """The ends as written, where nobody here knows how long the video is."""
    ends: list[float | None] = []
    columns = st.columns(2)
    for column, label, known in zip(columns, ("From", "To"), (clip.start, clip.end), strict=True):
        text = column.text_input(
            label,
            "" if known is None else clock(known),
            key=f"clip-{label}-{one.digest[:16]}",
            placeholder="beginning" if label == "From" else "end",
            help="A time such as 1:05.",
        )
        try:
            ends.append(seconds_in(text) or None)
        except MediaError as error:
            column.caption(f":material/error: {error}")
            ends.append(known)
    start, end = ends
    if start is not None and end is not None and start >= end:
        st.caption(":material/error: The end is before the start, so it isn't used.")
        end = None
    return start, end


def _words(clip: Clip) -> str:
    parts = []
    if clip.start is not None or clip.end is not None:
        end = "the end" if clip.end is None else clock(clip.end)
        parts.append(f"{clock(clip.start or 0)} to {end}")
    if clip.fps is not None:
        parts.append(f"{clip.fps:g} frames a second")
    return ", ".join(parts) or "the whole video"
