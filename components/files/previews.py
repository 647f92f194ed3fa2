"""Pictures of media for the screen, made once and kept for a while."""

from typing import Literal

import streamlit as st

from components.answer.problem import guarded
from components.markdown.literal import literal
from gemini.media.attachment import Attachment
from gemini.media.documents import page_image
from gemini.media.images import fitted, preview
from gemini.media.recordings import first_frame

CACHED = "15m"
MOST = 96


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


def picture_preview(one: Attachment, side: int) -> bytes:
    """A picture, at most `side` pixels long and wide."""
    return _picture(one, one.digest, side)


def page_preview(one: Attachment, number: int, width: int) -> bytes:
    """Page `number` (from 1) of a PDF, `width` pixels wide. Raises MediaError if it is damaged."""
    return _page(one, one.digest, number, width)


def card_preview(one: Attachment, width: int) -> bytes:
    """A picture, a video's first, or a document's first page; cut to the shape of a card."""
    return _card(one, one.digest, width)


@st.cache_data(ttl=CACHED, max_entries=MOST, show_spinner=False)
def _picture(_one: Attachment, digest: str, side: int) -> bytes:  # noqa: ARG001
    return preview(_one, side)


@st.cache_data(ttl=CACHED, max_entries=MOST, show_spinner=False)
def _page(_one: Attachment, digest: str, number: int, width: int) -> bytes:  # noqa: ARG001
    return page_image(_one.data, number, width)


@st.cache_data(max_entries=MOST, show_spinner=False)
def _card(_one: Attachment, digest: str, width: int) -> bytes:  # noqa: ARG001
    picture = _one.data
    if _one.kind == "document":
        picture = page_image(_one.data, 1, width)
    elif _one.kind == "video":
        picture = first_frame(_one)
    return fitted(picture, width, width * 3 // 4)
