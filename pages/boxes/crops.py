"""The found items, each cut out of the picture."""

from collections.abc import Sequence

import streamlit as st
from PIL import Image

from components.markdown.literal import literal
from gemini.media.attachment import Attachment
from gemini.spatial.items import Item, Mask
from gemini.spatial.masks import crop, cut_out
from pages.boxes.picture import full

CARD = 150  # pixels
MOST_AT_ONCE = 48


def draw_crops(picture: Attachment, items: Sequence[Item]) -> None:
    """Draw the crops as cards, numbered as in the table. Masks can be shown without their ground.

    They are cut from `picture` as it came, not from what was sent.
    """
    alone = any(isinstance(item, Mask) for item in items) and st.toggle(
        "Without the background", key="boxes-cut-out", persist_state="session"
    )
    shown = _shown(len(items), picture)
    cards = _cards(picture, picture.digest, tuple(items[:shown]), alone)
    with st.container(horizontal=True, gap="small"):
        for number, (item, card) in enumerate(zip(items, cards, strict=False), 1):
            with st.container(width=CARD, gap="xsmall"):
                st.image(card, width="stretch", alt=item.label)
                st.caption(f"{number} {literal(item.label)}".rstrip())


def _shown(count: int, picture: Attachment) -> int:
    """How many cards to draw; a button asks for all."""
    if count <= MOST_AT_ONCE:
        return count
    key = f"boxes-all-crops-{picture.digest[:12]}"
    every = st.toggle(f"Show all {count:,}, not only the first {MOST_AT_ONCE}", key=key)
    return count if every else MOST_AT_ONCE


@st.cache_resource(ttl="15m", max_entries=8, show_spinner=False)
def _cards(
    _picture: Attachment,
    digest: str,  # noqa: ARG001
    items: tuple[Item, ...],
    alone: bool,
) -> list[Image.Image]:
    """The crops; a large picture isn't read again at every click on them."""
    whole = full(_picture)
    return [_card(whole, item, alone=alone) for item in items]


def _card(whole: Image.Image, item: Item, *, alone: bool) -> Image.Image:
    """A crop for a card of `CARD` pixels, sharp on screens of twice the resolution."""
    if alone and isinstance(item, Mask):
        part = cut_out(whole, item)
    else:
        part = crop(whole, item, margin=0.04)
    part.thumbnail((2 * CARD, 2 * CARD))
    return part
