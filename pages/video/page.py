"""Video: a file or a YouTube video beside the conversation about it."""

from functools import partial

import streamlit as st

from components.answer.references import time_links
from components.attachments.page import QuickPrompt, media_page
from components.attachments.state import attachments_of
from components.markdown.markdown import shown
from gemini.media.attachment import Attachment
from pages.video.clip import draw_clip
from pages.video.player import draw_unwatched, draw_video

LONGEST = 12 * 3600.0  # seconds; times within are taken for times of a video of unknown length
STAMPED = "Give the time of each as [MM:SS]."

PROMPTS = [
    QuickPrompt("Describe", "notes", f"Describe what happens, scene by scene. {STAMPED}"),
    QuickPrompt("Chapters", "toc", f"Divide the video into chapters with titles. {STAMPED}"),
    QuickPrompt("Transcribe", "subtitles", f"Transcribe what is said. {STAMPED}"),
    QuickPrompt("Read the text", "match_case", f"Read all text that is seen. {STAMPED}"),
]


def draw_videos(media: list[Attachment]) -> None:
    """The video that is chosen, what of it is looked at, and answers whose times move it."""
    number = 0
    if len(media) > 1:
        names = [one.name for one in media]
        number = st.selectbox(
            "Video",
            range(len(media)),
            format_func=names.__getitem__,
            key=f"video-{attachments.page}",
        )
    one = media[number]
    attachments.chat.look.write = partial(
        shown, link=time_links(one.seconds or LONGEST), line_breaks=True
    )
    draw_video(one, attachments.page)
    draw_clip(attachments, one)
    draw_unwatched(attachments, [one])


attachments = attachments_of("video")
media_page(
    attachments,
    draw_videos,
    prompts=PROMPTS,
    placeholder="Ask about the video",
    notice=lambda: draw_unwatched(attachments, []),
)
