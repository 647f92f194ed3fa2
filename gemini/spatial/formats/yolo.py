"""YOLO: a line a box, "class centre-x centre-y width height", each a fraction of the picture.

The classes are numbers; their names stand in a second file, one a line, in that order. Points
have no line in this format, and a mask is its box.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from gemini.spatial.formats import FormatError, Loaded, class_name, left_out
from gemini.spatial.items import SCALE, Box, Item, Mask, Point


@dataclass(frozen=True, slots=True)
class Yolo:
    """The files: the picture's `labels`.txt, `classes`.txt and the `data`.yaml of a data set."""

    labels: str
    classes: str
    data: str
    notes: tuple[str, ...] = ()


def write(items: Sequence[Item], classes: Sequence[str] = ()) -> Yolo:
    """The boxes; labels that are not in `classes` are added behind them."""
    boxes = [item for item in items if not isinstance(item, Point)]
    names = list(dict.fromkeys([*classes, *(class_name(box.label) for box in boxes)]))
    lines = [f"{names.index(class_name(box.label))} {_line(box)}" for box in boxes]
    masked = sum(isinstance(item, Mask) for item in items)
    notes = left_out(len(items) - len(boxes), "point", "YOLO's format has boxes only")
    notes += left_out(masked, "mask", "the boxes around them are written")
    labels, listed = ("".join(f"{line}\n" for line in text) for text in (lines, names))
    return Yolo(labels, listed, _data(names), notes)


def read(labels: str, classes: str) -> Loaded:
    """The boxes of a labels file, named by a classes file.

    Raises:
        FormatError: naming the first line that can't be read.
    """
    names = classes.splitlines()
    items: list[Item] = []
    for number, line in enumerate(labels.splitlines(), start=1):
        if line.strip():
            items.append(_box(line.split(), names, number))
    return Loaded(tuple(items), None)


def _data(names: Sequence[str]) -> str:
    """What Ultralytics and supervision read first (docs.ultralytics.com/datasets/detect)."""
    folders = "path: .\ntrain: images\nval: images\n"
    listed = [f"  {n}: {json.dumps(name, ensure_ascii=False)}\n" for n, name in enumerate(names)]
    return "".join([folders, "names:\n", *listed])


def _line(box: Box) -> str:
    numbers = (
        (box.xmin + box.xmax) / 2,
        (box.ymin + box.ymax) / 2,
        box.xmax - box.xmin,
        box.ymax - box.ymin,
    )
    return " ".join(f"{n / SCALE:.6f}" for n in numbers)


def _box(words: list[str], names: list[str], number: int) -> Box:
    where = f"Line {number} of the YOLO labels"
    try:
        place = int(words[0])
        x, y, width, height = (float(word) * SCALE for word in words[1:])
    except ValueError as error:
        raise FormatError(f"{where} isn't a class and four numbers.") from error
    if not 0 <= place < len(names):
        raise FormatError(f"{where} names class {place}; there are {len(names)} classes.")
    if not all(map(math.isfinite, (x, y, width, height))) or width < 0 or height < 0:
        raise FormatError(f"{where} has numbers that are no box.")
    edges = (y - height / 2, x - width / 2, y + height / 2, x + width / 2)
    return Box(names[place], *(round(min(max(edge, 0.0), SCALE), 6) for edge in edges))
