"""The text of sample pictures comes back, where it stands and in the order it is read."""

import io
import json
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from emulator.engines import errors, ocr
from emulator.engines.errors import EngineMissingError, UnreadableMediaError
from emulator.engines.ocr import TextLine, reading_order

MEDIA = Path(__file__).parents[2] / "samples" / "media"
TRUTH = {
    item["file"]: item["truth"]
    for item in json.loads((MEDIA / "media.json").read_text())["media"]
    if item["kind"] == "image"
}


def sample(name: str) -> bytes:
    return (MEDIA / name).read_bytes()


@pytest.fixture(scope="module")
def sign() -> ocr.TextInImage:
    return ocr.read(sample("sign.png"))


def test_the_text_of_the_sign_comes_back_in_order(sign: ocr.TextInImage) -> None:
    assert sign.text.splitlines() == TRUTH["sign.png"]["text"]
    assert all(line.confidence > 0.9 for line in sign.lines)


def test_boxes_are_pixels_around_the_text(sign: ocr.TextInImage) -> None:
    around_title = (130, 90, 870, 230)
    title = Image.open(io.BytesIO(sample("sign.png"))).convert("L").crop(around_title)
    ink = title.point([0] * 160 + [255] * 96).getbbox()
    assert ink is not None
    ymin, xmin, ymax, xmax = sign.lines[0].bounds
    margins = (130 + ink[0] - xmin, 90 + ink[1] - ymin, xmax - 130 - ink[2], ymax - 90 - ink[3])
    assert all(0 <= margin <= 25 for margin in margins)  # letters 66 high, a little air around


def test_rows_of_the_invoice_stay_together() -> None:
    rows = ocr.read(sample("invoice.png")).text.splitlines()
    assert "TOTAL EUR 2,188.20" in [" ".join(row.split()) for row in rows]
    assert "City bicycle, 28 inch  4  389.00  1,556.00" in rows
    assert any("INV-2025-0417" in row for row in rows)


def test_shapes_are_no_letters_and_a_blank_picture_is_empty() -> None:
    assert ocr.read(sample("shapes.png")).rows == ()
    assert ocr.read(Image.new("RGB", (300, 200), "white")).text == ""


def test_a_large_picture_is_read_with_boxes_in_its_own_pixels(sign: ocr.TextInImage) -> None:
    large = Image.open(io.BytesIO(sample("sign.png"))).resize((3000, 1920))
    found = ocr.read(large)
    assert found.lines[0].text == "PIER 7"
    assert (found.width, found.height) == (3000, 1920)
    tripled = [3 * edge for edge in sign.lines[0].bounds]
    assert found.lines[0].bounds == pytest.approx(tripled, abs=30)


def test_a_small_line_on_a_large_blank_page_is_not_overlooked() -> None:
    page = Image.new("RGB", (2400, 2400), "#f4f4f0")
    ImageDraw.Draw(page).text((700, 1500), "Leaves 10:15", "black", ImageFont.load_default(22))
    (line,) = ocr.read(page).lines
    assert line.text == "Leaves 10:15"
    assert line.bounds == pytest.approx((1500, 700, 1525, 833), abs=12)


@pytest.mark.parametrize("size", [(600, 40), (20_000, 60), (60, 9_000)])
def test_a_long_strip_is_not_enlarged(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    strip = Image.effect_noise(size, 90).convert("RGB")
    seen: list[tuple[int, ...]] = []
    reader = ocr._reader()
    detector = reader._load_det_model()
    session = type(detector.session)
    original = session.__call__

    def watched(self: Any, pixels: np.ndarray) -> object:
        seen.append(pixels.shape)
        return original(self, pixels)

    monkeypatch.setattr(session, "__call__", watched)
    ocr.read(strip)
    assert seen
    assert all(shape[2] * shape[3] <= ocr.MAX_PIXELS * 1.1 for shape in seen)


def test_a_tilted_line_keeps_its_tilt() -> None:
    image = Image.new("RGB", (600, 300), "white")
    ImageDraw.Draw(image).text(
        (60, 130), "Tilted by six degrees", "black", ImageFont.load_default(42)
    )
    line = ocr.read(image.rotate(6, fillcolor="white")).lines[0]
    assert line.text == "Tilted by six degrees"
    (left, left_y), (right, right_y), *_ = line.box
    assert (left_y - right_y) / (right - left) == pytest.approx(0.105, abs=0.03)


def test_no_network_and_broken_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    ocr._reader.cache_clear()
    assert ocr.read(sample("sign.png")).rows
    with pytest.raises(UnreadableMediaError):
        ocr.read(b"no picture")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "find_spec", lambda name: None)
    assert "rapidocr and onnxruntime and opencv-python-headless" in (ocr.PACKAGES.missing() or "")
    with pytest.raises(EngineMissingError, match="pip install rapidocr"):
        ocr.read(sample("sign.png"))


def line(text: str, x: float, y: float, width: float, height: float = 20) -> TextLine:
    right, bottom = x + width, y + height
    return TextLine(text, 1.0, ((x, y), (right, y), (right, bottom), (x, bottom)))


def order(*lines: TextLine) -> list[list[str]]:
    return [[line.text for line in row] for row in reading_order(lines, 1000)]


def test_cells_of_a_table_are_rows_even_when_uneven() -> None:
    cells = [
        line(f"{row}{c}", 50 + 300 * c, 40 * row + 6 * (c == 1), 100)
        for row in range(4)
        for c in range(3)
    ]
    assert order(*reversed(cells)) == [[f"{row}{c}" for c in range(3)] for row in range(4)]


def test_columns_of_running_text_are_read_one_after_the_other() -> None:
    left = [line(f"l{i}", 40, 100 + 30 * i, 420) for i in range(5)]
    right = [line(f"r{i}", 540, 100 + 30 * i, 420) for i in range(5)]
    title = line("title", 200, 20, 600)
    foot = line("foot", 300, 400, 400)
    mixed = [item for pair in zip(left, right, strict=True) for item in pair]
    expected = ["title", *(f"l{i}" for i in range(5)), *(f"r{i}" for i in range(5)), "foot"]
    assert order(foot, *mixed, title) == [[text] for text in expected]


def test_no_lines_no_rows() -> None:
    assert order() == []
