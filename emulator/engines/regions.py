"""Regions of one colour in a picture: the shapes of a drawing, the main patches of a photo.

Colours and outlines are all that is seen. In a drawing a region is a shape and its box is within
a few pixels of the truth; in a photo it is a patch of colour, which may be a part of a thing or
several things, and is called so.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from PIL import Image, ImageFilter

from emulator.engines.colours import RGB, as_rgb, coverage, label, name_of, palette_of
from emulator.engines.shapes import shape_of

Box = tuple[float, float, float, float]
Kind = Literal["drawing", "photo"]

SIDE = 1000  # drawings are looked at in this size at most: boxes are right to a 1000th
PHOTO_SIDE = 160
COLOURS = {"drawing": 16, "photo": 8}
SMALLEST = {"drawing": 0.0006, "photo": 0.03}  # share of the picture
MOST = {"drawing": 25, "photo": 6}


@dataclass(frozen=True)
class Region:
    """One region: `box` is [ymin, xmin, ymax, xmax] in pixels, origin top left, far edges
    exclusive. `mask` is a boolean array of the box's height and width in pixels; `area` counts
    its pixels. `outlined` says that the shape is drawn as a line around something else.
    """

    colour: str
    rgb: RGB
    shape: str
    box: tuple[int, int, int, int]
    mask: np.ndarray
    area: int
    outlined: bool = False

    @property
    def label(self) -> str:
        """As a person would point at it: "red circle", "brown patch"."""
        return f"{self.colour} {self.shape}{' outline' if self.outlined else ''}"


@dataclass(frozen=True)
class Regions:
    """The regions of a picture of `width` x `height` pixels, largest first.

    `background` is the name of a drawing's ground, None for a photo.
    """

    kind: Kind
    background: str | None
    items: tuple[Region, ...]
    width: int
    height: int


@dataclass(frozen=True)
class Patch:
    """Pixels of one label that touch at a side: `mask` fits `box`, both as a `Region` has them."""

    label: int
    area: int
    box: tuple[int, int, int, int]
    mask: np.ndarray


def patches(labels: np.ndarray, least: float) -> list[Patch]:
    """The patches of at least `least` pixels in an H x W picture of labels, largest first."""
    large: list[Patch] = []
    for value in np.unique(labels).tolist():
        _, ids, stats, _ = cv2.connectedComponentsWithStats(
            (labels == value).astype(np.uint8), connectivity=4
        )
        for index in np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= least).tolist():
            left, top, width, height, area = stats[index].tolist()
            if index:  # 0 is all that has another label
                mask = ids[top : top + height, left : left + width] == index
                large.append(Patch(value, area, (top, left, top + height, left + width), mask))
    return sorted(large, key=lambda patch: -patch.area)


def filled(mask: np.ndarray) -> np.ndarray:
    """The mask with its holes closed: all that the outside can't reach without crossing it."""
    padded = np.pad(mask, 1).astype(np.uint8)
    cv2.floodFill(padded, None, (0, 0), (2,))
    return padded[1:-1, 1:-1] != 2


def thick(mask: np.ndarray) -> np.ndarray:
    """The pixels of a mask whose eight neighbours are all in it: what is left has a core."""
    padded = np.pad(mask, 1).astype(np.uint8)
    return cv2.erode(padded, np.ones((3, 3), np.uint8))[1:-1, 1:-1] > 0


