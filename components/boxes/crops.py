"""The found items, each cut out of the picture."""

from collections.abc import Sequence

import streamlit as st
from PIL import Image

from components.boxes.picture import full
from components.literal import literal
from gemini.media import Attachment
from gemini.spatial.crops import crop, cut_out
from gemini.spatial.items import Item, Mask

CARD = 150  # pixels
MOST_AT_ONCE = 48


def draw_crops(picture: Attachment, items: Sequence[Item]) -> None:
    """Draw the crops as cards, numbered as in the table. Masks can be shown without their ground.

    They are cut from `picture` in full size, not from what was sent.
    """
    alone = any(isinstance(item, Mask) for item in items) and st.toggle(
        "Without the background", key="boxes-cut-out", persist_state="session"
    )
    whole = full(picture)
    shown = _shown(len(items), picture)
    with st.container(horizontal=True, gap="small"):
        for number, item in enumerate(items[:shown], 1):
            with st.container(width=CARD, gap="xsmall"):
                st.image(_card(whole, item, alone=alone), width="stretch", alt=item.label)
                st.caption(f"{number} {literal(item.label)}".rstrip())


def _shown(count: int, picture: Attachment) -> int:
    """How many cards to draw; a button asks for all."""
    if count <= MOST_AT_ONCE:
        return count
    key = f"boxes-all-crops-{picture.digest[:12]}"
    every = st.toggle(f"Show all {count:,}, not only the first {MOST_AT_ONCE}", key=key)
    return count if every else MOST_AT_ONCE


def _card(whole: Image.Image, item: Item, *, alone: bool) -> Image.Image:
    """A crop for a card of `CARD` pixels, sharp on screens of twice the resolution."""
    if alone and isinstance(item, Mask):
        part = cut_out(whole, item)
    else:
        part = crop(whole, item, margin=0.04)
    part.thumbnail((2 * CARD, 2 * CARD))
    return part
