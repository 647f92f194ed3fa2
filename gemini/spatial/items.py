"""What a spatial reply is made of: boxes, points and masks, in the API's coordinates.

A coordinate is a float from 0 to `SCALE` (1000), measured from the top left corner, y before x:
a box is [ymin, xmin, ymax, xmax], a point is [y, x]. Sizes of pictures are Pillow's: (width,
height) in pixels.
"""

from dataclasses import dataclass
from typing import NamedTuple

SCALE = 1000.0
"""The API's coordinates run from 0 to this on both axes."""


class PixelBox(NamedTuple):
    """A rectangle in whole pixels, in Pillow's order; right and bottom are just outside it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Box:
    """A labelled rectangle; ymin <= ymax and xmin <= xmax, each 0-1000."""

    label: str
    ymin: float
    xmin: float
    ymax: float
    xmax: float

    @property
    def box_2d(self) -> tuple[float, float, float, float]:
        """[ymin, xmin, ymax, xmax], as the API writes it."""
        return (self.ymin, self.xmin, self.ymax, self.xmax)

    @property
    def area(self) -> float:
        """The share of the picture that the box covers, 0 to 1."""
        return (self.ymax - self.ymin) * (self.xmax - self.xmin) / SCALE**2

    def pixels(self, size: tuple[int, int]) -> PixelBox:
        """The box on a picture of `size`: at least one pixel each way, and inside the picture."""
        width, height = size
        left, right = _span(self.xmin, self.xmax, width)
        top, bottom = _span(self.ymin, self.ymax, height)
        return PixelBox(left, top, right, bottom)


@dataclass(frozen=True, slots=True)
class Mask(Box):
    """A box with the shape of what is in it.

    `png` is a PNG of any size: a probability map, 0-255, to be stretched over the box; what is
    above 127 belongs to the object.
    """

    png: bytes


@dataclass(frozen=True, slots=True)
class Point:
    """A labelled spot, each coordinate 0-1000."""

    label: str
    y: float
    x: float

    def pixel(self, size: tuple[int, int]) -> tuple[int, int]:
        """(x, y) of the point on a picture of `size`, inside the picture."""
        width, height = size
        return (
            min(width - 1, round(self.x * width / SCALE)),
            min(height - 1, round(self.y * height / SCALE)),
        )


Item = Box | Point | Mask


def kind(item: Item) -> str:
    """ "box", "point" or "mask"."""
    return type(item).__name__.lower()


def _span(low: float, high: float, length: int) -> tuple[int, int]:
    start = min(length - 1, round(low * length / SCALE))
    return start, max(start + 1, round(high * length / SCALE))
