"""Items in the formats that labelling and training tools read.

What a format has no place for is not bent into it: `notes` say what was left out.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from PIL import Image

from gemini.format import counted, csv_text
from gemini.spatial import masks
from gemini.spatial.items import SCALE, Box, Item, Mask, Point, kind

COLUMNS = (
    *("kind", "label", "ymin", "xmin", "ymax", "xmax"),
    *("left", "top", "right", "bottom"),
)
_RUN = re.compile(rb"\x00+|\xff+")
_VISIBLE = 2  # COCO: 0 not labelled, 1 labelled but hidden, 2 visible


@dataclass(frozen=True, slots=True)
class ExportedText:
    """A file's text, and sentences on what its format could not take."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Yolo:
    """The files: the picture's `labels`.txt, `classes`.txt and the `data`.yaml of a data set."""

    labels: str
    classes: str
    data: str
    notes: tuple[str, ...] = ()


def to_json(items: Sequence[Item], size: tuple[int, int]) -> ExportedText:
    """Every item with its 0-1000 coordinates in the API's order and its pixels in Pillow's.

    `{"image": {"width", "height"}, "items": [{"label", "box_2d", "pixels", "mask"?} | {"label",
    "point", "pixel"}]}`. `parse` reads it back.
    """
    image = {"width": size[0], "height": size[1]}
    return _json({"image": image, "items": [_entry(item, size) for item in items]})


def _entry(item: Item, size: tuple[int, int]) -> dict[str, Any]:
    coordinates = [_short(n) for n in _coordinates(item)]
    if isinstance(item, Point):
        return {"label": item.label, "point": coordinates, "pixel": item.pixel(size)}
    entry: dict[str, Any] = {"label": item.label, "box_2d": coordinates}
    entry["pixels"] = item.pixels(size)
    return entry | {"mask": masks.encode(item)} if isinstance(item, Mask) else entry


def to_csv(items: Sequence[Item], size: tuple[int, int]) -> ExportedText:
    """A line an item, `COLUMNS` in the first; a point is a box without extent; no masks."""
    rows: list[list[Any]] = [list(COLUMNS)]
    for item in items:
        pixels = item.pixel(size) * 2 if isinstance(item, Point) else item.pixels(size)
        coordinates = (_coordinates(item) * 2)[:4]
        rows.append([kind(item), item.label, *map(_short, coordinates), *pixels])
    return ExportedText(csv_text(rows), _masks_left_out(items))


def to_coco(items: Sequence[Item], size: tuple[int, int], file_name: str) -> ExportedText:
    """COCO: one JSON with the picture as image 1, and its categories as they first appear.

    Boxes are [x, y, width, height] in pixels from the top left (cocodataset.org, "Data format"). A
    mask is an uncompressed RLE; a point is an annotation with one keypoint.
    """
    names = list(dict.fromkeys(_class_name(item) for item in items))
    pointed = {_class_name(item) for item in items if isinstance(item, Point)}
    categories = [
        {"id": n, "name": name, "supercategory": ""}
        | ({"keypoints": ["point"], "skeleton": []} if name in pointed else {})
        for n, name in enumerate(names, start=1)
    ]
    annotations = [
        {"id": n, "image_id": 1, "category_id": names.index(_class_name(item)) + 1}
        | _annotation(item, size)
        for n, item in enumerate(items, start=1)
    ]
    image = {"id": 1, "width": size[0], "height": size[1], "file_name": file_name}
    return _json({"images": [image], "categories": categories, "annotations": annotations})


def _annotation(item: Item, size: tuple[int, int]) -> dict[str, Any]:
    width, height = size
    if isinstance(item, Point):
        x, y = _px(item.x, width), _px(item.y, height)
        keypoints = {"keypoints": [x, y, _VISIBLE], "num_keypoints": 1}
        return keypoints | {"bbox": [x, y, 0, 0], "area": 0, "iscrowd": 0}
    x, y = _px(item.xmin, width), _px(item.ymin, height)
    box_width, box_height = _px(item.xmax - item.xmin, width), _px(item.ymax - item.ymin, height)
    # iscrowd 1 would mean a crowd, which COCO's own evaluation leaves out of the count.
    fields: dict[str, Any] = {"bbox": [x, y, box_width, box_height], "iscrowd": 0}
    if not isinstance(item, Mask):
        return fields | {"area": round(box_width * box_height, 3)}
    counts = _run_lengths(item, size)
    segmentation = {"counts": counts, "size": [height, width]}
    return fields | {"segmentation": segmentation, "area": sum(counts[1::2])}


