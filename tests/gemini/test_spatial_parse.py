"""Replies about places in a picture, in every shape they come in."""

import base64
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gemini.spatial.items import Box, Mask, Point
from gemini.spatial.parse import Parsed, parse

CAT = Box("cat", 100, 200, 300, 400)


def png(width: int = 8, height: int = 8, value: int = 200) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (width, height), value).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        '[{"box_2d": [100, 200, 300, 400], "label": "cat"}]',
        '```json\n[{"box_2d": [100, 200, 300, 400], "label": "cat"}]\n```',
        '```\n[{"box_2d": [100, 200, 300, 400], "label": "cat"}]\n```',
        '~~~JSON\n[{"box_2d": [100, 200, 300, 400], "label": "cat"}]\n~~~',
        'Sure, here it is:\n[{"box_2d": [100, 200, 300, 400], "label": "cat"}]\nAnything else?',
        'In the range [0, 1000) I see [{"box_2d": [100, 200, 300, 400], "label": "cat"}].',
        "As [ymin, xmin, ymax, xmax]: "
        '{"box_2d": [100, 200, 300, 400], "label": "cat"}, that is all.',
        '{"objects": [{"box_2d": [100, 200, 300, 400], "label": "cat"}]}',
        '{"result": {"detections": [{"bbox": [100, 200, 300, 400], "class": "cat"}]}}',
        '{"box_2d": [100, 200, 300, 400], "label": "cat"}',
        '[{"box": [100, 200, 300, 400], "name": "cat"}]',
        '[{"bbox": [100, 200, 300, 400], "category": "cat"}]',
        '[{"box2d": [100, 200, 300, 400], "label": "cat"}]',
        '[{"bounding_box": [100, 200, 300, 400], "label": "cat"}]',
        '[{"boundingBox": [100, 200, 300, 400], "label": "cat"}]',
        '[{"BOX_2D": [[100, 200, 300, 400]], "Label": "cat"}]',
        '[{"box_2d": [100.0, 2e2, 300.0, 400.0], "label": "cat"}]',
        '[{"box_2d": ["100", "200.0", " 300 ", "400"], "label": "cat"}]',
        '[{"box_2d": "[100, 200, 300, 400]", "label": "cat"}]',
        '[{"box_2d": "100 200 300 400", "label": "cat"}]',
        '[{"box_2d": [[100, 200], [300, 400]], "label": "cat"}]',
        '[{"box": {"ymin": 100, "xmin": 200, "ymax": 300, "xmax": 400}, "label": "cat"}]',
        '[{"box": {"x_min": 200, "y_min": 100, "x_max": 400, "y_max": 300}, "label": "cat"}]',
        '[{"bbox": {"x": 200, "y": 100, "width": 200, "height": 200}, "label": "cat"}]',
        '[{"top": 100, "left": 200, "bottom": 300, "right": 400, "label": "cat"}]',
        '{"cat": [100, 200, 300, 400]}',
        '{"cat": [[100, 200, 300, 400]]}',
        '{"cat": [{"box_2d": [100, 200, 300, 400]}]}',
        '{"label": "cat", "boxes": [[100, 200, 300, 400]]}',
        '[{"box_2d": [100, 200, 300, 400,], "label": "cat",},]',
        "[{'box_2d': [100, 200, 300, 400], 'label': 'cat', 'sure': True}]",
        '[{box_2d: [100, 200, 300, 400], label: "cat"}]',
        '[{"box_2d": [100, 200, 300, 400], "label": "c\\u0061t"}]',
        '[{"box_2d": [100, 200, 300, 400], "label": "\\n cat\\u0000"}]',
        '"[{\\"box_2d\\": [100, 200, 300, 400], \\"label\\": \\"cat\\"}]"',
        '[{"box_2d": [300, 400, 100, 200], "label": "cat"}]',
    ],
)
def test_one_box_in_every_shape(text: str) -> None:
    parsed = parse(text)
    assert parsed.items == (CAT,)
    assert not parsed.truncated


def test_a_bare_list_is_an_unnamed_box() -> None:
    assert parse("[[100, 200, 300, 400]]").items == (Box("", 100, 200, 300, 400),)


