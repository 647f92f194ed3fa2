"""Items drawn on the picture they belong to, readable from the back row.

The picture must be the very one that was sent: same pixels, orientation applied. It isn't
changed; a drawn copy comes back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from gemini.spatial import masks
from gemini.spatial.items import Item, Mask, PixelBox, Point
from gemini.spatial.labels import write
from gemini.spatial.style import INK, PALETTE, Colour, Style, colours

_DIMMED = 0.4  # how much is left of the brightness around a highlighted item
_FULL = [0] * 254 + [255] * 2  # tables for `Image.point`: what is inked all over, or at all
_ANY = [0] + [255] * 255
_SMOOTH = 4  # dots are drawn so many times too large and scaled down


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn picture ("RGB", the size of the original) and what could not be shown on it."""

    image: Image.Image
    notes: tuple[str, ...]


def draw(
    picture: Image.Image,
    items: Sequence[Item],
    *,
    colour_of: Mapping[str, Colour] | None = None,
    highlight: int | None = None,
    labels: bool = True,
    numbered: bool = False,
    opacity: float = 0.45,
    scale: float = 1.0,
) -> Drawing:
    """Draws items on a copy of `picture`.

    Args:
        picture: the picture that was sent, in any mode; transparent parts become white.
        items: in the order of the table they are listed in.
        colour_of: from `palette.colours`, to keep colours while filtering; else made from `items`.
        highlight: the place in `items` of the one to show; the rest of the picture is dimmed and
            only this one is named.
        labels: whether names are written.
        numbered: whether the place in `items`, from 1, stands before each name.
        opacity: of masks, 0 (only their edge) to 1.
        scale: of lines and letters, larger for a picture that is shown small.
    """
    canvas = rgb(picture)
    style = Style.of(canvas.size, len(items), scale)
    named = colours(item.label for item in items) if colour_of is None else colour_of
    shades = [named.get(item.label, PALETTE[0]) for item in items]
    for i in _largest_first(items, canvas.size, style):
        if i != highlight:
            _draw_item(canvas, items[i], shades[i], style, opacity)
    shown = range(len(items)) if highlight is None else [highlight]
    if highlight is not None:
        _spotlight(canvas, picture, items[highlight], style)
        _draw_item(canvas, items[highlight], shades[highlight], style, opacity)
    notes = write(canvas, items, shades, shown, style, numbered=numbered) if labels else ()
    return Drawing(canvas, notes)


def rgb(picture: Image.Image) -> Image.Image:
    """A copy of a picture in "RGB", on white where it is transparent."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layers = picture.convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, layers).convert("RGB")


def _largest_first(items: Sequence[Item], size: tuple[int, int], style: Style) -> list[int]:
    """Places in `items` so that the small ones are drawn last and stay whole."""
    frames = [style.frame(item, size) for item in items]
    return sorted(range(len(items)), key=lambda i: -frames[i].width * frames[i].height)


def _draw_item(
    canvas: Image.Image, item: Item, colour: Colour, style: Style, opacity: float
) -> None:
    if isinstance(item, Point):
        _draw_dot(canvas, item, colour, style)
    elif isinstance(item, Mask):
        _draw_mask(canvas, item, colour, style, opacity)
    else:
        _draw_box(canvas, item.pixels(canvas.size), colour, style)


def _draw_box(canvas: Image.Image, box: PixelBox, colour: Colour, style: Style) -> None:
    """A line inside the box's edge, with a halo on both of its sides."""
    halo, line = style.halo, style.line
    _draw_frame(canvas, box, -halo, line + 2 * halo, INK)
    _draw_frame(canvas, box, 0, line, colour)


def _draw_frame(canvas: Image.Image, box: PixelBox, inset: int, width: int, colour: Colour) -> None:
    # Four filled bars: Pillow fills a rectangle several times faster than it draws an outline.
    left, top, right, bottom = (
        max(0, box.left + inset),
        max(0, box.top + inset),
        min(canvas.width, box.right - inset),
        min(canvas.height, box.bottom - inset),
    )
    inner_left, inner_right = min(left + width, right), max(right - width, left)
    inner_top, inner_bottom = min(top + width, bottom), max(bottom - width, top)
    for bar in (
        (left, top, right, inner_top),
        (left, inner_bottom, right, bottom),
        (left, top, inner_left, bottom),
        (inner_right, top, right, bottom),
    ):
        if bar[0] < bar[2] and bar[1] < bar[3]:
            canvas.paste(colour, bar)


def _draw_mask(
    canvas: Image.Image, mask: Mask, colour: Colour, style: Style, opacity: float
) -> None:
    """The object's shape filled, with a line along its edge; the box where the mask is empty."""
    box = mask.pixels(canvas.size)
    shape = masks.shape(mask, canvas.size)
    if shape.getbbox() is None:
        _draw_box(canvas, box, colour, style)
        return
    margin = style.line + style.halo
    shape = ImageOps.expand(shape, margin)
    corner = (box.left - margin, box.top - margin)
    soft = [round(v * opacity) for v in range(256)]
    # A blur tells how near the edge is, in a time that doesn't grow with the line's width.
    inside = shape.filter(ImageFilter.BoxBlur(style.line))
    edge = ImageChops.subtract(shape, inside.point(_FULL))
    around = shape.filter(ImageFilter.BoxBlur(style.halo)).point(_ANY)
    canvas.paste(INK, corner, ImageChops.subtract(around, shape))
    canvas.paste(colour, corner, shape.point(soft))
    canvas.paste(colour, corner, edge)


def _draw_dot(canvas: Image.Image, point: Point, colour: Colour, style: Style) -> None:
    x, y = point.pixel(canvas.size)
    for radius, shade in (
        (style.dot + style.halo, INK),
        (style.dot, colour),
        (max(1, style.dot // 3), INK),
    ):
        canvas.paste(shade, (x - radius, y - radius), _disc(radius))


@lru_cache(maxsize=64)
def _disc(radius: int) -> Image.Image:
    """A smooth disc ("L"), 2 * radius + 1 pixels wide."""
    side = 2 * radius + 1
    large = Image.new("L", (side * _SMOOTH, side * _SMOOTH))
    ImageDraw.Draw(large).ellipse((0, 0, side * _SMOOTH - 1, side * _SMOOTH - 1), fill=255)
    return large.resize((side, side), Image.Resampling.LANCZOS)


def _spotlight(canvas: Image.Image, picture: Image.Image, item: Item, style: Style) -> None:
    """Dims the canvas but for the item's own part, which shows the bare picture."""
    frame = style.frame(item, canvas.size)
    reach = 5 * style.dot if isinstance(item, Point) else 0
    box = (
        max(0, frame.left - reach),
        max(0, frame.top - reach),
        min(canvas.width, frame.right + reach),
        min(canvas.height, frame.bottom + reach),
    )
    bare = rgb(picture.crop(box))
    canvas.paste(canvas.point([round(v * _DIMMED) for v in range(256)] * 3))
    canvas.paste(bare, box)
