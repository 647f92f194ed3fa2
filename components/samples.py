"""What an empty page shows: what it is for, and samples that run at a click."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from components.chat import Chat

FOLDER = Path(__file__).parent.parent / "samples"


@cache
def samples(page: str) -> dict[str, Any]:
    """The samples of a page, from `samples/<page>.toml`."""
    return tomllib.loads((FOLDER / f"{page}.toml").read_text(encoding="utf-8"))


def draw_samples(chat: Chat) -> None:
    """Draw the welcome and the samples while nothing has been asked yet."""
    place = st.empty()
    if chat.conversation.turns:
        return
    shown = samples(chat.page)
    with place.container():
        st.title(shown["title"], anchor=False)
        st.markdown(shown["about"])
        with st.container(horizontal=True):
            for number, sample in enumerate(shown["samples"]):
                st.button(
                    sample["label"],
                    key=f"sample-{chat.page}-{number}",
                    icon=f":material/{sample['icon']}:",
                    help=sample["prompt"],
                    on_click=chat.send,
                    args=([{"text": sample["prompt"]}], []),
                )
