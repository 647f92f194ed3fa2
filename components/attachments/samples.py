"""What an empty page about media shows: what it is for, ways to add some, samples to click."""

from collections.abc import Callable

import streamlit as st

from components.attachments.adding import draw_adding, draw_complaints
from components.attachments.state import Attachments
from components.files.previews import draw_card
from components.samples import FOLDER, draw_about, samples
from gemini.media.attachment import Attachment
from gemini.media.load import attachment

MEDIA = FOLDER / "media"
CARD = 170  # pixels; two in a row on a telephone


def draw_welcome(attachments: Attachments, notice: Callable[[], None] | None = None) -> None:
    """Draw the welcome of an empty page; `notice` draws what else should be known first."""
    draw_about(attachments.page)
    if notice:
        notice()
    draw_complaints(attachments)
    draw_adding(attachments)
    st.caption("Or try one of these:")
    with st.container(horizontal=True, gap="small"):
        for number, sample in enumerate(samples(attachments.page)["samples"]):
            _draw_card(attachments, number, sample)


@st.cache_resource(show_spinner=False)
def sample_media(name: str) -> Attachment:
    """A file of the gallery; read once per process, for everyone."""
    return attachment(name, (MEDIA / name).read_bytes())


def _draw_card(attachments: Attachments, number: int, sample: dict[str, str]) -> None:
    """Draw a sample: what it is about, if that can be seen, and the button that runs it."""
    media = sample_media(sample["media"])
    with st.container(width=CARD, gap="xsmall"):
        if media.kind in {"image", "document", "video"}:
            draw_card(media, 2 * CARD)
        st.button(
            sample["label"],
            key=f"sample-{attachments.page}-{number}",
            icon=f":material/{sample['icon']}:",
            help=sample["prompt"],
            width="stretch",
            on_click=lambda: attachments.sample(media, sample["prompt"]),
        )
