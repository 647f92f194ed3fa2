"""The frame of a page about media: the media on one side, the talk about them on the other."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from components.attachments.adding import draw_adding, draw_complaints
from components.attachments.listing import draw_tray
from components.attachments.samples import draw_welcome
from components.attachments.state import MediaDesk
from components.conversation.media import QuickPrompt, draw_talk, place_talk
from gemini.media import Attachment
from gemini.media.cloud import CloudFile
from gemini.media.stored import FilesApiFile

STYLE = Path(__file__).with_name("media_page.css")


def media_page(
    desk: MediaDesk,
    draw_media: Callable[[list[Attachment]], None],
    *,
    prompts: Sequence[QuickPrompt],
    placeholder: str,
    notice: Callable[[], None] | None = None,
) -> None:
    """Draw a page about media. `draw_media` shows what is on the desk, in order; files that stay
    elsewhere are only listed.

    `notice` draws what people should know before they add anything.
    """
    desk.forget()
    desk.chat.look.media_beside = True
    desk.chat.look.again = desk.regenerate
    places = place_talk(desk, placeholder)
    if desk.empty:
        draw_welcome(desk, notice)
        draw_talk(desk, places)
        return
    st.html(STYLE)
    beside, talk = st.columns([2, 3], gap="large")
    with beside, st.container(key="media"):
        draw_complaints(desk)
        if at_hand := [one for one in desk.media if not isinstance(one, CloudFile | FilesApiFile)]:
            draw_media(at_hand)
        draw_tray(desk)
        with st.expander("Add more", icon=":material/add:", type="compact"):
            draw_adding(desk)
    with talk:
        draw_talk(desk, places, prompts)
