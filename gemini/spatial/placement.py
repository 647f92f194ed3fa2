"""Where labels go: inside the picture, near what they name, and on no other label.

Greedy: each label takes the first free place of its list, the item with the least room around it
first. What is taken is kept as one row of bits for every few lines of the picture, so that a try
costs a handful of integer operations and 500 labels a few milliseconds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gemini.spatial.items import PixelBox

RINGS = 8
"""How many label heights away from its item a label may go before it is left out."""


class LabelPosition(NamedTuple):
    """The top left corner of a label, in pixels; `apart` when it doesn't touch its item."""

    x: int
    y: int
    apart: bool


@dataclass(frozen=True, slots=True)
class LabelBox:
    """A label to place: what it names and how large it is, in pixels.

    `centred` labels want the middle of what they name, the others a corner.
    """

    target: PixelBox
    width: int
    height: int
    centred: bool = False


class Ground:
    """The picture as a grid of cells that labels have taken."""

    def __init__(self, size: tuple[int, int], cell: int) -> None:
        self.size = size
        self.cell = cell
        self.rows = [0] * (size[1] // cell + 1)

    def take(self, x: int, y: int, width: int, height: int) -> bool:
        """Takes a rectangle; False when it is outside the picture or a cell of it is taken."""
        if x < 0 or y < 0 or x + width > self.size[0] or y + height > self.size[1]:
            return False
        cell = self.cell
        first, last = x // cell, (x + width - 1) // cell
        bits = ((1 << (last - first + 1)) - 1) << first
        rows = range(y // cell, (y + height - 1) // cell + 1)
        for row in rows:
            if self.rows[row] & bits:
                return False
        for row in rows:
            self.rows[row] |= bits
        return True


def place(labels: Sequence[LabelBox], size: tuple[int, int]) -> list[LabelPosition | None]:
    """A place for each label on a picture of `size`, or None where there is no room."""
    places: list[LabelPosition | None] = [None] * len(labels)
    if not labels:
        return places
    ground = Ground(size, max(2, min(label.height for label in labels) // 4))
    by_room = sorted(range(len(labels)), key=lambda i: _extent(labels[i].target))
    for i in by_room:
        label = labels[i]
        places[i] = next(
            (
                spot
                for spot in _spots(label, size)
                if ground.take(spot.x, spot.y, label.width, label.height)
            ),
            None,
        )
    return places


def _extent(box: PixelBox) -> int:
    return box.width + box.height


def _spots(label: LabelBox, size: tuple[int, int]) -> Iterator[LabelPosition]:
    """Places in the order of preference: on the corners, inside them, then farther and farther.

    Inside a box that would be hidden by its label only where nothing else is free.
    """
    box, width, height = label.target, label.width, label.height
    far_x = max(0, size[0] - width)
    start, end = min(box.left, far_x), max(0, box.right - width)
    above, below = box.top - height, box.bottom
    covered = min(width, box.width) * min(height, box.height)
    hides = 2 * covered > box.width * box.height
    middle = (box.left + box.right - width) // 2, (box.top + box.bottom - height) // 2
    inside = [LabelPosition(*middle, apart=False)] if label.centred else []
    if inside and not hides:
        yield inside[0]
    for y in (above, box.top, below, box.bottom - height):
        spots = [
            LabelPosition(start, y, apart=False),
            LabelPosition(min(end, far_x), y, apart=False),
        ]
        if y in (above, below) or not hides:
            yield from spots
        else:
            inside += spots
    for y in (box.top, box.bottom - height):
        yield LabelPosition(box.left - width, y, apart=False)
        yield LabelPosition(box.right, y, apart=False)
    for ring in range(1, RINGS + 1):
        out = ring * height
        for wish in (start, start - width // 2, end + width // 2, box.left - width, box.right):
            x = min(max(0, wish), far_x)
            yield LabelPosition(x, above - out, apart=True)
            yield LabelPosition(x, below + out, apart=True)
    if hides:
        yield from inside
