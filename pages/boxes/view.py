"""Which of the found items are looked at, and how they are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.markdown.literal import literal
from gemini.spatial.items import Item, Point
from gemini.spatial.match import counts
from gemini.spatial.prompts import Mode

MERGE_IOU = 0.7
OPACITY = 45  # percent
MOST_PILLS = 14  # labels; more are chosen from a list
SIZES = (0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0)  # percent of the picture


@dataclass(frozen=True)
class View:
    """What the switches say. `opacity` of masks is 0-1; `merge_iou` None: nothing is merged."""

    labels: bool
    numbered: bool
    opacity: float
    merge_iou: float | None


def draw_view(mode: Mode) -> View:
    """Draw the switches where the script is."""
    merge = st.toggle(
        "Merge duplicates",
        key="boxes-merge",
        help="Keeps only the first of the items with the same label that overlap by "
        f"{MERGE_IOU:.0%} or more.",
        persist_state="session",
    )
    with st.popover("View", icon=":material/visibility:", key="boxes-view"):
        st.session_state.setdefault("boxes-labels", True)
        labels = st.toggle("Names", key="boxes-labels", persist_state="session")
        numbered = st.toggle(
            "Numbers", key="boxes-numbers", help="As in the table.", persist_state="session"
        )
        opacity = OPACITY
        if mode == "masks":
            st.session_state.setdefault("boxes-opacity", OPACITY)
            opacity = st.slider(
                "Mask opacity, %",
                0,
                100,
                key="boxes-opacity",
                step=5,
                persist_state="session",
            )
    return View(labels, numbered, opacity / 100, MERGE_IOU if merge else None)


def draw_filter(items: Sequence[Item], name: str, menu: DeltaGenerator) -> tuple[Item, ...]:
    """Draw the filter and give the items that pass it, in their order.

    `name` tells runs apart; `menu` is where the button for the sizes goes.
    """
    labels = _draw_labels(items, name)
    low, high = _draw_sizes(items, f"boxes-size-{name}", menu)
    return tuple(
        item
        for item in items
        if (not labels or item.label in labels)
        and (isinstance(item, Point) or low <= 100 * item.area <= high)
    )


def _draw_sizes(items: Sequence[Item], key: str, menu: DeltaGenerator) -> tuple[float, float]:
    """The least and the largest size, in percent of the picture."""
    every = (SIZES[0], SIZES[-1])
    if sum(not isinstance(item, Point) for item in items) < 2:
        return every
    dot = " :primary[•]" if st.session_state.get(key, every) != every else ""
    with menu.popover(f"Size{dot}", icon=":material/photo_size_select_small:", key=f"{key}-menu"):
        return st.select_slider(
            "Size, % of the image",
            SIZES,
            every,
            key=key,
            format_func=lambda percent: f"{percent:g}",
            width=360,
        )


def _draw_labels(items: Sequence[Item], name: str) -> list[str]:
    """The labels with their counts, the most frequent first; none chosen means all."""
    numbers = counts(items)
    if len(numbers) < 2:
        return []
    key = f"boxes-labels-{name}"
    if len(numbers) <= MOST_PILLS:
        return st.pills(
            "Labels",
            list(numbers),
            selection_mode="multi",
            key=key,
            format_func=lambda label: f"{literal(label) or '(no label)'}  **{numbers[label]}**",
            label_visibility="collapsed",
        )
    return st.multiselect(
        "Labels",
        list(numbers),
        key=key,
        format_func=lambda label: f"{label or '(no label)'} ({numbers[label]})",
        placeholder=f"All {len(numbers)} labels",
        label_visibility="collapsed",
    )
