"""Exports, and what comes back from them."""

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from gemini.spatial import masks
from gemini.spatial.formats import FormatError, coco, plain, voc, yolo
from gemini.spatial.items import Box, Item, Mask, Point
from gemini.spatial.parse import parse

SIZE = (1600, 1200)
LABELS = st.sampled_from(["cat", "TOTAL 42.00", "猫", 'a <b> & "c"', "red circle"])


@st.composite
def box_lists(draw) -> list[Box]:
    rows = draw(st.lists(st.tuples(LABELS, *[st.integers(0, 990)] * 2), max_size=10))
    return [
        Box(label, y, x, draw(st.integers(y + 2, 1000)), draw(st.integers(x + 2, 1000)))
        for label, y, x in rows
    ]


point_lists = st.lists(
    st.builds(Point, LABELS, st.integers(0, 1000), st.integers(0, 1000)), max_size=5
)


def leaf() -> Mask:
    image = Image.new("L", (64, 64))
    ImageDraw.Draw(image).ellipse((4, 4, 60, 50), fill=255)
    return Mask("leaf", 250, 125, 750, 625, masks.png(image))


def same(a: Box | Point, b: Box | Point, tolerance: float) -> bool:
    places = [(i.y, i.x) if isinstance(i, Point) else i.box_2d for i in (a, b)]
    return a.label == b.label and places[0] == pytest.approx(places[1], abs=tolerance)


@settings(deadline=None)
@given(box_lists(), point_lists)
def test_json_comes_back_through_parse(boxes, points) -> None:
    items = [*boxes, *points]
    written = plain.to_json(items, SIZE)
    fractions = items and all(
        n <= 1 for i in items for n in ((i.y, i.x) if isinstance(i, Point) else i.box_2d)
    )
    assert fractions or list(parse(written.text).items) == items


def test_json_has_both_kinds_of_coordinates() -> None:
    box = Box("cat", 100, 200, 300, 400.5)
    document = json.loads(plain.to_json([box, Point("nose", 10, 20), leaf()], (1000, 500)).text)
    assert document["image"] == {"width": 1000, "height": 500}
    first, second, third = document["items"]
    assert first == {
        "label": "cat",
        "box_2d": [100, 200, 300, 400.5],
        "pixels": [200, 50, 400, 150],
    }
    assert second == {"label": "nose", "point": [10, 20], "pixel": [20, 5]}
    assert third["mask"].startswith("data:image/png;base64,")


def test_csv_is_a_line_an_item_and_no_formula() -> None:
    items = [Box("=1+1, cat", 100, 200, 300, 400), Point("nose", 10, 20), leaf()]
    written = plain.to_csv(items, (1000, 500))
    rows = list(csv.DictReader(io.StringIO(written.text)))
    assert [row["kind"] for row in rows] == ["box", "point", "mask"]
    assert rows[0]["label"] == "'=1+1, cat"
    assert [rows[0][name] for name in ("ymin", "xmax", "left", "bottom")] == [
        "100",
        "400",
        "200",
        "150",
    ]
    assert "1 mask left out" in written.notes[0]


@settings(deadline=None)
@given(box_lists(), point_lists)
def test_coco_comes_back(boxes, points) -> None:
    items = [*boxes, *points]
    loaded = coco.read(coco.write(items, SIZE).text)
    assert loaded.size == SIZE
    assert len(loaded.items) == len(items)
    assert all(same(a, b, 0.002) for a, b in zip(items, loaded.items, strict=True))


def test_coco_is_as_its_tools_expect() -> None:
    document = json.loads(coco.write([Box("cat", 100, 200, 300, 400)], (1000, 500)).text)
    assert document["images"] == [{"id": 1, "width": 1000, "height": 500, "file_name": "image.png"}]
    assert document["categories"] == [{"id": 1, "name": "cat", "supercategory": ""}]
    [annotation] = document["annotations"]
    assert annotation["bbox"] == [200, 50, 200, 100]
    assert annotation["area"] == 20000
    assert annotation["iscrowd"] == 0


def test_a_mask_comes_back_from_coco_pixel_by_pixel() -> None:
    text = coco.write([leaf()], (400, 300)).text
    segmentation = json.loads(text)["annotations"][0]["segmentation"]
    assert segmentation["size"] == [300, 400]
    # A crowd is left out when COCO's own evaluation counts.
    assert json.loads(text)["annotations"][0]["iscrowd"] == 0
    assert sum(segmentation["counts"]) == 400 * 300
    [item] = coco.read(text).items
    assert isinstance(item, Mask)
    assert masks.shape(item, (400, 300)) == masks.shape(leaf(), (400, 300))


@pytest.mark.parametrize(("items", "kind"), [([leaf()], "segm"), ([Box("a", 1, 2, 3, 4)], "bbox")])
def test_cocos_own_evaluation_counts_what_was_written(items: list[Item], kind: str) -> None:
    truth = COCO()
    truth.dataset = json.loads(coco.write(items, (400, 300)).text)
    truth.createIndex()
    [annotation] = truth.dataset["annotations"]
    result = annotation | {"score": 0.9}
    if kind == "segm":
        result["segmentation"] = truth.annToRLE(annotation)
        pixels = masks.shape(leaf(), (400, 300)).histogram()[255]
        assert truth.annToMask(annotation).sum() == annotation["area"] == pixels
    found = COCOeval(truth, truth.loadRes([result]), kind)
    found.evaluate()
    found.accumulate()
    found.summarize()
    assert found.stats[0] == pytest.approx(1)  # the average precision; -1 where no object counts