def test_lines_of_objects() -> None:
    text = (
        '{"box_2d": [100, 200, 300, 400], "label": "cat"}\n'
        '{"point": [1, 2], "label": "nose"}\n'
        '{"label": "spots", "points": [[3, 4], [5, 6]]}'
    )
    expected = (CAT, Point("nose", 1, 2), Point("spots", 3, 4), Point("spots", 5, 6))
    assert parse(text).items == expected


@pytest.mark.parametrize(
    "text",
    [
        '[{"point": [10, 20], "label": "nose"}]',
        '[{"point": {"y": 10, "x": 20}, "label": "nose"}]',
        '[{"coordinates": [10, 20], "label": "nose"}]',
        '[{"y": 10, "x": 20, "label": "nose"}]',
        '[{"points": [[10, 20]], "label": "nose"}]',
        '{"points": [{"point": ["10", 20.0], "label": "nose"}]}',
        '{"nose": [10, 20]}',
    ],
)
def test_one_point_in_every_shape(text: str) -> None:
    assert parse(text).items == (Point("nose", 10, 20),)


def test_a_box_in_a_points_field_is_a_box() -> None:
    text = '[{"point": [100, 200, 300, 400], "label": "cat"}]'
    assert parse(text).items == (CAT,)


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_mask_is_its_png(prefix: str, encode) -> None:
    text = json.dumps([CAT_FIELDS | {"mask": prefix + encode(png()).decode().rstrip("=")}])
    assert parse(text) == Parsed((Mask("cat", 100, 200, 300, 400, png()),), (), False)


CAT_FIELDS = {"box_2d": [100, 200, 300, 400], "label": "cat"}


@pytest.mark.parametrize(
    ("mask", "reason"),
    [
        ("<start_of_mask><seg_1><seg_22>", "tokens"),
        ("no base64 at all", "aren't readable PNGs"),
        (base64.b64encode(png()[:-20]).decode(), "aren't readable PNGs"),
        (base64.b64encode(png(5000, 1)).decode(), "aren't readable PNGs"),
        ([[1, 2], [3, 4], [5, 6]], "polygons"),
        ({"size": [2, 2]}, "aren't readable PNGs"),
    ],
)
def test_a_mask_that_cannot_be_read_leaves_its_box(mask: object, reason: str) -> None:
    parsed = parse(json.dumps([CAT_FIELDS | {"mask": mask}]))
    assert parsed.items == (CAT,)
    assert reason in parsed.notes[0]


