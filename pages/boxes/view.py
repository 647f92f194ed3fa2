"""How found items are drawn: names, numbers, masks; and whether duplicates are merged."""

from dataclasses import dataclass

import streamlit as st

from gemini.spatial.prompts import Mode

MERGE_IOU = 0.7
OPACITY = 45  # percent


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
        help=f"Of items with one label that overlap by {MERGE_IOU:.0%} or more, the first stays.",
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
                "Opacity of masks, %",
                0,
                100,
                key="boxes-opacity",
                step=5,
                persist_state="session",
            )
    return View(labels, numbered, opacity / 100, MERGE_IOU if merge else None)