def find(image: Image.Image, *, text: Sequence[Box] = ()) -> Regions:
    """Looks for regions in an upright RGB picture, about 0.1 s for 1000 x 700 pixels.

    `text` are boxes (ymin, xmin, ymax, xmax, pixels) of what is known to be writing: letters in
    them are not taken for shapes.
    """
    kind: Kind = "drawing" if _is_drawing(image, text) else "photo"
    if kind == "drawing":
        looked_at = _shrunk(image, SIDE)
    else:
        looked_at = _shrunk(image, PHOTO_SIDE).filter(ImageFilter.MedianFilter(5))
    pixels = np.asarray(looked_at)
    labels = label(pixels, palette_of(pixels, COLOURS[kind]))
    ground = _ground(labels) if kind == "drawing" else None
    zoom = (image.height / labels.shape[0], image.width / labels.shape[1])
    regions: list[Region] = []
    for patch in patches(labels, SMALLEST[kind] * labels.size):
        if len(regions) == MOST[kind]:
            break
        if patch.label == ground:
            continue
        region = _region(patch, pixels, kind, zoom)
        if region and not any(_is_within(region.box, box) for box in text):
            regions.append(region)
    return Regions(
        kind=kind,
        background=None if ground is None else name_of(_middle(pixels[labels == ground])),
        items=tuple(regions),
        width=image.width,
        height=image.height,
    )


def _is_drawing(image: Image.Image, text: Sequence[Box]) -> bool:
    """Whether a picture is flat colours with sharp edges, measured outside its text.

    Looked at in a quarter of its size, where noise and JPEG's ripples are averaged away.
    """
    small = _shrunk(image, SIDE)
    if coverage(np.asarray(small), COLOURS["drawing"]) < 0.85:
        return False
    small = small.reduce(4) if min(small.size) >= 40 else small
    pixels = np.asarray(small).astype(np.int16)
    scale_y, scale_x = small.height / image.height, small.width / image.width
    for ymin, xmin, ymax, xmax in text:
        rows = slice(max(0, int(ymin * scale_y)), math.ceil(ymax * scale_y))
        columns = slice(max(0, int(xmin * scale_x)), math.ceil(xmax * scale_x))
        pixels[rows, columns] = pixels[
            rows.start : rows.start + 1, columns.start : columns.start + 1
        ]
    steps = np.concatenate(
        [np.abs(np.diff(pixels, axis=axis)).max(axis=2).ravel() for axis in (0, 1)]
    )
    edges = steps > 4
    if not edges.any():
        return True
    sharp = np.count_nonzero(steps > 16) / np.count_nonzero(edges)
    return bool(edges.mean() <= 0.3 and sharp >= 0.5)


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    if max(image.size) <= side:
        return image
    scale = side / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BOX)


def _ground(labels: np.ndarray) -> int:
    """The label that most of the border has."""
    border = np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1]))
    return int(np.bincount(border).argmax())


def _middle(pixels: np.ndarray) -> RGB:
    return as_rgb(np.median(pixels, axis=0))


def _region(
    patch: Patch, pixels: np.ndarray, kind: Kind, zoom: tuple[float, float]
) -> Region | None:
    """A patch as a region of the full picture; None for the soft edge of another shape."""
    ymin, xmin, ymax, xmax = patch.box
    mask = patch.mask
    core = thick(mask)
    if not core.any():
        return None
    rgb = _middle(pixels[ymin:ymax, xmin:xmax][core])
    whole = filled(mask)
    box = (
        round(ymin * zoom[0]),
        round(xmin * zoom[1]),
        round(ymax * zoom[0]),
        round(xmax * zoom[1]),
    )
    size = (box[3] - box[1], box[2] - box[0])
    full = np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.NEAREST))
    return Region(
        colour=name_of(rgb),
        rgb=rgb,
        shape=shape_of(whole) if kind == "drawing" else "patch",
        box=box,
        mask=full,
        area=int(np.count_nonzero(full)),
        outlined=kind == "drawing" and mask.sum() < whole.sum() / 2,
    )


def _is_within(box: tuple[int, int, int, int], text: Box) -> bool:
    """Whether most of a box lies in a box of text."""
    height = min(box[2], text[2]) - max(box[0], text[0])
    width = min(box[3], text[3]) - max(box[1], text[1])
    size = (box[2] - box[0]) * (box[3] - box[1])
    return height > 0 and width > 0 and height * width > 0.7 * size
