"""The frame of a page about media: the media on one side, the conversation on the other."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from components.attachments.adding import draw_adding, draw_complaints
from components.attachments.conversation import QuickPrompt, draw_media_conversation
from components.attachments.listing import draw_attachments
from components.attachments.samples import draw_welcome
from components.attachments.state import Attachments
from gemini.media.attachment import Attachment
from gemini.media.remote import CloudFile, FilesApiFile

STYLE = Path(__file__).with_name("page.css")


def media_page(
    attachments: Attachments,
    draw_media: Callable[[list[Attachment]], None],
    *,
    prompts: Sequence[QuickPrompt],
    placeholder: str,
    notice: Callable[[], None] | None = None,
) -> None:
    """Draw a page about media. `draw_media` shows what is attached, in order; files that stay
    elsewhere are only listed.

    `notice` draws what people should know before they add anything.
    """
    attachments.forget()
    attachments.chat.look.media_beside = True
    attachments.chat.look.again = attachments.regenerate
    menu = st.container()
    if attachments.empty:
        draw_welcome(attachments, notice)
        draw_media_conversation(attachments, placeholder, menu)
        return
    st.html(STYLE)
    beside, conversation = st.columns([2, 3], gap="large")
    with beside, st.container(key="media"):
        draw_complaints(attachments)
        if at_hand := [
            one for one in attachments.media if not isinstance(one, CloudFile | FilesApiFile)
        ]:
            draw_media(at_hand)
        draw_attachments(attachments)
        with st.expander("Add more", icon=":material/add:", type="compact"):
            draw_adding(attachments)
    with conversation:
        draw_media_conversation(attachments, placeholder, menu, prompts)
