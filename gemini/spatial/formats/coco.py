"""COCO: one JSON for a picture, its categories and its annotations.

Boxes are [x, y, width, height] in pixels from the top left (cocodataset.org, "Data format"). A
mask is an uncompressed RLE; a point is an annotation with one keypoint.
"""

import json
import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from PIL import Image

from gemini.api.surrogates import whole
from gemini.spatial import masks
from gemini.spatial.formats import ExportedText, FormatError, Loaded, class_name
from gemini.spatial.items import SCALE, Box, Item, Mask, PixelBox, Point

_RUN = re.compile(rb"\x00+|\xff+")
_VISIBLE = 2  # COCO: 0 not labelled, 1 labelled but hidden, 2 visible
_LARGEST = 1 << 28  # pixels; more is no photograph, and would only fill the memory


def write(
    items: Sequence[Item], size: tuple[int, int], file_name: str = "image.png"
) -> ExportedText:
    """One document with the picture as image 1; categories in the order of their first item."""
    names = list(dict.fromkeys(class_name(item.label) for item in items))
    pointed = {class_name(item.label) for item in items if isinstance(item, Point)}
    categories = [
        {"id": n, "name": name, "supercategory": ""}
        | ({"keypoints": ["point"], "skeleton": []} if name in pointed else {})
        for n, name in enumerate(names, start=1)
    ]
    annotations = [
        {"id": n, "image_id": 1, "category_id": names.index(class_name(item.label)) + 1}
        | _annotation(item, size)
        for n, item in enumerate(items, start=1)
    ]
    image = {"id": 1, "width": size[0], "height": size[1], "file_name": file_name}
    document = {"images": [image], "categories": categories, "annotations": annotations}
    return ExportedText(json.dumps(document, ensure_ascii=False, indent=2))


def read(text: str) -> Loaded:
    """The items of the document's first image.

    Raises:
        FormatError: when it isn't COCO, or an annotation can't be read.
    """
    try:
        document = whole(json.loads(text))
        image = document["images"][0]
        size = int(image["width"]), int(image["height"])
        names = {entry["id"]: str(entry["name"]) for entry in document["categories"]}
        own = [a for a in document["annotations"] if a["image_id"] == image["id"]]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        message = "This is no COCO file: it needs images, categories and annotations."
        raise FormatError(message) from error
    if min(size) < 1 or size[0] * size[1] > _LARGEST:
        raise FormatError(f"The image's size in this COCO file can't be right: {size}.")
    items = []
    for place, annotation in enumerate(own, start=1):
        try:
            items.append(_item(annotation, names, size))
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise FormatError(f"Annotation {place} of this COCO file can't be read.") from error
    return Loaded(tuple(items), size)


def _annotation(item: Item, size: tuple[int, int]) -> dict[str, Any]:
    width, height = size
    if isinstance(item, Point):
        x, y = _px(item.x, width), _px(item.y, height)
        keypoints = {"keypoints": [x, y, _VISIBLE], "num_keypoints": 1}
        return keypoints | {"bbox": [x, y, 0, 0], "area": 0, "iscrowd": 0}
    x, y = _px(item.xmin, width), _px(item.ymin, height)
    box_width, box_height = _px(item.xmax - item.xmin, width), _px(item.ymax - item.ymin, height)
    fields: dict[str, Any] = {"bbox": [x, y, box_width, box_height]}
    if not isinstance(item, Mask):
        return fields | {"area": round(box_width * box_height, 3), "iscrowd": 0}
    counts = _runs(masks.shape(item, size), item.pixels(size), size)
    segmentation = {"counts": counts, "size": [height, width]}
    # iscrowd 1 would mean a crowd, which COCO's own evaluation leaves out of the count.
    return fields | {"segmentation": segmentation, "area": sum(counts[1::2]), "iscrowd": 0}


def _px(coordinate: float, length: int) -> float:
    return round(coordinate * length / SCALE, 3)


def _runs(shape: Image.Image, box: PixelBox, size: tuple[int, int]) -> list[int]:
    """Lengths of runs down the columns of the whole picture, the first one of background."""
    whole = Image.new("L", size)
    whole.paste(shape, (box.left, box.top))
    columns = whole.transpose(Image.Transpose.TRANSPOSE).tobytes()
    runs = [len(run) for run in _RUN.findall(columns)]
    return [0, *runs] if columns.startswith(b"\xff") else runs


def _item(annotation: dict[str, Any], names: dict[Any, str], size: tuple[int, int]) -> Item:
    width, height = size
    label = names[annotation["category_id"]]
    if annotation.get("num_keypoints"):
        x, y = map(float, annotation["keypoints"][:2])
        return Point(label, _unit(y, height), _unit(x, width))
    left, top, box_width, box_height = map(float, annotation["bbox"])
    right, bottom = left + box_width, top + box_height
    ends = (_unit(top, height), _unit(left, width), _unit(bottom, height), _unit(right, width))
    box = Box(label, *ends)
    segmentation = annotation.get("segmentation")
    if isinstance(segmentation, dict) and isinstance(segmentation.get("counts"), list):
        shape = _shape([int(n) for n in segmentation["counts"]], box.pixels(size), size)
        return Mask(label, *box.box_2d, masks.png(shape))
    return box


def _unit(pixel: float, length: int) -> float:
    unit = round(pixel * SCALE / length, 6)
    if not 0 <= unit <= SCALE + 1e-3:
        raise ValueError(f"{pixel} is outside the image")
    return min(unit, SCALE)


def _shape(counts: list[int], box: PixelBox, size: tuple[int, int]) -> Image.Image:
    """The part of an RLE that lies in a box, as "L" with 0 and 255."""
    width, height = size
    if min(counts, default=0) < 0 or sum(counts) != width * height:
        raise ValueError("the runs don't cover the image")
    columns = bytearray(width * height)
    for end, length in list(zip(accumulate(counts), counts, strict=True))[1::2]:
        columns[end - length : end] = b"\xff" * length
    whole = Image.frombytes("L", (height, width), bytes(columns))
    return whole.transpose(Image.Transpose.TRANSPOSE).crop(box)