@pytest.mark.parametrize("end", ["", '"'])
def test_mask_tokens_outside_a_string(end: str) -> None:
    mask = f"<start_of_mask><seg_1>{end}"
    text = f'[{{"box_2d": [100, 200, 300, 400], "mask": {mask}, "label": "cat"}}]'
    parsed = parse(text)
    assert parsed.items == (CAT,)
    assert "tokens" in parsed.notes[0]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (
            '[{"box_2d":[1,2,30,40],"label":"15" laptop"},{"box_2d":[5,6,70,80],"label":"b"}]',
            '15" laptop|b',
        ),
        (
            '[{"box_2d":[1,2,30,40],"label":"24" screen"},'
            '{"box_2d":[4,20,60,40],"label":"15" laptop"},{"box_2d":[5,6,70,80],"label":"b"}]',
            '24" screen|15" laptop|b',
        ),
        (
            '[{"box_2d":[1,2,30,40],"label":"12" x 16" print"},{"box_2d":[5,6,7,8],"label":"15""}]',
            '12" x 16" print|15"',
        ),
        ('[{"label":"says "stop, now"","box_2d":[1,2,30,40]}]', 'says "stop, now"'),
        (
            "[{'box_2d': [1,2,30,40], 'label': 'driver's door'}, "
            """{'box_2d': [5,6,70,80], 'label': "passenger's door"}]""",
            "driver's door|passenger's door",
        ),
        ("[{'label': 'rock 'n' roll', 'box_2d': [1,2,30,40]}]", "rock 'n' roll"),
        (r"[{'label': 'rock \'n\' roll', 'box_2d': [1,2,30,40]}]", "rock 'n' roll"),
        ('[{"box_2d":[1,2,30,40],"label":"a},{"box_2d":[5,6,70,80],"label":"b"}]', "a|b"),
        ('[{"box_2d":[1,2,30,40],"label":a"},{"box_2d":[5,6,70,80],"label":"b}]', "a|b"),
        ('[{"box_2d: [1,2,30,40], "label": "a"}, {"label": "b", "box_2d": [5,6,7,8]}]', "a|b"),
        (
            '[{"box_2d":[1,2,30,40] "label":"a" "mask":null},{"box_2d":[5,6,7,8],"label":"b"}]',
            "a|b",
        ),
        ('[{"box_2d":[1,2,30,40,"label":"a"},{"box_2d":[5,6,70,80 "label":"b"}]', "a|b"),
        ('[{"box_2d":[1,2,30,40],"label":"a", {"box_2d":[5,6,70,80],"label":"b"}]', "a|b"),
        ("[{label: the red cat, box_2d: [1,2,30,40]}]", "the red cat"),
        ('```json\n[{"box_2d":[1,2,30,40],"label":"a"}\n```\nThat is all.', "a"),
    ],
)
def test_slips_of_the_pen_cost_no_box_and_are_no_cut(text: str, labels: str) -> None:
    parsed = parse(text)
    assert [item.label for item in parsed.items] == labels.split("|")
    assert parsed.notes == ()
    assert not parsed.truncated


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ('[{"box_2d":[1,2,30],"label":"a"},{"box_2d":[5,6,70,80],"label":"b"}]', "b"),
        ('[{"box_2d":[1,2,30,NaN],"label":"a"},{"box_2d":[5,6,70,80],"label":"b"}]', "b"),
        (
            '[{"box_2d":[1,2 "label":"a"},{"box_2d":[5,6,70 "label":"b"},'
            '{"point":[5,6],"label":"c"}]',
            "a|c",
        ),
        ("[[1,2,30],[5,6,70,80]]", ""),
        ("[[1,2,30,null],[5,6,70,80]]", ""),
        ('[{"box_2d"=[1,2,3,4],"box_2d":???,"label":"a"},{"box_2d":[5,6,70,80],"label":"b"}]', "b"),
    ],
)
def test_what_is_lost_in_the_middle_is_counted(text: str, labels: str) -> None:
    parsed = parse(text)
    assert [item.label for item in parsed.items] == labels.split("|")
    assert parsed.notes == ("Items whose coordinates can't be read were left out (1 item).",)
    assert not parsed.truncated


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"boxes":[[1,2,30,40],[5,6,70,80]],"labels":["a","b"]}', ["a", "b"]),
        ('{"label":["a","b"],"box_2d":[[1,2,30,40],[5,6,70,80]]}', ["a", "b"]),
        ('{"boxes":[[1,2,30,40],[5,6,70,80]],"labels":["a"]}', ["", ""]),
        ('[[1,2,30,40,"a"],[5,6,70,80,"b"]]', ["a", "b"]),
        ('[["a",1,2,30,40],["b","5","6","70","80"]]', ["a", "b"]),
        ('[[1,2,30,40,0.9,"a"],[5,6,70,80,"b",0.4]]', ["a", "b"]),
        ('[[1,2,"a"],[5,6,"b"]]', ["a", "b"]),
    ],
)
def test_labels_that_stand_beside_their_boxes(text: str, expected: list[str]) -> None:
    parsed = parse(text)
    assert [item.label for item in parsed.items] == expected
    assert not any("left out" in note for note in parsed.notes)


def test_the_whole_picture_in_fractions() -> None:
    assert parse('[{"box_2d": [0, 0, 1, 1]}]').items == (Box("", 0, 0, 1000, 1000),)


def test_masks_that_are_none_keep_their_boxes() -> None:
    text = (
        '[{"box_2d":[1,2,30,40],"mask":"none","label":"a","confidence":0.9},'
        '{"box_2d":[50,60,70,80],"mask":"data:image/png;base64,AAAA","label":"b"},'
        '{"box_2d":[5,5,9,9],"mask":null,"label":"c"}]'
    )
    parsed = parse(text)
    assert [item.label for item in parsed.items] == ["a", "b", "c"]
    assert parsed.notes == (
        "Confidences beside the coordinates aren't kept (1 item).",
        "Masks that aren't readable PNGs were skipped, their boxes are kept (2 items).",
    )


