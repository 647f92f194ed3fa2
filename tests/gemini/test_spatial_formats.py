"""Items as files that other tools read."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from gemini.media.images import png
from gemini.spatial import masks
from gemini.spatial.formats import to_coco, to_csv, to_json, to_voc, to_yolo
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
    return Mask("leaf", 250, 125, 750, 625, png(image))


@settings(deadline=None)
@given(box_lists(), point_lists)
def test_json_comes_back_through_parse(boxes, points) -> None:
    items = [*boxes, *points]
    written = to_json(items, SIZE)
    fractions = items and all(
        n <= 1 for i in items for n in ((i.y, i.x) if isinstance(i, Point) else i.box_2d)
    )
    assert fractions or list(parse(written.text).items) == items


def test_json_has_both_kinds_of_coordinates() -> None:
    box = Box("cat", 100, 200, 300, 400.5)
    document = json.loads(to_json([box, Point("nose", 10, 20), leaf()], (1000, 500)).text)
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
    written = to_csv(items, (1000, 500))
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
def test_coco_has_every_item_where_it_is(boxes, points) -> None:
    items = [*boxes, *points]
    document = json.loads(to_coco(items, SIZE, "a.png").text)
    names = {entry["id"]: entry["name"] for entry in document["categories"]}
    annotations = document["annotations"]
    assert [names[a["category_id"]] for a in annotations] == [item.label for item in items]
    for item, annotation in zip(items, annotations, strict=True):
        left, top, width, height = annotation["bbox"]
        ends = [(left, top), (left + width, top + height)]
        if isinstance(item, Box):
            corners = [(item.xmin, item.ymin), (item.xmax, item.ymax)]
        else:
            corners = [(item.x, item.y)] * 2
            assert annotation["keypoints"] == [left, top, 2]
        assert ends == [pytest.approx((x * 1.6, y * 1.2), abs=0.002) for x, y in corners]


def test_coco_is_as_its_tools_expect() -> None:
    document = json.loads(to_coco([Box("cat", 100, 200, 300, 400)], (1000, 500), "a.png").text)
    assert document["images"] == [{"id": 1, "width": 1000, "height": 500, "file_name": "a.png"}]
    assert document["categories"] == [{"id": 1, "name": "cat", "supercategory": ""}]
    [annotation] = document["annotations"]
    assert annotation["bbox"] == [200, 50, 200, 100]
    assert annotation["area"] == 20000
    assert annotation["iscrowd"] == 0


def test_a_mask_in_coco_is_right_pixel_by_pixel() -> None:
    document = COCO()
    document.dataset = json.loads(to_coco([leaf()], (400, 300), "a.png").text)
    document.createIndex()
    [annotation] = document.dataset["annotations"]
    assert annotation["segmentation"]["size"] == [300, 400]
    # A crowd is left out when COCO's own evaluation counts.
    assert annotation["iscrowd"] == 0
    left, top, right, bottom = leaf().pixels((400, 300))
    pixels = document.annToMask(annotation)
    assert pixels.sum() == pixels[top:bottom, left:right].sum()
    shape = pixels[top:bottom, left:right] * 255
    assert shape.tobytes() == masks.shape(leaf(), (400, 300)).tobytes()


@pytest.mark.parametrize(("items", "kind"), [([leaf()], "segm"), ([Box("a", 1, 2, 3, 4)], "bbox")])
def test_cocos_own_evaluation_counts_what_was_written(items: list[Item], kind: str) -> None:
    truth = COCO()
    truth.dataset = json.loads(to_coco(items, (400, 300), "a.png").text)
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
def test_yolo_has_every_box_where_it_is(boxes) -> None:
    written = to_yolo(boxes)
    names, lines = written.classes.splitlines(), written.labels.splitlines()
    for box, line in zip(boxes, lines, strict=True):
        number, x, y, width, height = line.split()
        assert names[int(number)] == box.label
        numbers = [float(y), float(x), float(height), float(width)]
        middle = (box.ymin + box.ymax) / 2, (box.xmin + box.xmax) / 2
        expected = (*middle, box.ymax - box.ymin, box.xmax - box.xmin)
        assert [n * 1000 for n in numbers] == pytest.approx(expected, abs=0.002)


def test_yolo_is_centre_and_size() -> None:
    written = to_yolo([Box("dog", 0, 0, 9, 9), Box("cat", 100, 200, 300, 400)])
    assert written.labels.splitlines()[1] == "1 0.300000 0.200000 0.200000 0.200000"
    assert written.classes == "dog\ncat\n"


def test_yolo_has_the_data_file_that_trainers_open_first() -> None:
    boxes = [Box(label, 1, 2, 3, 4) for label in ("cat: 'a\"", "", "no")]
    assert to_yolo(boxes).data == (
        "path: .\ntrain: images\nval: images\nnames:\n"
        '  0: "cat: \'a\\""\n  1: "object"\n  2: "no"\n'
    )


def test_a_box_without_a_label_is_of_the_same_class_in_every_format() -> None:
    boxes = [Box("", 100, 200, 300, 400)]
    assert json.loads(to_coco(boxes, SIZE, "a.png").text)["categories"][0]["name"] == "object"
    assert "<name>object</name>" in to_voc(boxes, SIZE, "a.png").text
    assert to_yolo(boxes).classes == "object\n"


@settings(deadline=None)
@given(box_lists())
def test_voc_is_right_to_the_pixel(boxes) -> None:
    root = ElementTree.fromstring(to_voc(boxes, SIZE, "a.png").text)
    assert (root.findtext("size/width"), root.findtext("size/height")) == ("1600", "1200")
    for box, element in zip(boxes, root.iterfind("object"), strict=True):
        edges = [
            int(element.findtext(f"bndbox/{e}") or 0) for e in ("xmin", "ymin", "xmax", "ymax")
        ]
        left, top, right, bottom = box.pixels(SIZE)
        assert element.findtext("name") == box.label
        assert edges == [left + 1, top + 1, right, bottom]


def test_voc_counts_pixels_from_one() -> None:
    text = to_voc([Box("cat", 0, 0, 1000, 1000)], (640, 480), "a.png").text
    for element in ("<xmin>1<", "<ymin>1<", "<xmax>640<", "<ymax>480<", "<name>cat<"):
        assert element in text


def test_what_a_format_has_no_place_for_is_said() -> None:
    items = [Point("nose", 1, 2), leaf()]
    for notes in (to_yolo(items).notes, to_voc(items, SIZE, "a.png").notes):
        assert "1 point left out" in notes[0]
        assert "1 mask left out" in notes[1]
