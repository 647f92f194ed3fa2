"""What is seen in a picture is said, and what can't be known is said to be so."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from emulator.engines import ocr
from emulator.engines.errors import UnreadableMediaError
from emulator.engines.perception import CANNOT_SEE, look

MEDIA = Path(__file__).parents[2] / "samples" / "media"


def test_a_drawing_has_shapes_and_colours() -> None:
    sight = look((MEDIA / "shapes.png").read_bytes())
    assert (sight.width, sight.height) == (1000, 700)
    assert (sight.kind, sight.notes) == ("drawing", ())
    assert {"red circle", "purple star"} <= {region.label for region in sight.regions}
    assert sight.colours[0] == ((255, 255, 255), pytest.approx(0.77, abs=0.01))
    assert sight.text
    assert not sight.text.rows


def test_the_letters_of_a_sign_are_no_shapes() -> None:
    sight = look((MEDIA / "sign.png").read_bytes())
    assert {region.label for region in sight.regions} == {
        "blue rectangle",
        "white rectangle outline",
        "brown rectangle",
    }
    assert sight.text
    assert sight.text.text == "PIER 7\nFerry to Heron Island\nDeparts daily at 10:15\nMind the gap"


def test_of_a_photo_it_says_that_it_does_not_know_what_it_shows() -> None:
    sight = look((MEDIA / "coffee.jpg").read_bytes())
    assert sight.kind == "photo"
    assert CANNOT_SEE in sight.notes


def test_without_ocr_the_rest_is_seen_and_the_gap_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    without = replace(ocr.PACKAGES, names={"no_such_reader": "rapidocr"})
    monkeypatch.setattr(ocr, "PACKAGES", without)
    sight = look((MEDIA / "shapes.png").read_bytes())
    assert sight.text is None
    assert len(sight.regions) == 5
    assert "needs rapidocr" in sight.notes[0]


def test_of_an_animation_the_first_frame_is_said_to_be_looked_at() -> None:
    file = io.BytesIO()
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    assert look(file.getvalue()).notes[0].startswith("An animation of 2 frames")


def test_what_is_no_picture_raises() -> None:
    with pytest.raises(UnreadableMediaError):
        look(b"no picture")
