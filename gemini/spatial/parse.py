"""A model's reply about places in a picture, read whatever shape it has.

`parse` is total: every text gives items, or a note that says why there are none, and none raises.
What was put right on the way (swapped corners, clipped values, masks that can't be read) is told
in the notes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gemini.format import counted
from gemini.spatial import loose, masks, shapes
from gemini.spatial.items import SCALE, Box, Item, Mask, Point
from gemini.spatial.match import merge_duplicates


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a reply says.

    `items` in the order of the reply; `notes` are sentences for the reader, one a matter;
    `truncated` when the reply stops in the middle, so that items may be missing.
    """

    items: tuple[Item, ...]
    notes: tuple[str, ...]
    truncated: bool


def parse(text: str, *, merge_iou: float | None = None) -> Parsed:
    """Reads the items of a reply.

    With `merge_iou` (0-1), of items with one label that overlap at least so much only the first
    stays. Never raises.
    """
    if not text.strip():
        return Parsed((), ("The answer is empty.",), truncated=False)
    reply = loose.read(text)
    walked = [one for value in reply.values for one in shapes.walk(value)]
    raws = [one for one in walked if isinstance(one, shapes.Raw)]
    tally = _lost(walked, "" if reply.strict or reply.cut else text)
    items = [item for raw in _to_scale(raws, tally) if (item := _item(raw, tally))]
    if merge_iou is not None:
        merged = merge_duplicates(items, merge_iou)
        tally["merged"] = len(items) - len(merged)
        items = merged
    notes = [_NOTES[key].format(n=counted(n, "item")) for key, n in tally.items() if n]
    if reply.cut:
        notes.insert(0, _CUT if items else _CUT_EMPTY)
    elif not walked:
        notes.append(_why_nothing(reply.values))
    return Parsed(tuple(items), tuple(notes), reply.cut)


def _lost(walked: Sequence[shapes.Raw | shapes.Lost], text: str) -> Counter[str]:
    """How many items can't be drawn, and why; also those of a broken `text` that aren't found."""
    lost = Counter(
        "solid" if one.solid else "lost" for one in walked if isinstance(one, shapes.Lost)
    )
    lost["lost"] = max(lost["lost"], len(_FIELD.findall(text)) - len(walked) + lost["lost"])
    return lost


_FIELD = re.compile(r"""["'](?:box_2d|point)["']?\s*+:""")
_CUT = "The answer is incomplete: the items that came whole are kept."
_CUT_EMPTY = "The answer is incomplete: it ends before its first item does."
_NOTES = {
    "lost": "Items whose coordinates can't be read were left out ({n}).",
    "solid": "3D boxes can't be drawn here and were left out ({n}).",
    "fractions": "The coordinates are fractions of 1, not 0-1000: they were scaled ({n}).",
    "swapped": "Corners in the wrong order were swapped ({n}).",
    "clipped": (
        "Coordinates outside 0-1000 were clipped ({n}). If the model answered in pixels, "
        "its boxes are in the wrong place: ask again."
    ),
    "empty": "Boxes without an area inside the image were left out ({n}).",
    "tokens": (
        "Masks came as tokens (<start_of_mask>...) that only Google's own decoder reads: "
        "the boxes are kept, the masks are not ({n})."
    ),
    "polygon": "Masks that are polygons aren't drawn, their boxes are kept ({n}).",
    "unreadable": "Masks that aren't readable PNGs were skipped, their boxes are kept ({n}).",
    "maskless": "Points can't have masks: the masks were skipped ({n}).",
    "scored": "Confidences beside the coordinates aren't kept ({n}).",
    "merged": "Duplicates were merged ({n}).",
}


def _why_nothing(values: Sequence[Any]) -> str:
    if not values:
        return "The answer is text without JSON, so there is nothing to draw."
    if all(map(shapes.names_nothing, values)):
        return "The model found nothing: its list is empty."
    return "The answer has JSON, but no boxes, points or masks in it."


def _to_scale(raws: list[shapes.Raw], tally: Counter[str]) -> Iterable[shapes.Raw]:
    """Raw coordinates on the scale of 1000, fractions of 1 included.

    A whole reply within one thousandth of the picture isn't meant, so these are fractions: of
    [0, 0, 1, 1], the whole picture.
    """
    numbers = [n for raw in raws for n in raw.numbers]
    if not all(0 <= n <= 1 for n in numbers) or not any(numbers):
        return raws
    tally["fractions"] = len(raws)
    return [replace(raw, numbers=tuple(n * SCALE for n in raw.numbers)) for raw in raws]


def _item(raw: shapes.Raw, tally: Counter[str]) -> Item | None:
    tally["scored"] += raw.scored
    numbers = [min(max(n, 0.0), SCALE) for n in raw.numbers]
    if numbers != list(raw.numbers):
        tally["clipped"] += 1
    if len(numbers) == 2:
        tally["maskless"] += raw.mask is not None
        return Point(raw.label, *numbers)
    y1, x1, y2, x2 = numbers
    if y1 > y2 or x1 > x2:
        tally["swapped"] += 1
    box = Box(raw.label, min(y1, y2), min(x1, x2), max(y1, y2), max(x1, x2))
    if not box.area:
        tally["empty"] += 1
        return None
    png = _mask(raw.mask, tally)
    return Mask(box.label, *box.box_2d, png) if png else box


def _mask(value: Any, tally: Counter[str]) -> bytes | None:
    """The PNG of a mask field, or None with the reason tallied."""
    if value is None:
        return None
    if isinstance(value, str) and masks.is_tokens(value):
        tally["tokens"] += 1
        return None
    if isinstance(value, list):
        tally["polygon"] += 1
        return None
    png = masks.decode(value) if isinstance(value, str) else None
    tally["unreadable"] += png is None
    return png
