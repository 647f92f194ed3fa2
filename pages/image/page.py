"""Image: pictures beside the conversation about them."""

from functools import partial

import streamlit as st

from components.attachments.page import QuickPrompt, media_page
from components.attachments.state import attachments_of
from components.files.previews import draw_picture
from components.markdown.markdown import shown
from gemini.media.attachment import Attachment

LARGE, SMALL = 1024, 640  # pixels of a picture alone, and of one among several

PROMPTS = [
    QuickPrompt("Describe", "notes", "Describe the image in detail."),
    QuickPrompt("Read the text", "match_case", "Read all text in the image, line by line."),
    QuickPrompt("List the objects", "list", "List the objects in the image, with their colors."),
    QuickPrompt(
        "Compare", "compare", "Compare the images: what is the same, and what differs?", many=True
    ),
]


def draw_pictures(media: list[Attachment]) -> None:
    """One picture large; several as a numbered grid."""
    attachments.chat.look.write = partial(shown, line_breaks=True)
    if len(media) == 1:
        draw_picture(media[0], LARGE)
        return
    for first in range(0, len(media), 2):  # row by row: a narrow screen puts the columns in a line
        row = zip(st.columns(2), media[first : first + 2], strict=False)
        for number, (column, one) in enumerate(row, first + 1):
            with column:
                draw_picture(one, SMALL, caption=str(number))


attachments = attachments_of("image")
media_page(
    attachments,
    draw_pictures,
    prompts=PROMPTS,
    placeholder="Ask, or paste more images",
)
