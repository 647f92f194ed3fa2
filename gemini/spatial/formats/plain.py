"""JSON in the API's own terms with pixels beside them, and CSV for spreadsheets."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from gemini.format import harmless
from gemini.spatial import masks
from gemini.spatial.formats import ExportedText, left_out
from gemini.spatial.items import Item, Mask, Point, kind

COLUMNS = (
    *("kind", "label", "ymin", "xmin", "ymax", "xmax"),
    *("left", "top", "right", "bottom"),
)


def to_json(items: Sequence[Item], size: tuple[int, int]) -> ExportedText:
    """Every item with its 0-1000 coordinates in the API's order and its pixels in Pillow's.

    `{"image": {"width", "height"}, "items": [{"label", "box_2d", "pixels", "mask"?} | {"label",
    "point", "pixel"}]}`. `parse` reads it back.
    """
    image = {"width": size[0], "height": size[1]}
    document = {"image": image, "items": [_entry(item, size) for item in items]}
    return ExportedText(json.dumps(document, ensure_ascii=False, indent=2))


def to_csv(items: Sequence[Item], size: tuple[int, int]) -> ExportedText:
    """A line an item, `COLUMNS` in the first; a point is a box without extent; no masks.

    A label that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV
    injection).
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for item in items:
        writer.writerow([kind(item), harmless(item.label), *_cells(item, size)])
    masked = sum(isinstance(item, Mask) for item in items)
    notes = left_out(masked, "mask", "the boxes around them are written")
    return ExportedText(buffer.getvalue(), notes)


def _entry(item: Item, size: tuple[int, int]) -> dict[str, Any]:
    if isinstance(item, Point):
        point = [_short(item.y), _short(item.x)]
        return {"label": item.label, "point": point, "pixel": list(item.pixel(size))}
    entry: dict[str, Any] = {
        "label": item.label,
        "box_2d": [_short(n) for n in item.box_2d],
        "pixels": list(item.pixels(size)),
    }
    return entry | {"mask": masks.encode(item)} if isinstance(item, Mask) else entry


def _cells(item: Item, size: tuple[int, int]) -> list[int | float]:
    if isinstance(item, Point):
        y, x = _short(item.y), _short(item.x)
        return [y, x, y, x, *item.pixel(size), *item.pixel(size)]
    return [*map(_short, item.box_2d), *item.pixels(size)]


def _short(number: float) -> int | float:
    """A whole number without its `.0`."""
    return int(number) if number == int(number) else number
