"""A video to be played; times in an answer move it."""

from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components import v2
from streamlit.components.v2.types import ComponentRenderer

from components.files.previews import draw_card
from gemini.media.attachment import Attachment
from gemini.media.recordings import played_as
from gemini.media.remote import YouTubeVideo

HTML = "<span>\n</span>"  # a component needs something to be
WIDTH = 640  # pixels of a frame that stands for the video
SCRIPT = Path(__file__).with_name("video_times.js")


def draw_video(one: Attachment, key: str) -> None:
    """Draw the player of a video. `key` tells players apart."""
    _times()(key=f"times-{key}", data={"player": f"player-{key}"}, height=0)
    with st.container(key=f"player-{key}"):
        if isinstance(one, YouTubeVideo):
            st.video(one.address, alt=one.name)
        elif played := _played_as(one, one.digest):
            st.video(one.data, format=played, alt=one.name)
        else:
            draw_card(one, WIDTH)
            kind = one.mime_type.partition("/")[2].removeprefix("x-").upper()
            st.caption(
                f":material/videocam_off: Browsers can't play this {kind}; this is its first "
                "frame. Gemini reads it."
            )


@st.cache_data(ttl="15m", max_entries=96, show_spinner=False)
def _played_as(_one: Attachment, digest: str) -> str | None:  # noqa: ARG001
    return played_as(_one)


@cache
def _times() -> ComponentRenderer:
    return v2.component("video_times", html=HTML, js=SCRIPT.read_text(encoding="utf-8"))
