"""Audio: sounds beside the conversation about them."""

from functools import partial

import streamlit as st

from components.answer.references import time_links
from components.attachments.page import QuickPrompt, media_page
from components.attachments.state import attachments_of
from components.markdown.markdown import shown
from gemini.media.attachment import Attachment
from pages.audio.sound import draw_part, draw_player, draw_subtitles
from pages.audio.transcription import draw_transcription, extra, settings

STAMPED = "Begin each line with its time as [MM:SS]."

PROMPTS = [
    QuickPrompt("Transcribe", "subtitles", f"Transcribe the speech. {STAMPED}"),
    QuickPrompt("Summarize", "summarize", "Summarize what is said, with the times as [MM:SS]."),
    QuickPrompt("Describe the sounds", "graphic_eq", f"Describe the sounds in it. {STAMPED}"),
]
WITHOUT_WORDS = [QuickPrompt("Transcribe", "subtitles", "")]


def draw_sounds(media: list[Attachment]) -> None:
    """Each sound with its player, and answers whose times move the one that is chosen."""
    names = [one.name for one in media]
    number = 0
    if len(media) > 1:
        number = st.selectbox(
            "Sound",
            range(len(media)),
            format_func=names.__getitem__,
            key=f"sound-{attachments.page}",
        )
    one = media[number]
    attachments.chat.look.write = partial(
        shown, link=time_links(one.seconds or 0.0), line_breaks=True
    )
    attachments.chat.look.below = partial(draw_subtitles, length=one.seconds)
    draw_player(one, attachments.page)
    draw_transcription()
    if not attachments.chat.alone:
        draw_part(attachments, one)


attachments = attachments_of("audio")
attachments.chat.settings, attachments.chat.extra = settings, extra
media_page(
    attachments,
    draw_sounds,
    prompts=WITHOUT_WORDS if attachments.chat.alone else PROMPTS,
    placeholder="Record more, or switch the transcription model off to ask"
    if attachments.chat.alone
    else "Ask about the audio, or record more",
)
