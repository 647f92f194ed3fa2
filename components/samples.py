"""What an empty page shows: what it is for, and samples that run at a click."""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

FOLDER = Path(__file__).parent.parent / "samples"


@cache
def samples(page: str) -> dict[str, Any]:
    """The samples of a page, from `samples/<page>.toml`."""
    return tomllib.loads((FOLDER / f"{page.replace('-', '_')}.toml").read_text(encoding="utf-8"))


def draw_about(page: str) -> None:
    """Draw the title of a page and what it is for."""
    shown = samples(page)
    st.title(shown["title"], anchor=False)
    st.markdown(shown["about"])


def draw_sample_buttons(
    page: str, take: Callable[[dict[str, Any]], None], note: str = "prompt"
) -> None:
    """Draw a button for each sample of a page; a click gives it to `take`.

    What stands under `note` in a sample, if it is there, is the button's help.
    """
    with st.container(horizontal=True, gap="small"):
        for number, sample in enumerate(samples(page)["samples"]):
            st.button(
                sample["label"],
                key=f"sample-{page}-{number}",
                icon=f":material/{sample['icon']}:",
                help=sample.get(note),
                on_click=take,
                args=(sample,),
            )
