"""The picture of the page about boxes: adding one, choosing a sample, showing it bare."""

from functools import partial
from typing import Any

import streamlit as st
from PIL import Image

from components.attachments.adding import draw_adding
from components.attachments.listing import facts
from components.attachments.page import sample_media
from components.files.previews import draw_card, draw_picture
from components.markdown.literal import literal
from components.samples import draw_about, samples
from components.session import bound
from gemini.media.attachment import Attachment
from gemini.media.images import eight_bit, opened, whole
from gemini.spatial.draw import rgb
from gemini.spatial.prompts import advised_limit
from pages.boxes.state import PAGE, BoxesQuestion, BoxesState, fill_form

CARD = 170  # pixels
LEAST_SIDE = 800  # pixels; a smaller picture is magnified, or its labels would be as coarse
MOST_MAGNIFIED = 16


def canvas(picture: Attachment) -> Image.Image:
    """The picture ("RGB") to draw on for the screen; a small one magnified by a whole factor."""
    with opened(picture.data) as image:
        plain = rgb(eight_bit(image))
    times = min(MOST_MAGNIFIED, -(-LEAST_SIDE // max(plain.size)))
    if times <= 1:
        return plain
    size = (plain.width * times, plain.height * times)
    return plain.resize(size, Image.Resampling.BICUBIC)


def full(picture: Attachment) -> Image.Image:
    """The picture ("RGB") with all the pixels it came with, for crops and exports."""
    return rgb(whole(picture))


def draw_welcome(state: BoxesState) -> None:
    """Draw the page while there is no picture: what it is for, ways to begin."""
    draw_about(PAGE)
    state.media.complaints.draw()
    draw_adding(state.media)
    st.caption("Or try one of these:")
    with st.container(horizontal=True, gap="small"):
        for number, sample in enumerate(samples(PAGE)["samples"]):
            _draw_card(state, number, sample)


def draw_choice(state: BoxesState, picture: Attachment) -> None:
    """Draw the choice among pictures that were added at once."""
    media = {one.digest: one for one in state.media.media}
    if len(media) < 2:
        return
    numbers = {digest: number for number, digest in enumerate(media, 1)}

    st.selectbox(
        "Image",
        list(media),
        format_func=lambda digest: f"{numbers[digest]}. {media[digest].name}",
        **bound(
            "boxes-chosen",
            picture.digest,
            partial(setattr, state, "chosen"),
            "index",
            list(media),
        ),
    )


def draw_picture_menu(state: BoxesState, picture: Attachment) -> None:
    """Draw the button that leads to another picture."""
    with st.popover("Change image", icon=":material/image:", key="boxes-picture"):
        st.caption(f"{literal(picture.name)} · {facts(picture)}")
        draw_adding(state.media)
        st.button(
            "Remove image",
            key="boxes-remove",
            icon=":material/delete:",
            type="tertiary",
            on_click=state.remove_picture,
        )


def draw_bare(picture: Attachment) -> None:
    """Draw the picture before anything was found on it."""
    side = 1024
    draw_picture(picture, side)
    note = f" {picture.note[0].upper()}{picture.note[1:]}." if picture.note else ""
    st.caption(f"{literal(picture.name)} · {facts(picture)}.{note}")


def _draw_card(state: BoxesState, number: int, sample: dict[str, Any]) -> None:
    """Draw a sample: its picture, and the button that looks at it."""
    media = sample_media(sample["media"])
    question = BoxesQuestion(sample["mode"], sample["find"], sample.get("limit", advised_limit()))

    def run() -> None:
        state.look_at(media)
        fill_form(question)
        state.ask(question)

    with st.container(width=CARD, gap="xsmall"):
        draw_card(media, 2 * CARD)
        st.button(
            sample["label"],
            key=f"sample-{PAGE}-{number}",
            icon=f":material/{sample['icon']}:",
            help=f"{sample['mode'].capitalize()}: {sample['find']}",
            width="stretch",
            on_click=run,
        )
