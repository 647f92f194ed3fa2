"""Text in pictures with RapidOCR, whose models come in its package: nothing is downloaded.

Its lines are put into the order in which a person reads them: rows, and two columns.
"""

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops

from emulator.engines.errors import Packages
from emulator.engines.pictures import open_picture

if TYPE_CHECKING:
    from rapidocr import RapidOCR

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


PACKAGES = Packages(
    "Reading the text in images",
    {"rapidocr": "rapidocr", "onnxruntime": "onnxruntime", "cv2": "opencv-python-headless"},
    "pip install rapidocr onnxruntime opencv-python-headless",
)
MODEL = "pp-ocrv6-small"
# Larger pictures are scaled down to this before they are read: the memory it takes grows with
# the pixels, 0.6 GB at this size.
MAX_PIXELS, MAX_SIDE = 1_500_000, 8000
MARGIN = 20  # pixels kept around what is cut out of a blank ground
BLANK = 24  # levels (of 255) by which a pixel may differ from the ground and still be blank
THIN = 8  # pixels; no writing fits in less
SURE = 0.5  # confidence from which a line counts
SURE_OF_ONE = 0.9  # and a single sign: a circle is much like an O
_reading = threading.Lock()


@dataclass(frozen=True)
class TextInImage:
    """What is written in a picture of `width` x `height` pixels, in rows as one reads them."""

    rows: tuple[Row, ...]
    width: int
    height: int

    @property
    def lines(self) -> tuple[TextLine, ...]:
        """All lines in reading order."""
        return tuple(line for row in self.rows for line in row)

    @property
    def text(self) -> str:
        """One row a line; what stands apart in a row is parted by two spaces."""
        return "\n".join("  ".join(line.text for line in row) for row in self.rows)


def read(image: bytes | Image.Image) -> TextInImage:
    """All text in a picture, about a second for 1000 x 700 pixels; no rows where there is none.

    Bytes are opened by `pictures.open_picture`, which raises for what isn't a picture; an Image
    is taken as upright. Boxes are in pixels of the upright picture. Raises EngineMissingError
    without the packages.
    """
    PACKAGES.require()
    picture = open_picture(image).image if isinstance(image, bytes) else image.convert("RGB")
    inked = _inked(picture)
    part = picture.crop(inked)
    zoom = max(1.0, math.sqrt(part.width * part.height / MAX_PIXELS), max(part.size) / MAX_SIDE)
    size = (round(part.width / zoom), round(part.height / zoom))
    rows: list[Row] = []
    if min(size) >= THIN:
        pixels = np.asarray(part.resize(size, Image.Resampling.LANCZOS) if zoom > 1 else part)
        with _reading:  # the reader keeps state between its steps, and its models fill every core
            output = _reader()(pixels[:, :, ::-1])
        rows = reading_order(_lines(output, zoom, inked[:2]), picture.width)
    return TextInImage(tuple(rows), picture.width, picture.height)


def _inked(picture: Image.Image) -> tuple[int, int, int, int]:
    """The part (left, top, right, bottom) that isn't blank margin; of no size if all is blank.

    The text detector overlooks a line that is alone on a large empty ground.
    """
    ground = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    distance = ImageChops.difference(picture, ground).convert("L")
    box = distance.point([0] * BLANK + [255] * (256 - BLANK)).getbbox()
    if box is None:
        return 0, 0, 0, 0
    left, top, right, bottom = box
    return (
        max(0, left - MARGIN),
        max(0, top - MARGIN),
        min(picture.width, right + MARGIN),
        min(picture.height, bottom + MARGIN),
    )


def _lines(output: object, zoom: float, origin: tuple[int, int]) -> list[TextLine]:
    """What was found in a part scaled down `zoom` times whose top left is at `origin` (x, y)."""
    from rapidocr.utils.output import RapidOCROutput

    if not isinstance(output, RapidOCROutput) or output.boxes is None:
        return []
    lines = []
    for text, score, box in zip(output.txts or (), output.scores or (), output.boxes, strict=True):
        a, b, c, d = [(float(x), float(y)) for x, y in box * zoom + origin]
        if score >= (SURE if len(text) > 1 else SURE_OF_ONE):
            lines.append(TextLine(text, float(score), (a, b, c, d)))
    return lines


@cache
def _reader() -> "RapidOCR":
    from rapidocr import RapidOCR

    # By itself it enlarges the shorter side to 736 pixels, which makes a long strip many times
    # larger than any limit, and reads no better.
    as_it_is = {
        "Global.max_side_len": MAX_SIDE,
        "Global.use_vertical_padding": False,
        "Det.limit_type": "max",
        "Det.limit_side_len": MAX_SIDE,
    }
    return RapidOCR(params={"Global.log_level": "critical", **as_it_is})
