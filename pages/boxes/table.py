"""The list of found items: where each is, in the API's coordinates or in pixels."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import streamlit as st
from PIL import Image

from gemini.media.images import data_url, png
from gemini.spatial.items import Item, Point, kind
from gemini.spatial.style import PALETTE, Colour

RELATIVE, PIXELS = "0-1000", "Pixels"
NO = "No."
ROW = 35  # pixels a row is high, and the head
LONG = 14  # characters of a label; longer ones would push the numbers out of sight
TALLEST = 560  # pixels
MARK, LABEL, NUMBER = 36, 120, 54  # pixels a column is wide


def draw_table(
    items: Sequence[Item],
    colour_of: Mapping[str, Colour],
    full_size: tuple[int, int],
    *,
    key: str,
    numbered: bool,
) -> int | None:
    """Draw a row for each item; the place in `items` of the row that is picked.

    Pixels are those of a picture of `full_size`, (width, height).
    """
    unit = st.segmented_control(
        "Coordinates",
        [RELATIVE, PIXELS],
        key="boxes-unit",
        default=RELATIVE,
        required=True,
        help=f"From the top left corner: 0-1000 as the API returns them, or pixels of the image, "
        f"{full_size[0]:,} x {full_size[1]:,}.",
        persist_state="session",
    )
    size = full_size if unit == PIXELS else None
    mixed = len({kind(item) for item in items}) > 1
    rows = [_row(i, item, colour_of, size, mixed=mixed) for i, item in enumerate(items)]
    longest = max((len(item.label) for item in items), default=0)
    label = LABEL if longest > LONG else None  # else as wide as its longest
    hidden = {} if numbered else {NO: None}
    narrow = {name: _number(name) for name in _places(items, size)}
    event = st.dataframe(
        rows,
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
        height=min(TALLEST, (len(rows) + 1) * ROW + 3),
        column_config={
            NO: st.column_config.NumberColumn(width=MARK),
            "Color": st.column_config.ImageColumn("", width=MARK),
            "Label": st.column_config.TextColumn(width=label),
            **narrow,
            **hidden,
        },
        alt="Found items, one per row",
    )
    if items:
        st.caption("Select a row, or click in the image, to see one item alone.")
    chosen = event.selection.rows
    return chosen[0] if chosen and chosen[0] < len(items) else None


def pick(key: str, place: int) -> None:
    """Pick the row at a place in the table of that key, or let go of it. Only in a callback."""
    before = st.session_state.get(key)
    rows = before["selection"]["rows"] if before else []
    rows = [] if rows == [place] else [place]
    st.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}


def _row(
    index: int,
    item: Item,
    colour_of: Mapping[str, Colour],
    size: tuple[int, int] | None,
    *,
    mixed: bool,
) -> dict[str, Any]:
    row: dict[str, Any] = {
        NO: index + 1,
        "Color": swatch(colour_of.get(item.label, PALETTE[0])),
        "Label": item.label,
    }
    if mixed:
        row["Kind"] = kind(item)
    return row | _coordinates(item, size)


def _coordinates(item: Item, size: tuple[int, int] | None) -> dict[str, float]:
    """In the API's order, y before x, from 0 to 1000; in pixels in Pillow's, x before y."""
    if isinstance(item, Point):
        if size is None:
            return {"y": round(item.y, 1), "x": round(item.x, 1)}
        x, y = item.pixel(size)
        return {"x": x, "y": y}
    if size is None:
        values = (round(n, 1) for n in item.box_2d)
        return dict(zip(("ymin", "xmin", "ymax", "xmax"), values, strict=True))
    return item.pixels(size)._asdict()


def _places(items: Sequence[Item], size: tuple[int, int] | None) -> list[str]:
    return list(dict.fromkeys(name for item in items for name in _coordinates(item, size)))


def _number(name: str) -> Any:
    return st.column_config.NumberColumn(name, width=NUMBER)


@lru_cache(maxsize=64)
def swatch(colour: Colour) -> str:
    """A colour as a small picture, as a `data:` URL."""
    return data_url(png(Image.new("RGB", (16, 16), colour)))
