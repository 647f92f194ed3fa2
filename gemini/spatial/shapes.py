"""The shapes in which models write boxes, points and masks: from JSON values to raw coordinates.

Nothing is judged here but the shape: what the numbers mean for a picture is `parse`'s part. The
shapes are those seen in replies: Google's own (`box_2d`, `point`, `mask`), other key names, bare
lists, corners as fields, lists of corners, wrappers around the list, labels as keys.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gemini.spatial.loose import CutArray, CutObject

BOX_KEYS = (
    *("box2d", "box", "bbox", "bbox2d", "boundingbox", "boundingbox2d", "rect", "rectangle"),
    *("boxes", "boxes2d", "bboxes", "boundingboxes", "coordinates", "coords"),
)
POINT_KEYS = (
    *("point", "points", "point2d", "pt", "center", "centre", "location", "position"),
    "keypoint",
)
SOLID_KEYS = ("box3d", "bbox3d", "boundingbox3d")
MASK_KEYS = ("mask", "masks", "segmentation", "segmentationmask", "maskpng")
LABEL_KEYS = (
    *("label", "name", "class", "classname", "category", "object", "title"),
    *("type", "tag", "text", "caption", "description"),
)
WRAPPER_KEYS = (
    *("objects", "items", "detections", "predictions", "results", "result", "annotations"),
    *("instances", "segments", "output", "response", "data", "answer", "list", "entities"),
    *("elements", ""),
)
CORNERS = (
    ("ymin", "xmin", "ymax", "xmax"),
    ("y1", "x1", "y2", "x2"),
    ("y0", "x0", "y1", "x1"),
    ("top", "left", "bottom", "right"),
)
CORNER_AND_SIZE = (("y", "x", "height", "width"), ("y", "x", "h", "w"))

_PLAIN = re.compile(r"[^a-z0-9]")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What neither XML nor UTF-8 takes: control characters and halves of surrogate pairs."""
_NUMBER = re.compile(r"[-+]?(?:\d++\.?\d*+|\.\d++)(?:[eE][-+]?\d++)?+")


SCORE_KEYS = ("confidence", "score", "probability")
PARALLEL_KEYS = ("labels", "names", "classes", "classnames", "categories")
"""Names beside a list of boxes, one for each."""


@dataclass(frozen=True, slots=True)
class Lost:
    """An item without coordinates that can be drawn; `solid` when they are of a 3D box."""

    solid: bool = False


@dataclass(frozen=True, slots=True)
class Raw:
    """Coordinates as they were written: four of a box or two of a point, y first.

    `scored` when a confidence stands beside them.
    """

    label: str
    numbers: tuple[float, ...]
    mask: Any = None
    scored: bool = False


def walk(value: Any) -> Iterator[Raw | Lost]:
    """Every box and point in a JSON value, in the order of the text, and what can't be one."""
    stack: list[tuple[Any, str]] = [(value, "")]
    while stack:
        node, label = stack.pop()
        inner: list[tuple[Any, str]] = []
        if isinstance(node, list):
            rows = [] if isinstance(node, CutArray) else _listed(node, label)
            yield from rows
            inner = [] if rows else [(child, label) for child in node]
            if not rows and not isinstance(node, CutArray):
                yield from [Lost()] * sum(map(_is_broken_row, node))
        elif isinstance(node, dict):
            fields = {plain(key): child for key, child in node.items()}
            rows = [] if isinstance(node, CutObject) else list(_item(fields, label))
            yield from rows
            inner = [] if rows else list(_children(node, label))
        stack.extend(reversed(inner))


def names_nothing(value: Any) -> bool:
    """Whether a JSON value is an empty list, or holds one where its items would be."""
    while isinstance(value, dict) and value:
        wrapped = [
            v for k, v in value.items() if plain(k) in (*WRAPPER_KEYS, *BOX_KEYS, *POINT_KEYS)
        ]
        if not wrapped:
            return False
        value = wrapped[0]
    return isinstance(value, list | dict) and not value


def _listed(node: list[Any], label: str) -> list[Raw]:
    """A bare box, a list of them, or a box with its name in one list."""
    if rows := _coordinates(node, (4,)):
        return [Raw(label, numbers) for numbers in rows]
    if len(node) not in (3, 5, 6) or any(isinstance(child, list | dict) for child in node):
        return []
    names = [child for child in node if isinstance(child, str) and _number(child) is None]
    numbers = [number for child in node if (number := _number(child)) is not None]
    if len(names) != 1 or len(numbers) != len(node) - 1:
        return []
    scored = len(numbers) == 5
    if scored:  # a confidence behind the corners, or before them
        numbers = numbers[:4] if 0 <= numbers[4] <= 1 else numbers[1:]
    return [Raw(_text(names[0]), tuple(numbers), scored=scored)]


def _is_broken_row(value: Any) -> bool:
    """Whether an element of a list would be a box, had it four numbers that can be read."""
    if not isinstance(value, list) or isinstance(value, CutArray) or len(value) not in (3, 4, 5):
        return False
    return all(isinstance(n, int | float | None) for n in value) and not numbers_in(value, 4)


