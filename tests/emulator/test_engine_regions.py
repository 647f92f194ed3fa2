"""Shapes of drawings are found within a few pixels; photos are called patches of colour."""

import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw

from emulator.engines import regions
from emulator.engines.colours import dominant, name_of
from emulator.engines.pictures import open_picture
from emulator.engines.regions import filled, patches, thick

MEDIA = Path(__file__).parents[2] / "samples" / "media"
TRUTH = {
    shape["label"]: shape["box_2d"]
    for shape in json.loads((MEDIA / "shapes.json").read_text())["shapes"]
}


def sample(name: str) -> Image.Image:
    return open_picture((MEDIA / name).read_bytes()).image


def as_jpeg(image: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return open_picture(file.getvalue()).image


def grainy(image: Image.Image) -> Image.Image:
    grain = np.random.default_rng(0).normal(0, 5, (image.height, image.width, 3))
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("how", ["png", "jpeg", "grainy"])
def test_the_five_shapes_are_found_within_five_pixels(how: str) -> None:
    drawing = sample("shapes.png")
    image = {"png": drawing, "jpeg": as_jpeg(drawing, 60), "grainy": grainy(drawing)}[how]
    kind, found = regions.find(image)
    assert kind == "drawing"
    boxes = {region.label: region.box for region in found}
    assert set(boxes) == set(TRUTH)
    for label, box in TRUTH.items():
        assert boxes[label] == pytest.approx(box, abs=5)


def test_boxes_and_masks_are_in_the_pixels_of_a_large_picture() -> None:
    _, found = regions.find(sample("shapes.png").resize((4000, 2800), Image.Resampling.NEAREST))
    for region in found:
        assert region.box == pytest.approx([4 * edge for edge in TRUTH[region.label]], abs=20)
        ymin, xmin, ymax, xmax = region.box
        assert region.mask.shape == (ymax - ymin, xmax - xmin)
        assert region.mask.dtype == bool
    circle = next(region for region in found if region.shape == "circle")
    assert circle.mask.sum() == pytest.approx(math.pi * 440**2, rel=0.02)


SHAPES = {
    "circle": lambda draw: draw.ellipse((300, 200, 500, 400), fill="navy"),
    "ellipse": lambda draw: draw.ellipse((200, 250, 600, 400), fill="navy"),
    "square": lambda draw: draw.rectangle((300, 200, 500, 400), fill="navy"),
    "rectangle": lambda draw: draw.rounded_rectangle((200, 200, 600, 400), 30, fill="navy"),
    "triangle": lambda draw: draw.polygon([(400, 150), (560, 420), (200, 380)], fill="navy"),
    "diamond": lambda draw: draw.regular_polygon((400, 300, 120), 4, 45, fill="navy"),
    "quadrilateral": lambda draw: draw.polygon(
        [(300, 200), (500, 200), (600, 400), (200, 400)], fill="navy"
    ),
    "pentagon": lambda draw: draw.regular_polygon((400, 300, 120), 5, 10, fill="navy"),
    "hexagon": lambda draw: draw.regular_polygon((400, 300, 120), 6, 10, fill="navy"),
    "line": lambda draw: draw.line((200, 200, 600, 400), fill="navy", width=10),
    "shape": lambda draw: draw.polygon(
        [(200, 200), (500, 200), (500, 260), (260, 260), (260, 480), (200, 480)], fill="navy"
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_called_by_its_name(name: str) -> None:
    image = Image.new("RGB", (800, 600), "white")
    SHAPES[name](ImageDraw.Draw(image))
    assert [region.label for region in regions.find(image)[1]] == [f"blue {name}"]


def test_a_tilted_square_and_outlines() -> None:
    image = Image.new("RGB", (900, 400), "#fff8e7")
    draw = ImageDraw.Draw(image)
    draw.regular_polygon((150, 200, 120), 4, 20, fill="crimson")
    draw.ellipse((320, 80, 560, 320), outline="black", width=6)
    draw.rectangle((620, 80, 860, 320), outline="green", width=5)
    labels = {region.label for region in regions.find(image)[1]}
    assert labels == {"red square", "black circle outline", "green square outline"}


def test_letters_in_known_text_are_no_shapes() -> None:
    sign = sample("sign.png")
    with_letters = regions.find(sign)[1]
    text = [(110.0, 230.0, 450.0, 770.0)]
    labels = [region.label for region in regions.find(sign, text=text)[1]]
    assert labels == ["blue rectangle", "white rectangle outline", "brown rectangle"]
    assert len(with_letters) > len(labels)


def test_text_that_reaches_over_the_edge_is_taken() -> None:
    text = [(-30.0, -40.0, 20.0, 2000.0), (690.0, 10.0, 900.0, 50.0)]
    assert len(regions.find(sample("shapes.png"), text=text)[1]) == 5


@pytest.mark.parametrize("name", ["coffee.jpg", "cat.jpg"])
def test_a_photo_gives_few_patches_and_no_shapes(name: str) -> None:
    photo = sample(name)
    kind, found = regions.find(photo)
    assert kind == "photo"
    assert 1 <= len(found) <= 6
    assert {region.shape for region in found} == {"patch"}
    assert all(r.box[2] <= photo.height and r.box[3] <= photo.width for r in found)


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (5000, 2), (640, 480)])
def test_a_blank_picture_of_any_size_has_no_regions(size: tuple[int, int]) -> None:
    assert regions.find(Image.new("RGB", size, "#203040")) == ("drawing", ())


def test_random_noise_is_a_photo() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    assert regions.find(Image.fromarray(noise))[0] == "photo"


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((214, 40, 40), "red"),
        ((255, 255, 255), "white"),
        ((12, 12, 14), "black"),
        ((128, 130, 127), "grey"),
        ((107, 79, 58), "brown"),
        ((173, 216, 230), "blue"),
        ((0, 128, 128), "turquoise"),
        ((255, 140, 0), "orange"),
        ((123, 44, 191), "purple"),
        ((255, 192, 203), "pink"),
        ((242, 192, 16), "yellow"),
        ((42, 157, 58), "green"),
    ],
)
def test_colours_have_their_everyday_names(colour: tuple[int, int, int], name: str) -> None:
    assert name_of(colour) == name