def test_a_mask_that_never_ends_is_a_cut_at_once() -> None:
    first = '[{"box_2d":[1,2,30,40],"label":"a"},'
    parsed = parse(
        first + '{"box_2d":[5,6,70,80],"mask":"data:image/png;base64,iVBO' + "4+Pj" * 3000
    )
    assert [item.label for item in parsed.items] == ["a"]
    assert parsed.truncated


@pytest.mark.parametrize(
    "text",
    [
        '[{"box_2d":[1,2,30,40],"label":"a"},{"box_2d":[5,6,7',
        '[{"box_2d":[1,2,30,40],"label":"a"}, ',
    ],
)
def test_what_comes_before_a_cut_is_kept(text: str) -> None:
    parsed = parse(text)
    assert [item.label for item in parsed.items] == ["a"]
    assert "incomplete" in parsed.notes[0]


def test_values_outside_are_clipped_and_told() -> None:
    parsed = parse('[{"box_2d": [-5, 200, 300, 1400], "label": "cat"}]')
    assert parsed.items == (Box("cat", 0, 200, 300, 1000),)
    assert "pixels" in parsed.notes[0]


def test_a_box_without_area_is_left_out_and_told() -> None:
    parsed = parse('[{"box_2d": [1200, 100, 1300, 200], "label": "cat"}]')
    assert parsed.items == ()
    assert any("without an area" in note for note in parsed.notes)


def test_fractions_are_scaled_and_told() -> None:
    parsed = parse('[{"box_2d": [0.1, 0.2, 0.5, 1], "label": "cat"}]')
    assert parsed.items == (Box("cat", 100, 200, 500, 1000),)
    assert "fractions" in parsed.notes[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("I see no cat here.", "text without JSON"),
        ("[]", "found nothing"),
        ('```json\n{"objects": []}\n```', "found nothing"),
        ('{"boxes": []}', "found nothing"),
        ('{"image": "photo.jpg", "result": {"detections": []}}', "found nothing"),
        ('{"objects": null}', "no boxes"),
        ('{"answer": 42}', "no boxes"),
        ('"text"', "no boxes"),
        ("42", "no boxes"),
        ('[{"box_2d": [1, 2, "x", 4], "label": "cat"}]', "left out (1 item)"),
        ('[{"box_2d": [1, 2, NaN, 4], "label": "cat"}]', "left out (1 item)"),
        ('[{"box_2d": [1, 2, true, 4], "label": "cat"}]', "left out (1 item)"),
        ('[{"box_2d": [1, 2, 3], "label": "cat"}]', "left out (1 item)"),
        ('[{"box_2d": {"ymin": 1, "xmin": 2, "ymax": 3}, "label": "cat"}]', "left out (1 item)"),
        ('[{"box_2d": [1, 2, ' + "9" * 5000 + ', 4], "label": "cat"}]', "left out (1 item)"),
        ('[{"box_3d": [0.1, 0.2, 1.5, 1, 1, 1, 0, 0, 30], "label": "cup"}]', "3D boxes"),
    ],
)
def test_no_items_has_a_reason(text: str, reason: str) -> None:
    parsed = parse(text)
    assert parsed.items == ()
    assert reason in parsed.notes[0]


REPLY = json.dumps(
    {
        "objects": [
            {"box_2d": [100, 200, 300, 400], "label": "cat [big]"},
            {"box_2d": [10, 20, 30, 40], "label": 'dog "Rex"', "polygon": [[1, 2], [3, 4]]},
            {"box_2d": [1, 2, 3, 4], "label": "mouse", "mask": base64.b64encode(png()).decode()},
        ]
    }
)


def test_a_reply_cut_anywhere_keeps_the_complete_objects_and_only_those() -> None:
    whole = parse(REPLY).items
    first = REPLY.index("},")
    ends = (first, REPLY.index("},", first + 2), REPLY.rindex("}]"))
    for end in range(REPLY.index("{", 1), len(REPLY)):
        parsed = parse("```json\n" + REPLY[:end])
        assert parsed.truncated, REPLY[:end]
        assert parsed.items == whole[: sum(end > complete for complete in ends)], REPLY[:end]
        assert "incomplete" in parsed.notes[0]


def test_a_cut_list_of_lists() -> None:
    parsed = parse("[[100, 200, 300, 400], [500, 600")
    assert parsed.items == (Box("", 100, 200, 300, 400),)
    assert parsed.truncated