def plain(key: str) -> str:
    """A key without case and punctuation: `boundingBox_2D` and `bounding_box_2d` are one."""
    return _PLAIN.sub("", key.lower())


def _children(node: dict[str, Any], label: str) -> Iterator[tuple[Any, str]]:
    """What to look into when an object is no item itself; its keys may be labels."""
    is_cut = isinstance(node, CutObject)
    for key, child in node.items():
        if not isinstance(child, list | dict):
            continue
        is_wrapper = plain(key) in (*WRAPPER_KEYS, *BOX_KEYS, *POINT_KEYS, *MASK_KEYS)
        if is_cut and _coordinates(child, (4, 2)):
            continue  # a field of the object that is missing its end, its label perhaps too
        if not is_wrapper and numbers_in(child, 2):
            # {"nose": [500, 500]} is a point named by its key; two numbers elsewhere are anything.
            yield {"point": child, "label": key}, label
        else:
            yield child, label if is_wrapper else _text(key)


def _item(fields: dict[str, Any], label: str) -> Iterator[Raw | Lost]:
    """The items that an object is, with its label and mask; nothing when it is a wrapper."""
    label = next(
        (text for key in LABEL_KEYS if (text := _text(fields.get(key)))),
        label,
    )
    mask = next((fields[key] for key in MASK_KEYS if fields.get(key)), None)
    scored = any(key in fields for key in SCORE_KEYS)
    for keys, lengths in ((BOX_KEYS, (4, 2)), (POINT_KEYS, (2, 4))):
        for key, value in fields.items():
            if key in keys and (rows := _coordinates(value, lengths)):
                labels = _labels(fields, len(rows), label)
                yield from (Raw(*row, mask, scored) for row in zip(labels, rows, strict=True))
                return
    if numbers := _named(fields):
        yield Raw(label, numbers, mask, scored)
    elif any(key in fields for key in SOLID_KEYS):
        yield Lost(solid=True)
    elif any(key in fields and _is_broken(fields[key]) for key in (*BOX_KEYS, *POINT_KEYS)):
        yield Lost()


def _labels(fields: dict[str, Any], count: int, label: str) -> list[str]:
    """A label for each of the boxes in one object: from a list of as many, else the same."""
    for key in (*PARALLEL_KEYS, *LABEL_KEYS):
        names = fields.get(key)
        if isinstance(names, list) and len(names) == count:
            return [_text(name) for name in names]
    return [label] * count


def _is_broken(value: Any) -> bool:
    """Whether the value of a box or point field was meant as coordinates, and isn't any."""
    if isinstance(value, dict):
        return any(name in {plain(key) for key in value} for corner in CORNERS for name in corner)
    return (
        isinstance(value, list)
        and bool(value)
        and not any(isinstance(child, list | dict) for child in value)
    )


def _coordinates(value: Any, lengths: tuple[int, ...]) -> list[tuple[float, ...]]:
    """One box or point, or a list of them, each of one of `lengths`; empty if it is neither."""
    if isinstance(value, dict):
        numbers = _named({plain(key): child for key, child in value.items()})
        return [numbers] if numbers and not isinstance(value, CutObject) else []
    for length in lengths:
        if numbers := numbers_in(value, length):
            return [numbers]
    if not isinstance(value, list) or isinstance(value, CutArray):
        return []
    if len(value) == 2 and lengths[0] == 4 and all(numbers_in(corner, 2) for corner in value):
        first, second = (numbers_in(corner, 2) for corner in value)
        return [(*first, *second)]
    for length in lengths:
        rows = [numbers_in(child, length) for child in value]
        if rows and all(rows):
            return rows
    return []


def _named(fields: dict[str, Any]) -> tuple[float, ...]:
    """Coordinates written as fields: corners, a corner and a size, or x and y."""
    for names in CORNERS:
        if numbers := numbers_in([fields.get(name) for name in names], 4):
            return numbers
    for names in CORNER_AND_SIZE:
        if numbers := numbers_in([fields.get(name) for name in names], 4):
            y, x, height, width = numbers
            return (y, x, y + height, x + width)
    return numbers_in([fields.get("y"), fields.get("x")], 2)


def numbers_in(value: Any, length: int) -> tuple[float, ...]:
    """Exactly `length` finite numbers, from a list or a text such as "[10, 20]"; else empty."""
    if isinstance(value, str):
        if len(value) > 200:
            return ()
        value = value.strip("[]() \n").replace(",", " ").split()
    if not isinstance(value, list) or len(value) != length or isinstance(value, CutArray):
        return ()
    numbers = [_number(child) for child in value]
    return tuple(n for n in numbers if n is not None) if None not in numbers else ()


def _number(value: Any) -> float | None:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # an integer beyond any float
        return None
    return number if math.isfinite(number) else None


def _text(value: Any) -> str:
    """A label on one printable line; numbers as they are, a list of texts joined."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, [v for v in value if isinstance(v, str)])))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}" if isinstance(value, float) else str(value)[:40]
    return " ".join(_UNPRINTABLE.sub(" ", value).split()) if isinstance(value, str) else ""
