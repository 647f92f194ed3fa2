"""Masks for editing a picture."""

import io

import pytest
from PIL import Image

from gemini.creation.mask import Area, fitted_mask, marked, rectangle_mask
from gemini.media.attachment import Attachment, MediaError
from gemini.media.load import attachment
from tests.made_replies import png


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def mask(data: bytes) -> Attachment:
    return attachment("mask.png", data)


@pytest.mark.parametrize(
    ("area", "box"),
    [
        (Area(), (50, 25, 150, 75)),
        (Area(0, 0, 100, 100), (0, 0, 200, 100)),
        (Area(99, 99, 99, 99), (198, 99, 199, 100)),
    ],
)
def test_a_rectangle_is_white_inside(area: Area, box: tuple[int, int, int, int]) -> None:
    made = opened(rectangle_mask((200, 100), area))
    assert (made.size, made.mode) == ((200, 100), "L")
    assert made.getbbox() == box


def test_an_own_mask_becomes_black_and_white_in_the_pictures_size() -> None:
    made = opened(fitted_mask(mask(rectangle_mask((100, 50), Area())), (200, 100)))
    assert made.size == (200, 100)
    assert set(made.tobytes()) == {0, 255}


@pytest.mark.parametrize(
    ("data", "words"),
    [(png("white", (50, 50)), "image's aspect ratio"), (png("black", (64, 32)), "no white")],
)
def test_a_mask_that_cannot_be_used_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(MediaError, match=words):
        fitted_mask(mask(data), (200, 100))


def test_the_area_is_seen_on_the_picture() -> None:
    shaded = opened(marked(png("white", (400, 200)), Area(), 100))
    assert shaded.size == (100, 50)
    assert shaded.getpixel((2, 2)) == (255, 255, 255)
    assert shaded.getpixel((50, 25)) != (255, 255, 255)
