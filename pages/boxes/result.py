"""What was found: the drawn picture beside the table, and what can be done with it."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from components.markdown.literal import literal
from gemini.format import counted
from gemini.run import Run
from gemini.spatial.draw import draw
from gemini.spatial.items import Item, kind
from gemini.spatial.parse import Parsed, parse
from gemini.spatial.style import Colour, colours
from pages.boxes.comparison import draw_compare
from pages.boxes.export import draw_crops, draw_export
from pages.boxes.overlay import SCALE_ON_SCREEN, draw_overlay
from pages.boxes.picture import canvas
from pages.boxes.state import COMPARE, SECTION_KEY, BoxesRun, BoxesState
from pages.boxes.table import draw_table, pick
from pages.boxes.view import View, draw_filter, draw_view

COLUMNS = (4, 3)  # the picture, and what is told of it
PLURALS = {"box": "boxes", "point": "points", "mask": "masks"}


@dataclass(frozen=True)
class ShownItems:
    """What is on the screen of a run: the items that pass the filter, and how they are drawn.

    `complete` is False where the reply stops in the middle.
    """

    run: BoxesRun
    items: tuple[Item, ...]
    colour_of: dict[str, Colour]
    view: View
    complete: bool


@st.fragment
def draw_result(state: BoxesState, boxes_run: BoxesRun, _run: Run) -> None:
    """Draw what a run found. Picking, filtering and exporting run only this again."""
    if state.shown is not boxes_run:  # asked again from in here: the whole page is another one
        st.rerun()
    candidate = _choose_candidate(boxes_run)
    parsed = parse(boxes_run.text(candidate))
    if not parsed.items:
        stopped = boxes_run.run.outcome == "stopped"
        st.markdown(f"#### {'Stopped' if stopped else 'Nothing found'}", anchors=False)
        _draw_notes(parsed, boxes_run, candidate)
        _draw_nothing(boxes_run, candidate)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        headline = st.container(width="stretch")
        view = draw_view(boxes_run.question.mode)
        filters = st.container(width="content")
    if view.merge_iou is not None:
        parsed = parse(boxes_run.text(candidate), merge_iou=view.merge_iou)
    headline.markdown(f"#### {_headline(parsed.items)}", anchors=False)
    _draw_notes(parsed, boxes_run, candidate)
    name = f"{boxes_run.number}-{candidate}-{view.merge_iou}"
    items = draw_filter(parsed.items, name, filters)
    shown = ShownItems(
        boxes_run, items, colours(item.label for item in parsed.items), view, not parsed.truncated
    )
    _draw_items(shown, f"{name}-{_fingerprint(items)}")
    _draw_sections(state, shown)


def _choose_candidate(boxes_run: BoxesRun) -> int:
    """Which answer to look at, where several were asked for."""
    count = len(boxes_run.run.candidates)
    if count < 2:
        return 0
    return st.segmented_control(
        "Answer",
        list(range(count)),
        key=f"boxes-candidate-{boxes_run.number}",
        default=0,
        required=True,
        format_func=lambda index: f"Answer {index + 1}",
        label_visibility="collapsed",
    )


def _headline(items: Sequence[Item]) -> str:
    """How many of what: `5 boxes, 3 labels`."""
    kinds = [kind(item) for item in items]
    parts = [counted(n, k, PLURALS[k]) for k in PLURALS if (n := kinds.count(k))]
    labels = len({item.label for item in items})
    return ", ".join([*parts, counted(labels, "label")])


def _draw_notes(parsed: Parsed, boxes_run: BoxesRun, candidate: int) -> None:
    """What the reading of the reply had to put right, and what to do where the limit cut it."""
    candidates = boxes_run.run.candidates
    reason = candidates[candidate].finish_reason if candidate < len(candidates) else None
    advice = ["Raise the output limit, or ask for fewer items."] if reason == "MAX_TOKENS" else []
    for note in [*parsed.notes, *advice]:
        st.caption(f":material/info: {literal(note)}")


def _draw_nothing(boxes_run: BoxesRun, candidate: int) -> None:
    """The bare picture beside the words of the reply."""
    beside, column = st.columns(COLUMNS)
    beside.image(boxes_run.sent.data, width="stretch", alt=boxes_run.picture.name)
    if text := boxes_run.text(candidate).strip():
        column.caption("The answer as it came back:")
        column.code(text, language=None, wrap_lines=True, height=360 if len(text) > 900 else None)


def _draw_items(shown: ShownItems, name: str) -> None:
    """The picture and the table; what is picked in one is highlighted in both."""
    items, picture = shown.items, shown.run.picture
    if not items:
        st.caption("No items match the filter.")
    beside, column = st.columns(COLUMNS)
    with column:
        picked = draw_table(
            items,
            shown.colour_of,
            shown.run.size,
            key=f"boxes-table-{name}",
            numbered=shown.view.numbered,
        )
    with beside:
        drawing = draw(
            canvas(shown.run.sent),
            items,
            colour_of=shown.colour_of,
            highlight=picked,
            labels=shown.view.labels,
            numbered=shown.view.numbered,
            opacity=shown.view.opacity,
            scale=SCALE_ON_SCREEN,
        )
        draw_overlay(
            drawing.image,
            items,
            shown.colour_of,
            key=f"boxes-overlay-{name}",
            alt=f"{picture.name}, with the found items drawn on it",
            on_pick=lambda place: pick(f"boxes-table-{name}", place),
        )
        for note in drawing.notes:
            st.caption(f":material/info: {note}")


def _draw_sections(state: BoxesState, shown: ShownItems) -> None:
    """The crops, the comparison or the exports: the one that is chosen."""
    boxes_run, items = shown.run, shown.items
    sections: dict[str, Callable[[], None]] = {
        "Crops": lambda: draw_crops(boxes_run.picture, items),
        COMPARE: lambda: draw_compare(state, boxes_run),
        "Export": lambda: draw_export(
            boxes_run, items, shown.colour_of, shown.view, complete=shown.complete
        ),
    }
    icons = {"Crops": "crop", COMPARE: "compare", "Export": "download"}
    st.session_state.setdefault(SECTION_KEY, "Crops")
    section = st.segmented_control(
        "More",
        list(sections),
        key=SECTION_KEY,
        format_func=lambda name: f":material/{icons[name]}: {name}",
        label_visibility="collapsed",
        persist_state="session",
    )
    if section:
        sections[section]()


def _fingerprint(items: Sequence[Item]) -> int:
    """Tells one filtered list from another, so that no row stays picked that is another's."""
    return zlib.crc32(repr([item.label for item in items]).encode("utf-8", "replace"))
