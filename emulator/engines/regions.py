"""Regions of one colour in a picture: the shapes of a drawing, the main patches of a photo.

Colours and outlines are all that is seen. In a drawing a region is a shape and its box is within
a few pixels of the truth; in a photo it is a patch of colour, which may be a part of a thing or
several things, and is called so.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import cv2
import numpy as np
from PIL import Image, ImageFilter

from emulator.engines.colours import RGB, as_rgb, coverage, label, name_of, palette_of

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
    exclusive. `mask` is a boolean array of the box's height and width in pixels. `outlined`
    says that the shape is drawn as a line around something else.
    """

    colour: str
    shape: str
    box: tuple[int, int, int, int]
    mask: np.ndarray
    outlined: bool = False

    @property
    def label(self) -> str:
        """As a person would point at it: "red circle", "brown patch"."""
        return f"{self.colour} {self.shape}{' outline' if self.outlined else ''}"


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


def find(image: Image.Image, *, text: Sequence[Box] = ()) -> tuple[Kind, tuple[Region, ...]]:
    """The kind of an upright RGB picture and its regions, largest first, within about 0.1 s.

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
    return kind, tuple(regions)


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
        shape=shape_of(whole) if kind == "drawing" else "patch",
        box=box,
        mask=full,
        outlined=kind == "drawing" and mask.sum() < whole.sum() / 2,
    )


def _is_within(box: tuple[int, int, int, int], text: Box) -> bool:
    """Whether most of a box lies in a box of text."""
    height = min(box[2], text[2]) - max(box[0], text[0])
    width = min(box[3], text[3]) - max(box[1], text[1])
    size = (box[2] - box[0]) * (box[3] - box[1])
    return height > 0 and width > 0 and height * width > 0.7 * size


Point = tuple[float, float]

LOSS = 0.06  # share of the hull's area that may go when it is reduced to its corners
BOXED = 0.93  # a hull that fills this much of its tightest box is one, rounded or not
SOLID = 0.9  # a shape that fills less of its hull than this has dents
ALIKE = 0.88  # two sides whose ratio is above this are called equal


def shape_of(mask: np.ndarray) -> str:
    """Names a shape given as a filled H x W mask that touches the edges of its array.

    One of circle, ellipse, square, rectangle, diamond, quadrilateral, triangle, pentagon,
    hexagon, star, line; "shape" for any other.
    """
    hull = _hull(mask)
    area = cv2.contourArea(hull)
    corners = _corners(hull, area)
    if mask.sum() / area < SOLID:
        return "star" if len(corners) == 5 and _is_dented(mask, corners) else "shape"
    box = cv2.boxPoints(cv2.minAreaRect(hull))
    if area > BOXED * cv2.contourArea(box):
        return _four_sided(box.tolist())
    if len(corners) == 4:
        return _four_sided(corners)
    if len(corners) > 6:
        return _round(mask)
    return {3: "triangle", 5: "pentagon", 6: "hexagon"}[len(corners)]


def _hull(mask: np.ndarray) -> np.ndarray:
    """The convex hull (N x 2, x before y) of the pixels' outer corners."""
    middles = cv2.convexHull(cv2.findNonZero(mask.astype(np.uint8))).reshape(-1, 1, 2)
    corners = middles + np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
    return cv2.convexHull(corners.reshape(-1, 2).astype(np.float32)).reshape(-1, 2)


def _corners(hull: np.ndarray, area: float) -> list[Point]:
    """The hull less the points that matter least (Visvalingam), while little area goes."""
    points: list[Point] = hull.tolist()
    lost = 0.0
    while len(points) > 3:
        costs = [
            abs(_twice_area(points[i - 1], points[i], points[(i + 1) % len(points)])) / 2
            for i in range(len(points))
        ]
        least = min(range(len(points)), key=costs.__getitem__)
        lost += costs[least]
        if lost > LOSS * area:
            break
        del points[least]
    return points


def _is_dented(mask: np.ndarray, corners: list[Point]) -> bool:
    """Whether every side between two corners has a dent in its middle, as all of a star's do."""
    middle_y, middle_x = (float(axis.mean()) for axis in np.nonzero(mask))
    for (ax, ay), (bx, by) in pairwise([*corners, corners[0]]):
        # A little inwards, past the pixels that the corners may be off by.
        x = 0.9 * (ax + bx) / 2 + 0.1 * middle_x
        y = 0.9 * (ay + by) / 2 + 0.1 * middle_y
        if mask[min(int(y), mask.shape[0] - 1), min(int(x), mask.shape[1] - 1)]:
            return False
    return True


def _four_sided(corners: list[Point]) -> str:
    sides = [math.dist(corners[i - 1], corners[i]) for i in range(4)]
    if min(sides) < max(sides) / 20:
        return "line"
    diagonals = (math.dist(corners[0], corners[2]), math.dist(corners[1], corners[3]))
    opposite = min(_ratio(sides[0], sides[2]), _ratio(sides[1], sides[3]))
    equal = min(sides) / max(sides) > ALIKE
    (ax, ay), (bx, by) = corners[0], corners[1]
    tilt = math.degrees(math.atan2(by - ay, bx - ax)) % 90
    if equal and 30 < tilt < 60:
        return "diamond"
    if opposite > ALIKE and _ratio(*diagonals) > ALIKE:
        return "square" if equal else "rectangle"
    return "diamond" if equal else "quadrilateral"


def _round(mask: np.ndarray) -> str:
    """A circle, an ellipse at any angle, or neither."""
    ys, xs = np.nonzero(mask)
    offsets = np.stack((xs - xs.mean(), ys - ys.mean()))
    variances, axes = np.linalg.eigh(np.cov(offsets))
    # Measured along its axes in standard deviations, the rim of an ellipse is 2 from the middle
    # everywhere; the corners of a rectangle are at 2.45.
    farthest = np.hypot(*(axes.T @ offsets / np.sqrt(variances)[:, None])).max()
    if farthest > 2.15:
        return "shape"
    return "circle" if math.sqrt(variances[0] / variances[1]) > ALIKE else "ellipse"


def _ratio(a: float, b: float) -> float:
    return min(a, b) / max(a, b)


def _twice_area(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
