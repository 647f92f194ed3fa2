"""The order in which a person reads lines of text that lie on a page: rows, and two columns."""

from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class TextLine:
    """A line of text where it stands.

    `box` are its corners (x, y) in pixels of the picture, clockwise from the text's own top left,
    so a tilted line keeps its tilt; `confidence` is 0-1.
    """

    text: str
    confidence: float
    box: tuple[Point, Point, Point, Point]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The upright box around the line: (ymin, xmin, ymax, xmax) in pixels."""
        xs, ys = [x for x, _ in self.box], [y for _, y in self.box]
        return min(ys), min(xs), max(ys), max(xs)


Row = tuple[TextLine, ...]


def reading_order(lines: Sequence[TextLine], width: float) -> list[Row]:
    """Lines as rows, top to bottom, each left to right.

    On a page in two columns the left one comes before the right one; headings that reach across
    the gap keep their place between. Table cells stay in their row: columns are looked for only
    where both sides are as wide as running text.
    """
    gap = _gap(lines, width)
    if gap is None:
        return _rows(lines)
    ordered: list[Row] = []
    across = _rows([line for line in lines if _crosses(line, gap)])
    rest = [line for line in lines if not _crosses(line, gap)]
    for row in [*across, None]:
        limit = min(line.bounds[0] for line in row) if row else float("inf")
        above = [line for line in rest if line.bounds[0] < limit]
        rest = [line for line in rest if line.bounds[0] >= limit]
        ordered += _rows([line for line in above if line.bounds[3] <= gap])
        ordered += _rows([line for line in above if line.bounds[1] >= gap])
        ordered += [row] if row else []
    return ordered


def _rows(lines: Sequence[TextLine]) -> list[Row]:
    """Lines whose middle lies within the height of the row's first one share that row."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: sum(line.bounds[::2])):
        top, _, bottom, _ = line.bounds
        if rows:
            row_top, _, row_bottom, _ = rows[-1][0].bounds
            if row_top < (top + bottom) / 2 < row_bottom:
                rows[-1].append(line)
                continue
        rows.append([line])
    return [tuple(sorted(row, key=lambda line: line.bounds[1])) for row in rows]


def _gap(lines: Sequence[TextLine], width: float) -> float | None:
    """The x of a gap between two columns of running text, or None."""
    best, fewest = None, len(lines) / 4
    for twentieth in range(7, 14):
        x = width * twentieth / 20
        crossing = sum(_crosses(line, x) for line in lines)
        sides = (
            [line for line in lines if line.bounds[3] <= x],
            [line for line in lines if line.bounds[1] >= x],
        )
        if crossing < fewest and all(_is_running_text(side, width) for side in sides):
            best, fewest = x, crossing
    return best


def _crosses(line: TextLine, x: float) -> bool:
    return line.bounds[1] < x < line.bounds[3]


def _is_running_text(lines: Sequence[TextLine], width: float) -> bool:
    if len(lines) < 3:
        return False
    widths = sorted(line.bounds[3] - line.bounds[1] for line in lines)
    return widths[len(widths) // 2] > width / 4
