"""Coordinates to pixels, crops and masks."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gemini.media.images import png
from gemini.spatial import masks
from gemini.spatial.items import Box, Mask, PixelBox, Point, kind
from gemini.spatial.masks import crop, cut_out, window

SIZES = st.tuples(st.integers(1, 5000), st.integers(1, 5000))
UNITS = st.floats(0, 1000)


def half_mask() -> Mask:
    """A box whose left half belongs to the object."""
    image = Image.new("L", (10, 10), 127)
    ImageDraw.Draw(image).rectangle((0, 0, 4, 9), fill=128)
    return Mask("leaf", 200, 100, 600, 500, png(image))


def test_y_comes_before_x() -> None:
    assert Box("", 100, 200, 300, 400).pixels((2000, 1000)) == PixelBox(400, 100, 800, 300)
    assert Point("", 100, 200).pixel((2000, 1000)) == (400, 100)
    assert Box("", 100, 200, 300, 400).box_2d == (100, 200, 300, 400)


@given(SIZES, UNITS, UNITS, UNITS, UNITS)
def test_pixels_are_inside_the_picture_and_never_none(size, y1, y2, x1, x2) -> None:
    box = Box("", min(y1, y2), min(x1, x2), max(y1, y2), max(x1, x2)).pixels(size)
    assert 0 <= box.left < box.right <= size[0]
    assert 0 <= box.top < box.bottom <= size[1]
    x, y = Point("", y1, x1).pixel(size)
    assert 0 <= x < size[0]
    assert 0 <= y < size[1]


def test_kinds() -> None:
    assert [kind(i) for i in (Box("", 0, 0, 1, 1), Point("", 0, 0), half_mask())] == [
        "box",
        "point",
        "mask",
    ]


def test_a_mask_is_stretched_over_its_box_and_cut_at_the_threshold() -> None:
    shape = masks.shape(half_mask(), (1000, 500))
    assert shape.size == (400, 200)
    assert len(shape.getcolors() or []) == 2
    assert shape.getpixel((10, 100)) == 255
    assert shape.getpixel((390, 100)) == 0


def test_a_mask_comes_back_from_its_text() -> None:
    assert masks.decode(masks.encode(half_mask())) == half_mask().png


def test_a_huge_mask_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    Image.new("1", (masks.LARGEST_SIDE + 1, 1)).save(buffer, "PNG")
    text = masks.encode(Mask("", 0, 0, 1, 1, buffer.getvalue()))
    assert masks.decode(text) is None


def test_a_crop_shows_the_item() -> None:
    picture = Image.new("RGB", (1000, 500), "white")
    picture.paste("red", (100, 100, 500, 300))
    part = crop(picture, Box("", 200, 100, 600, 500))
    assert part.size == (400, 200)
    assert part.getcolors() == [(80000, (255, 0, 0))]
    assert crop(picture, Box("", 200, 100, 600, 500), margin=0.1).size == (480, 280)


def test_a_cut_out_is_transparent_around_the_object() -> None:
    part = cut_out(Image.new("RGB", (1000, 500), "red"), half_mask())
    assert part.getpixel((10, 100)) == (255, 0, 0, 255)
    assert part.getpixel((390, 100)) == (255, 0, 0, 0)


@settings(deadline=None)
@given(SIZES, UNITS, UNITS, st.floats(0, 3))
def test_windows_stay_inside(size, y, x, margin) -> None:
    box = window(Point("", y, x), size, margin)
    assert 0 <= box.left < box.right <= size[0]
    assert 0 <= box.top < box.bottom <= size[1]
