"""What a picture was made with, in its file."""

import io

import pytest
from PIL import Image

from gemini.media.metadata import with_notes
from tests.made_replies import png

NOTES = {"Description": "Ein Käse, 芝士", "Software": "Gemini Playground"}


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_a_png_carries_them_and_its_pixels_stay() -> None:
    before = png()
    image = opened(with_notes(before, NOTES))
    assert image.info["Description"] == "Ein Käse, 芝士"
    assert image.info["Software"] == "Gemini Playground"
    assert image.tobytes() == opened(before).tobytes()


@pytest.mark.parametrize("length", [10, 200_000])
def test_a_jpeg_carries_them_as_a_comment(length: int) -> None:
    target = io.BytesIO()
    opened(png()).save(target, "JPEG")
    image = opened(with_notes(target.getvalue(), {"Description": "ä" * length}))
    assert image.info["comment"].decode().startswith("Description: ää")
    assert image.tobytes() == opened(target.getvalue()).tobytes()


def test_other_formats_are_left_alone() -> None:
    assert with_notes(b"RIFF....WEBP", NOTES) == b"RIFF....WEBP"
