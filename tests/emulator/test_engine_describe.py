"""What is seen in a picture is said, and what can't be known is said to be so."""

import io
from pathlib import Path

import pytest
from PIL import Image

from emulator.engines import ocr
from emulator.engines.describe import CANNOT_SEE, in_words, look
from emulator.engines.errors import UnreadableError

MEDIA = Path(__file__).parents[2] / "samples" / "media"


def test_a_drawing_is_described_by_its_shapes() -> None:
    sight = look((MEDIA / "shapes.png").read_bytes())
    assert (sight.width, sight.height, sight.format) == (1000, 700, "PNG")
    assert sight.notes == ()
    words = in_words(sight)
    assert "A drawing or a graphic, 1000 x 700 pixels. Its background is white." in words
    assert "red circle at top left" in words
    assert "purple star at bottom right" in words
    assert "white (#ffffff) 77%" in words
    assert "No text in it." in words


def test_a_sign_is_described_by_its_text_without_letters_as_shapes() -> None:
    sight = look((MEDIA / "sign.png").read_bytes())
    assert {region.label for region in sight.regions} == {
        "blue rectangle",
        "white rectangle outline",
        "brown rectangle",
    }
    assert in_words(sight).endswith(
        "Text in it:\nPIER 7\nFerry to Heron Island\nDeparts daily at 10:15\nMind the gap"
    )


def test_of_a_photo_it_says_that_it_does_not_know_what_it_shows() -> None:
    sight = look((MEDIA / "coffee.jpg").read_bytes())
    assert sight.kind == "photo"
    assert CANNOT_SEE in sight.notes
    words = in_words(sight)
    assert CANNOT_SEE in words
    assert "cup" not in words
    assert "Shapes:" not in words


def test_without_ocr_the_rest_is_seen_and_the_gap_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: "Reading text needs rapidocr.")
    sight = look((MEDIA / "shapes.png").read_bytes())
    assert sight.text is None
    assert len(sight.regions) == 5
    words = in_words(sight)
    assert "Reading text needs rapidocr." in words
    assert "No text" not in words


def test_of_an_animation_the_first_frame_is_said_to_be_looked_at() -> None:
    file = io.BytesIO()
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    assert look(file.getvalue()).notes[0].startswith("An animation of 2 frames")


def test_what_is_no_picture_raises() -> None:
    with pytest.raises(UnreadableError):
        look(b"no picture")
