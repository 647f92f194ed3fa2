"""Text in pictures with RapidOCR, whose models come in its package: nothing is downloaded."""

import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

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
MAX_SIDE = 2000  # larger pictures are scaled down to this before they are read
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
    scaled = picture.copy()
    scaled.thumbnail((MAX_SIDE, MAX_SIDE))
    zoom = picture.width / scaled.width
    with _reading:  # the reader keeps state between its steps, and its models fill both cores
        found = _reader()(np.asarray(scaled)[:, :, ::-1])
    rows = reading_order(_lines(found, zoom), picture.width)
    return TextInImage(tuple(rows), picture.width, picture.height)


def _lines(found: object, zoom: float) -> list[TextLine]:
    """What was found, in the picture's own pixels, `zoom` times those it was read in."""
    from rapidocr.utils.output import RapidOCROutput

    if not isinstance(found, RapidOCROutput) or found.boxes is None:
        return []
    lines = []
    for text, score, box in zip(found.txts or (), found.scores or (), found.boxes, strict=True):
        a, b, c, d = [(float(x), float(y)) for x, y in box * zoom]
        if score >= (SURE if len(text) > 1 else SURE_OF_ONE):
            lines.append(TextLine(text, float(score), (a, b, c, d)))
    return lines


@cache
def _reader() -> "RapidOCR":
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical", "Global.max_side_len": MAX_SIDE})
