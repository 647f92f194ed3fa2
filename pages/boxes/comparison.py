"""Two runs about one picture: what both found, and what only one of them did."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from gemini.spatial.draw import draw
from gemini.spatial.items import Item
from gemini.spatial.match import MatchResult, compare
from gemini.spatial.parse import parse
from gemini.spatial.style import Colour
from pages.boxes.overlay import SCALE_ON_SCREEN, draw_overlay
from pages.boxes.picture import canvas
from pages.boxes.state import BoxesRun, BoxesState
from pages.boxes.table import swatch

BOTH, ONLY_THIS, ONLY_OTHER = "Both", "Only this run", "Only the other run"
COLOURS: dict[str, Colour] = {
    BOTH: (60, 235, 60),
    ONLY_THIS: (255, 210, 30),
    ONLY_OTHER: (255, 135, 255),
}
"""Three of the palette that no kind of colour blindness makes one."""


@dataclass(frozen=True)
class ComparedItem:
    """An item of either run. `other` is what the other run calls it; `overlap` is 0-1."""

    outcome: str
    item: Item
    other: str = ""
    overlap: float | None = None


def draw_compare(state: BoxesState, boxes_run: BoxesRun) -> None:
    """Draw the comparison of a run with an earlier one that is chosen, or a way to make one."""
    others = [a for a in reversed(state.about(boxes_run.picture)) if a is not boxes_run]
    others.sort(key=lambda a: _likeness(a, boxes_run), reverse=True)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Run it again",
            key="boxes-again",
            icon=":material/refresh:",
            help="A model's answers vary from run to run. This shows how much.",
            on_click=state.ask_again,
            args=(boxes_run.question,),
        )
        other = _choose(others)
    if other is None:
        st.caption("No other run on this image yet. Run it again to compare.")
        return
    draw_comparison(boxes_run, other)


def draw_comparison(boxes_run: BoxesRun, other: BoxesRun) -> None:
    """Draw two runs on one picture, in a colour for each outcome, with the pairs as a table."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        iou = st.slider(
            "Minimum overlap (IoU)",
            0.1,
            0.95,
            0.5,
            0.05,
            key="boxes-iou",
            width=280,
            help="Boxes match when their shared area is at least this part of the area they cover "
            "together. Points match when they are close.",
        )
        same_label = st.toggle("Labels must match", key="boxes-same-label")
    this, that = parse(boxes_run.text()), parse(other.text())
    left, right = this.items, that.items
    comparison = compare(left, right, iou=iou, same_label=same_label)
    matches = list(_matches(left, right, comparison))
    _draw_figures(comparison)
    for run, parsed in ((boxes_run, this), (other, that)):
        if parsed.truncated:
            st.caption(
                f":material/info: The answer of run {run.number} is incomplete: what's missing "
                "counts as not found."
            )
    beside, column = st.columns([4, 3])
    with beside:
        _draw_marked(boxes_run, other, matches)
    with column:
        _draw_pairs(matches)


def _draw_marked(boxes_run: BoxesRun, other: BoxesRun, matches: Sequence[ComparedItem]) -> None:
    """Draw the picture with what both runs found, in a colour for each outcome."""
    marked = [replace(m.item, label=m.outcome) for m in matches]
    drawing = draw(
        canvas(boxes_run.sent), marked, colour_of=COLOURS, labels=False, scale=SCALE_ON_SCREEN
    )
    draw_overlay(
        drawing.image,
        [replace(m.item, label=_name(m)) for m in matches],
        {_name(m): COLOURS[m.outcome] for m in matches},
        key=f"boxes-comparison-{boxes_run.number}-{other.number}",
        alt="Both runs drawn on the image",
    )


def _draw_pairs(matches: Sequence[ComparedItem]) -> None:
    """Draw what both runs found as a table, an item a row."""
    st.dataframe(
        [
            {
                "Color": swatch(COLOURS[m.outcome]),
                "Found by": m.outcome,
                "Label": m.item.label,
                "Other label": m.other,
                "IoU": m.overlap,
            }
            for m in matches
        ],
        hide_index=True,
        placeholder="",
        column_config={
            "Color": st.column_config.ImageColumn("", width=36),
            "IoU": st.column_config.NumberColumn(format="%.2f", width=60),
        },
        alt="The items of both runs",
    )


def _likeness(other: BoxesRun, boxes_run: BoxesRun) -> int:
    """How much two questions are the same: to the letter, in their mode, or not at all."""
    if other.question == boxes_run.question:
        return 2
    return int(other.question.mode == boxes_run.question.mode)


def _choose(others: Sequence[BoxesRun]) -> BoxesRun | None:
    if not others:
        return None
    by_number = {a.number: a for a in others}
    number = st.selectbox(
        "Compare with",
        list(by_number),
        key="boxes-other",
        format_func=lambda number: by_number[number].title if number in by_number else "",
        width="stretch",
    )
    return by_number.get(number)


def _matches(
    left: Sequence[Item], right: Sequence[Item], comparison: MatchResult
) -> Sequence[ComparedItem]:
    return [
        *(
            ComparedItem(BOTH, left[p.left], right[p.right].label, p.overlap)
            for p in comparison.pairs
        ),
        *(ComparedItem(ONLY_THIS, left[i]) for i in comparison.only_left),
        *(ComparedItem(ONLY_OTHER, right[i]) for i in comparison.only_right),
    ]


def _name(match: ComparedItem) -> str:
    return f"{match.item.label} ({match.outcome.lower()})"


def _draw_figures(comparison: MatchResult) -> None:
    pairs = comparison.pairs
    mean = sum(p.overlap for p in pairs) / len(pairs) if pairs else None
    with st.container(horizontal=True):
        for name, count in (
            (BOTH, len(pairs)),
            (ONLY_THIS, len(comparison.only_left)),
            (ONLY_OTHER, len(comparison.only_right)),
        ):
            st.metric(name, count, border=True)
        st.metric("Mean IoU", "–" if mean is None else f"{mean:.2f}", border=True)
