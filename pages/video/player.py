"""A video to be played, whose times in an answer move it; its sound where it can't be watched."""

from pathlib import Path

import streamlit as st

from components.attachments.state import Attachments, attachments_of
from components.browser_component import browser_component
from components.connection_panel import offers
from components.files.previews import draw_card
from components.navigation import page_file
from gemini.media.attachment import Attachment, MediaError
from gemini.media.recordings import played_as, sound_track
from gemini.media.remote import YouTubeVideo

HTML = "<span>\n</span>"  # a component needs something to be
WIDTH = 640  # pixels of a frame that stands for the video
PROMPT = "Transcribe the speech. Begin each line with its time as [MM:SS]."
SCRIPT = Path(__file__).with_name("video_times.js")


def draw_video(one: Attachment, key: str) -> None:
    """Draw the player of a video. `key` tells players apart."""
    times = browser_component("video_times", SCRIPT, HTML)
    times(key=f"times-{key}", data={"player": f"player-{key}"}, height=0)
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
                "frame. Gemini can read it."
            )


@st.cache_data(ttl="15m", max_entries=96, show_spinner=False)
def _played_as(_one: Attachment, digest: str) -> str | None:  # noqa: ARG001
    return played_as(_one)


def draw_unwatched(attachments: Attachments, media: list[Attachment]) -> None:
    """Say that videos aren't watched here, where that is so, and offer what can be done."""
    if offers("video_understanding"):
        return
    for one in media:
        if one.remote or not one.has_sound:
            continue
        if st.button(
            "Transcribe its audio instead",
            key=f"sound-{attachments.page}-{one.digest[:16]}",
            icon=":material/graphic_eq:",
            help=f"Transcribe the audio of {one.name} on the Audio page.",
        ):
            try:
                sound = sound_track(one)
            except MediaError as error:
                st.error(str(error), icon=":material/error:")
            else:
                attachments_of("audio").sample(sound, PROMPT)
                st.switch_page(page_file("audio"))
