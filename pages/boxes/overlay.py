"""The drawn picture on the screen: hovering an item names it, a click picks it.

Streamlit's own picture can't do that. The component's HTML, CSS and JavaScript are fixed; what a
model wrote goes in as data and is set as text.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from PIL import Image

from components.browser_component import browser_component
from gemini.media.images import data_url
from gemini.spatial.items import SCALE, Item, Point
from gemini.spatial.style import PALETTE, Colour

HTML = """<div class="frame"><img><div class="spots"></div><div class="name" hidden></div></div>
"""
QUALITY = 90  # of a JPEG on the screen
SCALE_ON_SCREEN = 1.5  # of lines and letters: the picture is in a column, seen from afar
SCRIPT = Path(__file__).with_suffix(".js")
STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
TALLEST = "80vh"  # a portrait would push all else off the screen


def draw_overlay(
    picture: Image.Image,
    items: Sequence[Item],
    colour_of: Mapping[str, Colour],
    *,
    key: str,
    alt: str,
    on_pick: Callable[[int], None] | None = None,
) -> None:
    """Draw a picture, on which `items` are drawn already, as something to point at.

    `on_pick` is given the place in `items` of the one that was clicked.
    """

    def picked() -> None:
        place = st.session_state[key].get("picked")
        if on_pick is not None and isinstance(place, int) and 0 <= place < len(items):
            on_pick(place)

    largest_first = sorted(range(len(items)), key=lambda i: -_area(items[i]))
    browser_component("picture_overlay", SCRIPT, HTML, STYLE)(
        key=key,
        data={
            "src": data_url(jpeg(picture), "image/jpeg"),
            "alt": alt,
            "maxWidth": f"calc({TALLEST} * {picture.width / picture.height:.4f})",
            "items": [_spot(items[i], i, colour_of) for i in largest_first],
        },
        on_picked_change=picked,
    )


def jpeg(picture: Image.Image) -> bytes:
    """A picture ("RGB") for the screen."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def _area(item: Item) -> float:
    return 0.0 if isinstance(item, Point) else item.area


def _spot(item: Item, index: int, colour_of: Mapping[str, Colour]) -> dict[str, Any]:
    """An item for the component: where it is, in percent of the picture, and what it is called."""
    red, green, blue = colour_of.get(item.label, PALETTE[0])
    spot: dict[str, Any] = {
        "index": index,
        "name": item.label or f"Item {index + 1}",
        "colour": f"rgb({red} {green} {blue})",
    }
    if isinstance(item, Point):
        detail = f"y {item.y:g}, x {item.x:g}"
        return spot | {"dot": True, "detail": detail} | _percent(left=item.x, top=item.y)
    edges = ", ".join(f"{n:g}" for n in item.box_2d)
    return (
        spot
        | {"dot": False, "detail": f"{edges} · {share(item.area)} of the image"}
        | _percent(
            left=item.xmin,
            top=item.ymin,
            width=item.xmax - item.xmin,
            height=item.ymax - item.ymin,
        )
    )


def _percent(**sides: float) -> dict[str, float]:
    return {side: round(100 * length / SCALE, 3) for side, length in sides.items()}


def share(area: float) -> str:
    """A share of the picture for people: `12 %`, `0.4 %`."""
    percent = 100 * area
    return f"{percent:.0f} %" if percent >= 10 else f"{percent:.2g} %"
