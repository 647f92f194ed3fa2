"""The part of the picture that an item is about."""

from PIL import Image

from gemini.spatial import masks
from gemini.spatial.items import Item, Mask, PixelBox, Point

POINT_WINDOW = 1 / 6
"""The side of what is shown around a point, as a share of the picture's longer side."""


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
    part.putalpha(masks.shape(mask, picture.size))
    return part
