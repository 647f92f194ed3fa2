"""The sample media are all listed with source and licence, small, and what the script makes."""

import json
from pathlib import Path

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from emulator.engines.document import read
from samples.make_media import MEDIA, MOST_BYTES, MOST_IN_ALL
from samples.making import documents, pictures, videos

LISTED = {item["file"]: item for item in json.loads((MEDIA / "media.json").read_text())["media"]}
FILES = {path.name: path for path in MEDIA.iterdir() if path.suffix != ".json"}


def test_every_file_is_listed_and_small() -> None:
    assert set(FILES) == set(LISTED)
    sizes = [path.stat().st_size for path in FILES.values()]
    assert max(sizes) <= MOST_BYTES
    assert sum(sizes) <= MOST_IN_ALL


@pytest.mark.parametrize("name", LISTED)
def test_every_entry_is_complete(name: str) -> None:
    item = LISTED[name]
    assert {"title", "kind", "mime_type", "source", "licence", "truth"} <= set(item)
    assert item["kind"] in {"image", "document", "audio", "video"}
    assert item["licence"] == "CC0-1.0"


def test_the_script_draws_the_pictures_that_are_shipped(tmp_path: Path) -> None:
    pictures.make(tmp_path)
    drawn = {path.name: path for path in tmp_path.glob("*.png")}
    assert set(drawn) == {name for name in LISTED if name.endswith(".png")}
    for name, path in drawn.items():
        with Image.open(path) as now, Image.open(MEDIA / name) as shipped:
            assert ImageChops.difference(now, shipped).getbbox() is None
    assert (tmp_path / "shapes.json").read_text() == (MEDIA / "shapes.json").read_text()


def test_the_script_writes_the_pdfs_that_are_shipped(tmp_path: Path) -> None:
    documents.make(tmp_path)
    for name in ("report.pdf", "invoice.pdf"):
        now = read((tmp_path / name).read_bytes(), "application/pdf")
        assert now == read((MEDIA / name).read_bytes(), "application/pdf")


@pytest.mark.parametrize(
    ("name", "draw", "seconds"),
    [("ferry.webm", videos.ferry, (1, 8, 15)), ("ball.webm", videos.ball, (0, 2, 5))],
)
def test_the_script_draws_the_films_that_are_shipped(
    name: str, draw: videos.Draw, seconds: tuple[int, ...]
) -> None:
    """Compared loosely: another release of the codec may write other bytes."""
    with av.open(str(MEDIA / name)) as video:
        shown = [frame.to_image() for frame in video.decode(video=0)]
    for second in seconds:
        drawn = videos.frame_of(draw, second)
        apart = ImageChops.difference(drawn, shown[second * videos.FRAMES])
        assert max(ImageStat.Stat(apart).mean) < 4


def test_the_listed_totals_are_those_of_the_invoice() -> None:
    subtotal, tax, total = pictures.invoice_sums()
    truth = LISTED["invoice.png"]["truth"]
    assert (truth["subtotal"], truth["tax"], truth["total"]) == (subtotal, tax, total)
    assert LISTED["invoice.pdf"]["truth"]["total"] == total
    assert LISTED["chart.png"]["truth"]["values"] == pictures.VISITORS
