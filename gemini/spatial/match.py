"""Two replies side by side: which of their items are the same, and which only one has."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gemini.spatial.items import Box, Item, Point

POINT_REACH = 50.0
"""Two points this far apart (0-1000, a twentieth of the picture) have nothing in common."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two items taken as the same, by their places in the left and the right list."""

    left: int
    right: int
    overlap: float


@dataclass(frozen=True, slots=True)
class MatchResult:
    """Pairs, best first, and the places of what only one side has, in its order."""

    pairs: tuple[Pair, ...]
    only_left: tuple[int, ...]
    only_right: tuple[int, ...]


def overlap(a: Item, b: Item) -> float:
    """How much two items are the same, 0 to 1.

    For boxes and masks: intersection over union of the boxes. For points: 1 on the same spot,
    falling to 0 at `POINT_REACH`. A box and a point: 0.
    """
    if isinstance(a, Point) and isinstance(b, Point):
        return max(0.0, 1 - math.hypot(a.y - b.y, a.x - b.x) / POINT_REACH)
    if isinstance(a, Point) or isinstance(b, Point):
        return 0.0
    return iou(a, b)


def iou(a: Box, b: Box) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    height = min(a.ymax, b.ymax) - max(a.ymin, b.ymin)
    width = min(a.xmax, b.xmax) - max(a.xmin, b.xmin)
    if height <= 0 or width <= 0:
        return 0.0
    shared = height * width
    union = (a.ymax - a.ymin) * (a.xmax - a.xmin) + (b.ymax - b.ymin) * (b.xmax - b.xmin) - shared
    return min(1.0, shared / union) if union > 0 else 0.0


def compare(
    left: Sequence[Item], right: Sequence[Item], *, iou: float = 0.5, same_label: bool = False
) -> MatchResult:
    """Pairs the items of two runs, the best overlap first, each item at most once.

    A pair overlaps by at least `iou`; of equal overlaps the one with equal labels wins. Labels
    may differ, as models name things differently from run to run, unless `same_label`.
    """
    candidates = []
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            same = fold(a.label) == fold(b.label)
            if (same or not same_label) and (share := overlap(a, b)) >= max(iou, 1e-9):
                candidates.append((-share, not same, i, j))
    free_left, free_right = set(range(len(left))), set(range(len(right)))
    pairs = []
    for share, _, i, j in sorted(candidates):
        if i in free_left and j in free_right:
            free_left.remove(i)
            free_right.remove(j)
            pairs.append(Pair(i, j, -share))
    return MatchResult(tuple(pairs), tuple(sorted(free_left)), tuple(sorted(free_right)))


def merge_duplicates(items: Iterable[Item], iou: float) -> list[Item]:
    """The items without those that overlap an earlier one of their label by at least `iou`."""
    result: list[Item] = []
    by_label: dict[str, list[Item]] = {}
    for item in items:
        earlier = by_label.setdefault(fold(item.label), [])
        if all(overlap(item, other) < max(iou, 1e-9) for other in earlier):
            earlier.append(item)
            result.append(item)
    return result


def counts(items: Iterable[Item]) -> dict[str, int]:
    """How many items have each label, the most frequent first."""
    return dict(Counter(item.label for item in items).most_common())


def fold(label: str) -> str:
    """A label for comparing: case and spacing don't count."""
    return " ".join(label.casefold().split())
