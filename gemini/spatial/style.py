"""Colours and sizes of what is drawn: told apart, and seen on any picture.

Every colour is light and every line has a halo of the one dark `INK`. The two contrast by at
least 9:1, so on whatever ground one of them stands out by at least 3:1, which is what WCAG 2.2
(1.4.11, non-text contrast) asks for; and ink on a filled label is readable (1.4.3 asks 4.5:1).
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from gemini.spatial.items import Item, PixelBox, Point
from gemini.spatial.match import fold

Colour = tuple[int, int, int]
"""Red, green and blue, 0-255."""

INK: Colour = (12, 14, 18)

_CROWD = 40  # items from which on lines and letters grow smaller

# Picked one after another from the sRGB colours of enough luminance, each the farthest in OKLab
# from all before it.
PALETTE: tuple[Colour, ...] = (
    (255, 210, 30),
    (255, 135, 255),
    (0, 195, 225),
    (60, 235, 60),
    (255, 150, 135),
    (165, 255, 210),
    (135, 195, 45),
    (180, 180, 255),
    (210, 255, 0),
    (0, 225, 165),
    (195, 180, 105),
    (255, 180, 225),
    (255, 165, 30),
    (60, 240, 255),
)


def colours(labels: Iterable[str]) -> dict[str, Colour]:
    """A colour for each label, the same in every run unless two labels want the same one.

    The label's own hash chooses; one whose colour is taken gets the next free one. Labels beyond
    the palette share. To keep colours while filtering, or between two runs, call it once with all
    labels.
    """
    taken: set[int] = set()
    chosen: dict[str, Colour] = {}
    for label in dict.fromkeys(labels):
        start = zlib.crc32(fold(label).encode("utf-8", "replace"))
        slots = [(start + step) % len(PALETTE) for step in range(len(PALETTE))]
        slot = next((s for s in slots if s not in taken), slots[0])
        taken.add(slot)
        chosen[label] = PALETTE[slot]
    return chosen


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes in pixels. They follow the picture's longer side, so that on screen a line is as
    thick whether the picture has one megapixel or twelve.
    """

    line: int
    halo: int
    letters: int
    dot: int

    @classmethod
    def of(cls, size: tuple[int, int], count: int, scale: float = 1.0) -> "Style":
        """For a picture of `size` (width, height) with `count` items on it; all `scale` times."""
        side = max(size) * scale
        crowd = max(0.5, min(1.0, (_CROWD / max(1, count)) ** 0.25))
        line = max(2, round(side / 300 * crowd))
        return cls(
            line=line,
            halo=max(1, round(line / 3)),
            letters=max(11, round(side / 58 * crowd)),
            dot=max(4, round(side / 130 * crowd)),
        )

    def frame(self, item: Item, size: tuple[int, int]) -> PixelBox:
        """The pixels that an item is drawn on: its box, or the dot of a point."""
        if not isinstance(item, Point):
            return item.pixels(size)
        x, y = item.pixel(size)
        reach = self.dot + self.halo
        return PixelBox(x - reach, y - reach, x + reach + 1, y + reach + 1)
