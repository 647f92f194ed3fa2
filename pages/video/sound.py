"""The sound of a video alone, for a connection that hears and doesn't watch."""

import streamlit as st

from components.attachments.state import Attachments, attachments_of
from components.navigation import page_file
from components.offers import offers
from gemini.media.attachment import Attachment, MediaError
from gemini.media.recordings import sound_track

PROMPT = "Transcribe the speech. Begin each line with its time as [MM:SS]."


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
            help=f"Take the sound of {one.name} to the Audio page and have it transcribed.",
        ):
            try:
                sound = sound_track(one)
            except MediaError as error:
                st.error(str(error), icon=":material/error:")
            else:
                attachments_of("audio", "audio").sample(sound, PROMPT)
                st.switch_page(page_file("audio"))
