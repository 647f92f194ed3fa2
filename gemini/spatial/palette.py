"""Colours for labels that can be told apart and seen on any picture.

Every colour is light and every line has a halo of the one dark `INK`. The two contrast by at
least 9:1, so on whatever ground one of them stands out by at least 3:1, which is what WCAG 2.2
(1.4.11, non-text contrast) asks for; and ink on a filled label is readable (1.4.3 asks 4.5:1).
"""

import zlib
from collections.abc import Iterable

from gemini.spatial.match import fold

Colour = tuple[int, int, int]
"""Red, green and blue, 0-255."""

INK: Colour = (12, 14, 18)

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


def contrast(a: Colour, b: Colour) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted((_luminance(a), _luminance(b)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        c / 12.92 if (c := value / 255) <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for value in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
