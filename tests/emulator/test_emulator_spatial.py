"""Boxes, points and masks: what the machine can really see, where the API would put it."""

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from google import genai
from google.genai import types
from PIL import Image

from emulator.engines import spatial
from emulator.engines.perception import Sight, look
from gemini.spatial.prompts import ask

MEDIA = Path(__file__).parents[2] / "samples" / "media"
SHAPES = json.loads((MEDIA / "shapes.json").read_text())
LABELS = {shape["label"] for shape in SHAPES["shapes"]}
BOXES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "box_2d": {"type": "array", "items": {"type": "integer"}},
            "label": {"type": "string"},
        },
        "required": ["box_2d", "label"],
    },
}


def find(client: genai.Client, name: str, prompt: str, schema: dict | None = None):
    config = {}
    if schema is not None:
        config = {"response_mime_type": "application/json", "response_json_schema": schema}
    picture = types.Part.from_bytes(data=(MEDIA / name).read_bytes(), mime_type="image/png")
    text = client.models.generate_content(
        model="gemini-2.5-flash",
        contents=[picture, prompt],
        config=types.GenerateContentConfig(**config),
    ).text
    return json.loads(text.removeprefix("```json").removesuffix("```"))


@pytest.fixture(scope="module")
def drawing() -> Sight:
    return look((MEDIA / "shapes.png").read_bytes())


def places(question: str, sight: Sight, schema: dict | None = None):
    request = spatial.read_request(question, schema)
    assert request is not None
    text = spatial.answer(request, sight, schema)
    return json.loads(text.removeprefix("```json").removesuffix("```"))


@pytest.mark.parametrize("mode", ["boxes", "masks"])
def test_the_five_shapes_are_within_five_pixels(small: genai.Client, mode) -> None:
    request = ask(mode)
    found = find(small, "shapes.png", request.prompt, request.schema)
    width, height = SHAPES["size"]["width"], SHAPES["size"]["height"]
    boxes = {item["label"]: item["box_2d"] for item in found}
    assert set(boxes) == LABELS
    for shape in SHAPES["shapes"]:
        scaled = np.array(boxes[shape["label"]]) / 1000 * (height, width, height, width)
        assert np.abs(scaled - shape["box_2d"]).max() <= 5


def test_points_lie_on_their_shapes(small: genai.Client) -> None:
    request = ask("points", "the purple star and the red circle")
    found = find(small, "shapes.png", request.prompt, request.schema)
    assert {item["label"] for item in found} == {"purple star", "red circle"}
    with Image.open(MEDIA / "shapes.png") as picture:
        for item in found:
            y, x = item["point"]
            place = (x * picture.width // 1000, y * picture.height // 1000)
            assert picture.convert("RGB").getpixel(place) != (255, 255, 255)


def test_a_mask_fits_its_box_and_its_shape(drawing: Sight) -> None:
    (item,) = places(ask("masks", "the red circle").prompt, drawing)
    assert item["mask"].startswith("data:image/png;base64,")
    mask = Image.open(io.BytesIO(base64.b64decode(item["mask"].partition(",")[2])))
    assert mask.mode == "L"
    assert mask.size == (220, 220)
    inside = (np.asarray(mask) > 127).mean()
    assert inside == pytest.approx(np.pi / 4, abs=0.02)


def test_writing_is_boxed_by_its_words(small: genai.Client) -> None:
    (total,) = find(small, "invoice.png", 'Find the total. Answer with "box_2d" and "label".')
    assert total["label"].startswith("text: TOTAL")
    ymin, xmin, ymax, xmax = total["box_2d"]
    assert ymin < ymax
    assert xmin < xmax


@pytest.mark.parametrize(
    ("wanted", "labels"),
    [
        ("", LABELS),
        ("all objects", LABELS),
        ("the shapes", LABELS),
        ("the red circle", {"red circle"}),
        ("circles and squares", {"red circle", "yellow square"}),
        ("violet things", {"purple star"}),
        ("dogs", set()),
        ("the red dog", set()),
        ("all text", set()),
    ],
)
def test_what_to_find_chooses(drawing: Sight, wanted: str, labels: set[str]) -> None:
    assert {item["label"] for item in places(ask("boxes", wanted).prompt, drawing)} == labels


def test_no_more_than_asked_for(drawing: Sight) -> None:
    assert len(places(ask("boxes", limit=2).prompt, drawing)) == 2


def test_labels_that_must_differ_are_numbered() -> None:
    found = places(ask("boxes").prompt, look((MEDIA / "chart.png").read_bytes()))
    labels = [item["label"] for item in found if item["label"].startswith("blue")]
    assert labels[:3] == ["blue rectangle", "blue rectangle (2)", "blue rectangle (3)"]


def test_a_schema_alone_tells_what_is_wanted_and_shapes_the_answer(drawing: Sight) -> None:
    assert {item["label"] for item in places("What is here?", drawing, BOXES)} == LABELS
    named = {
        "type": "object",
        "properties": {"objects": {"$ref": "#/$defs/Things"}},
        "$defs": {
            "Things": {
                "type": "array",
                "maxItems": 3,
                "items": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}, "bbox": {"type": "array"}},
                },
            }
        },
    }
    found = places("What is here?", drawing, named)["objects"]
    assert len(found) == 3
    assert all(list(item) == ["name", "bbox"] and len(item["bbox"]) == 4 for item in found)


def test_other_questions_are_no_requests_for_places() -> None:
    assert spatial.read_request("What is the point of this picture?", None) is None
    assert spatial.read_request("Read the text.", {"type": "object", "properties": {}}) is None