def test_duplicates_are_merged_on_request() -> None:
    text = json.dumps([CAT_FIELDS, CAT_FIELDS | {"box_2d": [101, 200, 300, 400]}])
    assert len(parse(text).items) == 2
    merged = parse(text, merge_iou=0.9)
    assert merged.items == (CAT,)
    assert "merged" in merged.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{" * 50_000 + "]" * 50_000,
        '{"a":' * 50_000,
        '["\\"' * 50_000,
        "['" * 50_000,
        '[{"a":"x' + '",' * 50_000,
        """[{"a":b'""" * 20_000,
        "[0," * 50_000 + "]" * 50_000,
        "{'': {'': {}, {}}}",
    ],
)
def test_deep_and_broken_nesting(text: str) -> None:
    assert parse(text).items == ()


coordinates = st.one_of(
    st.integers(-100, 1100),
    st.floats(),
    st.integers(0, 1000).map(str),
    st.booleans(),
    st.none(),
    st.text(max_size=5),
)
keys = st.sampled_from(
    ["box_2d", "bbox", "point", "points", "mask", "label", "ymin", "x", "y", "objects", "cat", ""]
)
replies = st.recursive(
    coordinates | st.lists(coordinates, min_size=2, max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.lists(st.text("ab\"' 15", max_size=12), min_size=1, max_size=4))
def test_quotes_in_labels_cost_no_box(labels: list[str]) -> None:
    rows = ",".join(f'{{"box_2d":[1,2,30,40],"label":"{label}"}}' for label in labels)
    parsed = parse(f"```json\n[{rows}]\n```")
    assert [item.label for item in parsed.items] == [" ".join(text.split()) for text in labels]
    assert not parsed.truncated


def check(parsed: Parsed) -> None:
    """What holds for every reply: items in range, and a reason where there are none."""
    assert parsed.items or parsed.notes
    for item in parsed.items:
        item.label.encode("utf-8")
        if isinstance(item, Point):
            assert 0 <= item.y <= 1000
            assert 0 <= item.x <= 1000
        else:
            assert 0 <= item.ymin < item.ymax <= 1000
            assert 0 <= item.xmin < item.xmax <= 1000


@settings(deadline=None)
@given(st.text())
def test_any_text(text: str) -> None:
    check(parse(text))


@settings(deadline=None)
@given(st.text(alphabet="[]{}:,\"'\\0123456789.-eE truefalsn_<>\n", max_size=200))
def test_any_text_of_brackets(text: str) -> None:
    check(parse(text, merge_iou=0.5))


@settings(deadline=None)
@given(replies)
def test_any_json(value: object) -> None:
    check(parse(json.dumps(value)))
    check(parse(repr(value)))


@settings(deadline=None, max_examples=200)
@given(st.integers(0, len(REPLY)), st.integers(0, 30), st.text(max_size=5), st.booleans())
def test_mutations_of_a_valid_reply(at: int, length: int, put: str, fenced: bool) -> None:
    text = REPLY[:at] + put + REPLY[at + length :]
    check(parse(f"```json\n{text}\n```" if fenced else text))


@settings(deadline=None)
@given(st.integers(0, len(png()) - 1), st.binary(max_size=8))
def test_mutations_of_a_mask(at: int, put: bytes) -> None:
    data = png()[:at] + put + png()[at + len(put) :]
    parsed = parse(json.dumps([CAT_FIELDS | {"mask": base64.b64encode(data).decode()}]))
    assert len(parsed.items) == 1


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(min_codepoint=32, exclude_categories=["C", "Z"]), min_size=1),
            *[st.integers(0, 999)] * 2,
            *[st.integers(1, 1000)] * 2,
        ),
        min_size=1,
        max_size=20,
    )
)
def test_valid_replies_come_back_as_they_are(rows: list[tuple[str, int, int, int, int]]) -> None:
    boxes = tuple(
        Box(label, y, x, min(1000, y + height), min(1000, x + width))
        for label, y, x, height, width in rows
    )
    text = json.dumps([{"box_2d": [int(n) for n in b.box_2d], "label": b.label} for b in boxes])
    whole_fraction = all(n <= 1 for b in boxes for n in b.box_2d)
    assert whole_fraction or parse(text) == Parsed(boxes, (), False)
