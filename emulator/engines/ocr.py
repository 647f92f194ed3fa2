"""Text in pictures with RapidOCR, whose models come in its package: nothing is downloaded."""

import math
import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops

from emulator.engines.layout import Row, TextLine, reading_order
from emulator.engines.packages import Packages
from emulator.engines.pictures import open_picture

if TYPE_CHECKING:
    from rapidocr import RapidOCR

PACKAGES = Packages(
    "Reading the text in pictures",
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


def available() -> str | None:
    """None when text in pictures can be read here, else what is missing and how to install it."""
    return PACKAGES.missing()


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
