"""Audio: sounds beside the talk about them."""

from functools import partial

import streamlit as st

from components.answer.markdown import shown
from components.answer.references import time_links
from components.attachments.state import current_desk
from components.conversation.media import QuickPrompt
from components.conversation.media_page import media_page
from gemini.media import Attachment
from pages.audio.part import draw_part
from pages.audio.player import draw_player
from pages.audio.subtitles import draw_subtitles

STAMPED = "Begin each line with its time as [MM:SS]."

PROMPTS = [
    QuickPrompt("Transcribe", "subtitles", f"Transcribe the speech. {STAMPED}"),
    QuickPrompt("Summarise", "summarize", "Summarise what is said, with the times as [MM:SS]."),
    QuickPrompt("Describe the sounds", "graphic_eq", f"Describe the sounds in it. {STAMPED}"),
]


def draw_sounds(media: list[Attachment]) -> None:
    """Each sound with its player, and answers whose times move the one that is chosen."""
    names = [one.name for one in media]
    number = 0
    if len(media) > 1:
        number = st.selectbox(
            "Sound", range(len(media)), format_func=names.__getitem__, key=f"sound-{desk.page}"
        )
    one = media[number]
    desk.chat.look.write = partial(shown, link=time_links(one.seconds or 0.0), line_breaks=True)
    desk.chat.look.below = partial(draw_subtitles, length=one.seconds)
    draw_player(one, desk.page)
    draw_part(desk, one)


desk = current_desk("audio", "audio")
media_page(desk, draw_sounds, prompts=PROMPTS, placeholder="Ask about the sound, or record more")
