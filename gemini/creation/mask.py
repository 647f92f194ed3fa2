"""Masks for editing a picture: white is what may change, black is what stays."""

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageOps

from gemini.media.attachment import Attachment, MediaError
from gemini.media.images import eight_bit, png

SHADE = (220, 60, 60, 120)  # of what may change, in a preview


@dataclass(frozen=True)
class Area:
    """A rectangle in hundredths of the picture's width and height, origin top left."""

    left: int = 25
    top: int = 25
    right: int = 75
    bottom: int = 75


def rectangle_mask(size: tuple[int, int], area: Area) -> bytes:
    """A mask of `size` (width, height) in pixels, as PNG, white inside the area."""
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).rectangle(_corners(size, area), fill=255)
    return png(mask)


def fitted_mask(mask: Attachment, size: tuple[int, int]) -> bytes:
    """An uploaded mask in black and white, in the picture's size: white where it is bright.

    Raises:
        MediaError: it isn't of the picture's shape, or has nothing white.
    """
    with Image.open(io.BytesIO(mask.data)) as opened:
        grey = eight_bit(ImageOps.exif_transpose(opened)).convert("RGBA")
    grey = Image.alpha_composite(Image.new("RGBA", grey.size, "black"), grey).convert("L")
    if abs(grey.width / grey.height - size[0] / size[1]) > 0.02 * size[0] / size[1]:
        raise MediaError(
            f"{mask.name} is {grey.width} x {grey.height} and the image {size[0]} x {size[1]}: "
            "a mask needs the image's aspect ratio."
        )
    two = grey.resize(size).point([0] * 128 + [255] * 128)
    if two.getbbox() is None:
        raise MediaError(f"{mask.name} has no white: white marks the area to edit.")
    return png(two)


def marked(picture: bytes, area: Area, side: int) -> bytes:
    """The picture, at most `side` pixels long and wide, with the area shaded, as PNG."""
    with Image.open(io.BytesIO(picture)) as opened:
        small = eight_bit(ImageOps.exif_transpose(opened)).convert("RGBA")
    small.thumbnail((side, side))
    shade = Image.new("RGBA", small.size, (0, 0, 0, 0))
    ImageDraw.Draw(shade).rectangle(_corners(small.size, area), fill=SHADE)
    return png(Image.alpha_composite(small, shade).convert("RGB"))


def _corners(size: tuple[int, int], area: Area) -> tuple[int, int, int, int]:
    """The area in pixels, right and bottom included, at least one pixel each way."""
    width, height = size
    left, top = area.left * width // 100, area.top * height // 100
    right = max(area.right * width // 100 - 1, left)
    return left, top, right, max(area.bottom * height // 100 - 1, top)
