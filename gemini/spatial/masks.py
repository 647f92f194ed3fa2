"""Masks as the API sends them, and the part of the picture that an item is about."""

import base64
import binascii
import io
import re
import struct

from PIL import Image

from gemini.media.images import data_url
from gemini.spatial.items import Item, Mask, PixelBox, Point

THRESHOLD = 127
"""A pixel of the probability map above this belongs to the object (Google's own examples)."""

LARGEST_SIDE = 4096
"""Pixels; a mask is a few hundred a side. A larger one is a mistake or a decompression bomb."""

POINT_WINDOW = 1 / 6
"""The side of what is shown around a point, as a share of the picture's longer side."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DATA_URL = re.compile(r"\s*data:image/png\s*;\s*base64\s*,", re.IGNORECASE)
_TOKENS = re.compile(r"\s*<(?:start_of_mask|seg_\d+)>")


def is_tokens(text: str) -> bool:
    """Whether `text` is `<start_of_mask><seg_N>...`: a mask that only Google's decoder can read."""
    return _TOKENS.match(text) is not None


def decode(text: str) -> bytes | None:
    """The PNG in a base64 text, plain or URL-safe, with or without a `data:` prefix.

    None when it isn't one that can be opened.
    """
    digits = "".join(_DATA_URL.sub("", text, count=1).split()).rstrip("=")
    digits = digits.replace("-", "+").replace("_", "/")
    try:
        data = base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None
    return data if _opens(data) else None


def encode(mask: Mask) -> str:
    """The mask as the API writes it: a `data:` URL."""
    return data_url(mask.png)


def shape(mask: Mask, size: tuple[int, int]) -> Image.Image:
    """The object on a picture of `size`, as an image ("L", 0 or 255) as large as the box."""
    box = mask.pixels(size)
    with Image.open(io.BytesIO(mask.png)) as probabilities:
        stretched = probabilities.convert("L").resize(
            (box.width, box.height), Image.Resampling.BILINEAR
        )
    return stretched.point([0] * (THRESHOLD + 1) + [255] * (255 - THRESHOLD))


def window(item: Item, size: tuple[int, int], margin: float = 0.0) -> PixelBox:
    """The pixels to cut out of a picture of `size`, never beyond its edges.

    `margin` is added on every side, as a share of the item's longer side.
    """
    if isinstance(item, Point):
        x, y = item.pixel(size)
        half = max(1, round(max(size) * POINT_WINDOW / 2))
        box = PixelBox(x - half, y - half, x + half, y + half)
    else:
        box = item.pixels(size)
    more = round(max(box.width, box.height) * margin)
    return PixelBox(
        max(0, box.left - more),
        max(0, box.top - more),
        min(size[0], box.right + more),
        min(size[1], box.bottom + more),
    )


def crop(picture: Image.Image, item: Item, *, margin: float = 0.0) -> Image.Image:
    """The item cut out of the picture that was sent; for a point, what is around it."""
    return picture.crop(window(item, picture.size, margin))


def cut_out(picture: Image.Image, mask: Mask) -> Image.Image:
    """The object alone ("RGBA", as large as its box), transparent around its mask."""
    part = crop(picture, mask).convert("RGBA")
    part.putalpha(shape(mask, picture.size))
    return part


def _opens(data: bytes) -> bool:
    # The size is read before Pillow opens it, so that no bomb is ever unpacked.
    if not data.startswith(_SIGNATURE) or len(data) < 24:
        return False
    width, height = struct.unpack(">II", data[16:24])
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        return False
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            image.convert("L")
    except Exception:  # a broken PNG raises whatever its decoder happens to trip on
        return False
    return True
