"""Pictures of media for the screen, made once and kept for a while."""

from functools import partial
from typing import Literal

import streamlit as st

from components.answer.problem import guarded
from components.markdown.literal import literal
from gemini.media.attachment import Attachment
from gemini.media.documents import page_image
from gemini.media.images import fitted, preview
from gemini.media.recordings import first_frame

FOR_A_WHILE = "15m"

_cached = partial(
    st.cache_data,
    max_entries=96,
    show_spinner=False,
    hash_funcs={Attachment: lambda one: one.digest},
)


def draw_picture(
    one: Attachment,
    side: int,
    *,
    width: int | Literal["stretch"] = "stretch",
    caption: str | None = None,
) -> None:
    """Draw a picture with `side` pixels at most where the script is, or say that it can't be."""
    with guarded(f"This image ({literal(one.name)})"):
        st.image(picture_preview(one, side), caption=caption, width=width, alt=one.name)


def draw_card(one: Attachment, pixels: int, *, width: int | Literal["stretch"] = "stretch") -> None:
    """Draw the card of a picture, video or document where the script is, or say that it can't."""
    with guarded(f"This preview ({literal(one.name)})"):
        st.image(card_preview(one, pixels), width=width, alt=one.name)


@_cached(ttl=FOR_A_WHILE)
def picture_preview(one: Attachment, side: int) -> bytes:
    """A picture, at most `side` pixels long and wide."""
    return preview(one, side)


@_cached(ttl=FOR_A_WHILE)
def page_preview(one: Attachment, number: int, width: int) -> bytes:
    """Page `number` (from 1) of a PDF, `width` pixels wide. Raises MediaError if it is damaged."""
    return page_image(one.data, number, width)


@_cached()
def card_preview(one: Attachment, width: int) -> bytes:
    """A picture, a video's first, or a document's first page; cut to the shape of a card."""
    picture = one.data
    if one.kind == "document":
        picture = page_image(picture, 1, width)
    elif one.kind == "video":
        picture = first_frame(one)
    return fitted(picture, width, width * 3 // 4)