@settings(deadline=None)
@given(box_lists())
def test_yolo_comes_back(boxes) -> None:
    written = yolo.write(boxes)
    loaded = yolo.read(written.labels, written.classes)
    assert len(loaded.items) == len(boxes)
    assert all(same(a, b, 0.002) for a, b in zip(boxes, loaded.items, strict=True))


def test_yolo_is_centre_and_size_and_keeps_the_classes_it_is_given() -> None:
    written = yolo.write([Box("cat", 100, 200, 300, 400)], ["dog"])
    assert written.labels == "1 0.300000 0.200000 0.200000 0.200000\n"
    assert written.classes == "dog\ncat\n"


def test_yolo_has_the_data_file_that_trainers_open_first() -> None:
    boxes = [Box(label, 1, 2, 3, 4) for label in ("cat: 'a\"", "", "no")]
    assert yolo.write(boxes).data == (
        "path: .\ntrain: images\nval: images\nnames:\n"
        '  0: "cat: \'a\\""\n  1: "object"\n  2: "no"\n'
    )


def test_a_box_without_a_label_is_of_the_same_class_in_every_format() -> None:
    boxes = [Box("", 100, 200, 300, 400)]
    assert json.loads(coco.write(boxes, SIZE).text)["categories"][0]["name"] == "object"
    assert "<name>object</name>" in voc.write(boxes, SIZE).text
    assert yolo.write(boxes).classes == "object\n"


@settings(deadline=None)
@given(box_lists())
def test_voc_comes_back_to_the_pixel(boxes) -> None:
    loaded = voc.read(voc.write(boxes, SIZE).text)
    assert loaded.size == SIZE
    assert [(b.label, b.pixels(SIZE)) for b in loaded.items if isinstance(b, Box)] == [
        (b.label, b.pixels(SIZE)) for b in boxes
    ]


def test_voc_counts_pixels_from_one() -> None:
    text = voc.write([Box("cat", 0, 0, 1000, 1000)], (640, 480)).text
    for element in ("<xmin>1<", "<ymin>1<", "<xmax>640<", "<ymax>480<", "<name>cat<"):
        assert element in text


def test_what_a_format_has_no_place_for_is_said() -> None:
    items = [Point("nose", 1, 2), leaf()]
    for notes in (yolo.write(items).notes, voc.write(items, SIZE).notes):
        assert "1 point left out" in notes[0]
        assert "1 mask left out" in notes[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"images": [{"id": 1, "width": 0, "height": 5}], "categories": [], "annotations": []}',
        '{"images": [{"id": 1, "width": 1e6, "height": 1e6}], "categories": [], "annotations": []}',
        '{"images": [{"id": 1, "width": 9, "height": 9}], "categories": [],'
        ' "annotations": [{"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]}]}',
        '{"images": [{"id": 1, "width": 9, "height": 9}], "categories": [{"id": 1, "name": "a"}],'
        ' "annotations": [{"image_id": 1, "category_id": 1, "bbox": [0, 0, 100, 1]}]}',
        '{"images": [{"id": 1, "width": 9, "height": 9}], "categories": [{"id": 1, "name": "a"}],'
        ' "annotations": [{"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1],'
        ' "segmentation": {"counts": [5, 5]}}]}',
    ],
)
def test_what_is_no_coco_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        coco.read(text)


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ("0 .5 .5 .1 .1\n1 .5 .5 .1 .1", "Line 2"),
        ("-1 .5 .5 .1 .1", "class -1"),
        ("cat .5 .5 .1 .1", "Line 1"),
        ("0 .5 .5 .1", "Line 1"),
        ("0 nan .5 .1 .1", "no box"),
        ("0 .5 .5 -1 .1", "no box"),
    ],
)
def test_what_is_no_yolo_is_refused(labels: str, reason: str) -> None:
    with pytest.raises(FormatError, match=reason):
        yolo.read(labels, "cat\n")


BOX_TAGS = "<xmin>{}</xmin><ymin>1</ymin><xmax>5</xmax><ymax>5</ymax>"
VOC = (
    "<annotation><size><width>9</width><height>9</height></size>"
    "<object><name>a</name><bndbox>" + BOX_TAGS + "</bndbox></object></annotation>"
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no XML",
        "<annotation/>",
        VOC.format(0),
        VOC.format(6),
        VOC.format("x"),
        VOC.format("inf"),
        '<!DOCTYPE a [<!ENTITY b "c">]>' + VOC.format(1),
    ],
)
def test_what_is_no_voc_is_refused(text: str) -> None:
    assert voc.read(VOC.format(1)).size == (9, 9)
    with pytest.raises(FormatError):
        voc.read(text)