def _px(coordinate: float, length: int) -> float:
    return round(coordinate * length / SCALE, 3)


def _run_lengths(mask: Mask, size: tuple[int, int]) -> list[int]:
    """Lengths of runs down the columns of the whole picture, the first one of background."""
    whole = Image.new("L", size)
    whole.paste(masks.shape(mask, size), mask.pixels(size)[:2])
    columns = whole.transpose(Image.Transpose.TRANSPOSE).tobytes()
    lengths = [len(run) for run in _RUN.findall(columns)]
    return [0, *lengths] if columns.startswith(b"\xff") else lengths


def to_yolo(items: Sequence[Item]) -> Yolo:
    """YOLO: a line a box, "class centre-x centre-y width height", each a fraction of the picture.

    The classes are numbers; their names stand in a second file, one a line, in that order.
    """
    boxes = [item for item in items if not isinstance(item, Point)]
    names = list(dict.fromkeys(map(_class_name, boxes)))
    lines = [f"{names.index(_class_name(box))} {_centre_and_size(box)}" for box in boxes]
    # What Ultralytics and supervision read first (docs.ultralytics.com/datasets/detect).
    listed = [f"  {n}: {json.dumps(name, ensure_ascii=False)}" for n, name in enumerate(names)]
    data = ["path: .", "train: images", "val: images", "names:", *listed]
    notes = _points_left_out(items, "YOLO's format has boxes only")
    return Yolo(_lines(lines), _lines(names), _lines(data), notes)


def _centre_and_size(box: Box) -> str:
    centre = (box.xmin + box.xmax) / 2, (box.ymin + box.ymax) / 2
    numbers = (*centre, box.xmax - box.xmin, box.ymax - box.ymin)
    return " ".join(f"{n / SCALE:.6f}" for n in numbers)


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def to_voc(items: Sequence[Item], size: tuple[int, int], file_name: str) -> ExportedText:
    """Pascal VOC: an XML document for a picture, whole pixels, the first of which is number 1.

    A box's xmin and ymin are its first pixel and xmax and ymax its last (The PASCAL VOC Challenge
    2012, development kit, section 4).
    """
    root = ElementTree.Element("annotation")
    _add(root, filename=file_name)
    shape = ElementTree.SubElement(root, "size")
    _add(shape, width=size[0], height=size[1], depth=3)
    _add(root, segmented=0)
    for box in items:
        if not isinstance(box, Point):
            element = ElementTree.SubElement(root, "object")
            _add(element, name=_class_name(box), pose="Unspecified", truncated=0, difficult=0)
            left, top, right, bottom = box.pixels(size)
            bounds = ElementTree.SubElement(element, "bndbox")
            _add(bounds, xmin=left + 1, ymin=top + 1, xmax=right, ymax=bottom)
    ElementTree.indent(root)
    notes = _points_left_out(items, "Pascal VOC has boxes only")
    return ExportedText(ElementTree.tostring(root, encoding="unicode") + "\n", notes)


def _add(parent: ElementTree.Element, **values: object) -> None:
    for tag, value in values.items():
        ElementTree.SubElement(parent, tag).text = str(value)


def _json(document: dict[str, Any]) -> ExportedText:
    return ExportedText(json.dumps(document, ensure_ascii=False, indent=2))


def _coordinates(item: Item) -> tuple[float, ...]:
    return (item.y, item.x) if isinstance(item, Point) else item.box_2d


def _short(number: float) -> int | float:
    """A whole number without its `.0`."""
    return int(number) if number == int(number) else number


def _class_name(item: Item) -> str:
    """A label as the name of a class: one line, and never empty."""
    return " ".join(item.label.split()) or "object"


def _points_left_out(items: Sequence[Item], why: str) -> tuple[str, ...]:
    points = sum(isinstance(item, Point) for item in items)
    note = (f"{counted(points, 'point')} left out: {why}.",) if points else ()
    return note + _masks_left_out(items)


def _masks_left_out(items: Sequence[Item]) -> tuple[str, ...]:
    n = sum(isinstance(item, Mask) for item in items)
    return (f"{counted(n, 'mask')} left out: the boxes around them are written.",) if n else ()