def test_dominant_colours_and_their_shares() -> None:
    image = Image.new("RGB", (100, 100), "white")
    image.paste("#d62828", (0, 0, 100, 30))
    image.paste("#e03030", (0, 30, 100, 40))  # also red: one colour
    (white, most), (red, less) = dominant(image)
    assert (white, most) == ((255, 255, 255), pytest.approx(0.6, abs=0.01))
    assert (red, less) == ((214, 40, 40), pytest.approx(0.4, abs=0.01))


def flooded(labels: np.ndarray) -> set[tuple[int, frozenset[tuple[int, int]]]]:
    """The components of a small picture, found the slow and obvious way."""
    height, width = labels.shape
    left = {(y, x) for y in range(height) for x in range(width)}
    found = set()
    while left:
        todo = [left.pop()]
        value, seen = labels[todo[0]], set(todo)
        while todo:
            y, x = todo.pop()
            for near in ((y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)):
                if near in left and labels[near] == value:
                    left.remove(near)
                    seen.add(near)
                    todo.append(near)
        found.add((int(value), frozenset(seen)))
    return found


@given(
    arrays.arrays(
        np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 2)
    )
)
def test_patches_are_those_that_flooding_finds(labels: np.ndarray) -> None:
    found = set()
    for patch in patches(labels, 1):
        ymin, xmin, ymax, xmax = patch.box
        ys, xs = np.nonzero(patch.mask)
        assert patch.mask.shape == (ymax - ymin, xmax - xmin)
        assert patch.area == len(ys)
        pixels = zip((ys + ymin).tolist(), (xs + xmin).tolist(), strict=True)
        found.add((patch.label, frozenset(pixels)))
    assert found == flooded(labels)


def test_holes_are_filled_and_soft_edges_have_no_core() -> None:
    ring = np.zeros((9, 9), dtype=bool)
    ring[1:8, 1:8] = True
    ring[3:6, 3:6] = False
    assert filled(ring).sum() == 49
    assert not thick(ring).any()
    assert thick(filled(ring)).sum() == 25
