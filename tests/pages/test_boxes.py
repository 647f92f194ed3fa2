"""The page about boxes in process: what is asked, what is drawn, what can be done with it."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from gemini.media import images
from gemini.spatial import masks
from gemini.spatial.parse import parse
from gemini.spatial.style import colours
from pages.boxes.comparison import BOTH, ONLY_OTHER, ONLY_THIS
from pages.boxes.export import formats
from pages.boxes.state import BoxesRun, BoxesState
from pages.boxes.view import View
from tests.fake_gemini import FakeGemini, Reply, answer, chunk, error
from tests.on_page import Open, click

PAGE = "../pages/boxes/page.py"
SHAPES = [
    {"box_2d": [100, 80, 414, 300], "label": "red circle"},
    {"box_2d": [129, 390, 357, 640], "label": "blue rectangle"},
    {"box_2d": [571, 140, 843, 330], "label": "yellow square"},
]
TEXT = json.dumps(SHAPES)
INPUTS = Path(__file__).parents[1] / "inputs" / "media"


def png(width: int = 200, height: int = 100, colour: str = "white") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "PNG")
    return buffer.getvalue()


def sample(app: Open, label: str = "Box five shapes") -> AppTest:
    return click(app(PAGE), label)


def find(at: AppTest, words: str) -> AppTest:
    at.text_input(key="boxes-find").set_value(words)
    return click(at, "Find")


def state(at: AppTest) -> BoxesState:
    return at.session_state["boxes"]


def table(at: AppTest, number: int = 0) -> list[dict[str, Any]]:
    return at.dataframe[number].value.to_dict("records")


def captions(at: AppTest) -> str:
    return "\n".join(c.value for c in at.caption)


def headline(at: AppTest) -> str:
    return next(m.value for m in at.markdown if m.value.startswith("####"))


def test_the_empty_page_says_what_it_is_for(app: Open) -> None:
    at = app(PAGE)
    assert at.title[0].value == "Bounding boxes"
    assert "Box five shapes" in [b.label for b in at.button]
    assert not [b for b in at.button if b.label == "Find"]


def test_a_sample_is_asked_as_advised(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer(TEXT)]
    at = sample(app)
    sent = fake.generated[-1].body
    picture, prompt = sent["contents"][0]["parts"]
    assert picture["inlineData"]["mime_type"] == "image/png"
    assert "the shapes" in prompt["text"]
    assert "box_2d" in prompt["text"]
    config = sent["generationConfig"]
    assert config["temperature"] == 1.0
    assert config["thinkingConfig"] == {"thinking_level": "LOW"}
    assert config["responseMimeType"] == "application/json"
    assert "box_2d" in json.dumps(config["responseJsonSchema"])
    assert headline(at) == "#### 3 boxes, 3 labels"


def test_the_advice_is_shown_with_its_reasons(app: Open) -> None:
    at = sample(app)
    labels = " ".join(e.label for e in at.expander)
    assert "Sent with temperature 1.0, thinking low, at most 1,024 pixels a side" in labels
    assert "lower values can make them loop" in captions(at)


def test_what_the_user_has_set_wins(app: Open, fake: FakeGemini) -> None:
    at = app(PAGE)
    at.sidebar.slider[0].set_value(0.2).run()
    at.sidebar.toggle[0].set_value(True).run()
    click(at, "Box five shapes")
    config = fake.generated[-1].body["generationConfig"]
    assert config["temperature"] == 0.2
    assert config["thinkingConfig"] == {"include_thoughts": True, "thinking_level": "LOW"}
    assert "Yours instead of temperature 1.0" in captions(at)


def test_an_older_model_gets_its_own_advice(app: Open, fake: FakeGemini) -> None:
    at = app(PAGE)
    at.sidebar.selectbox(key="run_settings_model").set_value("gemini-2.5-flash").run()
    click(at, "Box five shapes")
    config = fake.generated[-1].body["generationConfig"]
    assert config["temperature"] == 0.5
    assert config["thinkingConfig"] == {"thinking_budget": 0}


def test_a_large_picture_is_sent_small_and_kept_whole(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer(TEXT)]
    at = app(PAGE)
    at.file_uploader[0].upload("wide.png", png(3000, 1500)).run()
    find(at, "things")
    boxes_run = state(at).runs[-1]
    assert boxes_run.sent.pixels == (1024, 512)
    assert boxes_run.picture.pixels == (3000, 1500)
    at.segmented_control(key="boxes-unit").set_value("Pixels").run()
    first = table(at)[0]
    assert (first["left"], first["top"], first["right"], first["bottom"]) == (240, 150, 900, 621)


@pytest.mark.parametrize("mode", ["points", "masks"])
def test_the_mode_changes_what_is_asked(app: Open, fake: FakeGemini, mode: str) -> None:
    at = sample(app)
    at.segmented_control(key="boxes-mode").set_value(mode).run()
    find(at, "the star")
    sent = fake.generated[-1].body
    prompt = sent["contents"][0]["parts"][1]["text"]
    assert (
        "Point to the star" if mode == "points" else "segmentation masks for the star"
    ) in prompt
    assert ("responseJsonSchema" in sent["generationConfig"]) is (mode == "points")


def test_a_quick_prompt_asks_at_a_click(app: Open, fake: FakeGemini) -> None:
    at = click(sample(app), "Animals")
    assert "animals" in fake.generated[-1].body["contents"][0]["parts"][1]["text"]
    assert (at.text_input(key="boxes-find").value or "").startswith("animals")


@pytest.mark.parametrize(
    ("reply", "head", "said"),
    [
        ("```json\n" + TEXT + "\n```", "3 boxes, 3 labels", ""),
        ("Here you are: " + TEXT + " Enjoy!", "3 boxes, 3 labels", ""),
        (TEXT[:-30], "2 boxes, 2 labels", "The answer is incomplete"),
        ('[{"bbox": [414, 300, 100, 80], "label": "a"}]', "1 box, 1 label", "wrong order"),
        ('[{"box_2d": [-50, 0, 1200, 500], "label": "a"}]', "1 box, 1 label", "clipped"),
        ('[{"point": [500, 250], "label": "a"}]', "1 point, 1 label", ""),
        ("[]", "Nothing found", "its list is empty"),
        ("I see a cat.", "Nothing found", "text without JSON"),
    ],
)
def test_replies_of_every_shape(
    app: Open, fake: FakeGemini, reply: str, head: str, said: str
) -> None:
    fake.replies = [answer(reply)]
    at = sample(app)
    assert headline(at) == f"#### {head}"
    assert said in captions(at)


def test_prose_is_shown_beside_the_picture(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("I see **a cat**.")]
    at = sample(app)
    assert "I see **a cat**." in [c.value for c in at.code]


def test_rows_list_what_was_found(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer(TEXT)]
    rows = table(sample(app))
    assert [row["Label"] for row in rows] == ["red circle", "blue rectangle", "yellow square"]
    assert [rows[0][side] for side in ("ymin", "xmin", "ymax", "xmax")] == [100, 80, 414, 300]


def test_labels_filter_with_their_counts(app: Open, fake: FakeGemini) -> None:
    twice = [*SHAPES, {"box_2d": [0, 0, 50, 50], "label": "red circle"}]
    fake.replies = [answer(json.dumps(twice))]
    at = sample(app)
    pills = at.get("button_group")
    labels: Any = next(p for p in pills if "boxes-labels-" in (p.key or ""))
    assert labels.options[0] == "red circle  **2**"
    labels.set_value(["red circle"]).run()
    assert [row["Label"] for row in table(at)] == ["red circle", "red circle"]


def test_sizes_filter(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer(json.dumps([*SHAPES, {"box_2d": [0, 0, 20, 20], "label": "speck"}]))]
    at = sample(app)
    at.select_slider[0].set_value((1.0, 100.0)).run()
    assert "speck" not in [row["Label"] for row in table(at)]
    at.select_slider[0].set_value((50.0, 100.0)).run()
    assert "No items match the filter." in captions(at)
    assert not at.exception


def test_duplicates_are_merged_on_request(app: Open, fake: FakeGemini) -> None:
    twice = [*SHAPES, {"box_2d": [101, 81, 414, 300], "label": "red circle"}]
    fake.replies = [answer(json.dumps(twice))]
    at = sample(app)
    assert len(table(at)) == 4
    at.toggle(key="boxes-merge").set_value(True).run()
    assert len(table(at)) == 3
    assert "Duplicates were merged (1 item)" in captions(at)


def test_five_hundred_items(app: Open, fake: FakeGemini) -> None:
    many = [
        {
            "box_2d": [n % 25 * 40, n // 25 * 40, n % 25 * 40 + 20, n // 25 * 40 + 20],
            "label": f"{n}",
        }
        for n in range(500)
    ]
    fake.replies = [answer(json.dumps(many))]
    at = sample(app)
    assert headline(at) == "#### 500 boxes, 500 labels"
    assert len(table(at)) == 500
    assert len([c for c in at.caption if c.value.isdigit() or " " in c.value]) < 100


def test_asking_again_compares(app: Open, fake: FakeGemini) -> None:
    other = [SHAPES[0], {"box_2d": [900, 900, 950, 950], "label": "dot"}]
    fake.replies = [answer(TEXT), answer(json.dumps(other)[:-1])]
    at = sample(app)
    at.segmented_control(key="boxes-section").set_value("Compare").run()
    assert "No other run on this image" in captions(at)
    click(at, "Run it again")
    first, second = fake.generated
    assert first.body == second.body
    assert {m.label: m.value for m in at.metric} == {
        BOTH: "1",
        ONLY_THIS: "1",
        ONLY_OTHER: "2",
        "Mean IoU": "1.00",
    }
    assert [row["Found by"] for row in table(at, 1)] == [BOTH, ONLY_THIS, ONLY_OTHER, ONLY_OTHER]
    assert "The answer of run 2 is incomplete" in captions(at)
    assert "The reply of run 1" not in captions(at)


def test_a_failure_is_explained_and_keeps_what_was_typed(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("ok"), error(400, "INVALID_ARGUMENT", "API key not valid.")]
    at = find(sample(app), "my words")
    assert any("The API key was refused" in e.value for e in at.error)
    assert at.text_input(key="boxes-find").value == "my words"


def test_what_came_before_a_cut_is_drawn(app: Open, fake: FakeGemini) -> None:
    fake.replies = [Reply([chunk(TEXT[:-10])], then="cut")]
    at = sample(app)
    assert headline(at) == "#### 2 boxes, 2 labels"
    assert any("cut off" in e.value for e in [*at.error, *at.warning])


@pytest.mark.parametrize(("finish", "advised"), [("MAX_TOKENS", True), ("STOP", False)])
def test_the_output_limit_is_to_be_raised_where_it_cut(
    app: Open, fake: FakeGemini, finish: str, advised: bool
) -> None:
    fake.replies = [Reply([chunk(TEXT[:-10], finish=finish)])]
    at = sample(app)
    assert table(at)[1]["Label"] == "blue rectangle"
    assert "is incomplete" in captions(at)
    assert ("Raise the output limit" in captions(at)) is advised
    at.segmented_control(key="boxes-section").set_value("Export").run()
    assert "items are missing here too" in captions(at)


def test_quotes_in_labels_and_a_lost_item_are_drawn_and_said(app: Open, fake: FakeGemini) -> None:
    reply = """[{"box_2d":[10,20,300,400],"label":"15" laptop"},{"box_2d":[1,2,3],"label":"x"},
        {"box_2d":[100,500,200,600],"label":"driver's door"}]"""
    thought = {"text": "I see [1, 2, 3, 4].", "thought": True}
    signed = {"text": reply[:50], "thoughtSignature": "czE="}
    fake.replies = [
        Reply([chunk(content={"parts": [thought, signed]}), chunk(reply[50:], finish="STOP")])
    ]
    at = sample(app)
    assert [row["Label"] for row in table(at)] == ['15" laptop', "driver's door"]
    assert "left out (1 item)" in captions(at)
    assert "stops" not in captions(at)


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\nbroken", png()[:60], b"just text"])
def test_a_damaged_picture_is_refused_with_a_word(app: Open, data: bytes) -> None:
    at = app(PAGE)
    at.file_uploader[0].upload("a.png", data).run()
    assert at.error[0].value.startswith("a.png")
    assert at.title[0].value == "Bounding boxes"
    assert not at.exception


def test_another_picture_takes_the_place_of_the_first(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer(TEXT)]
    at = sample(app)
    at.file_uploader[0].upload("new.png", png(colour="blue")).run()
    assert not at.dataframe
    assert [a.name for a in at.session_state["attachments-boxes"].pending] == ["new.png"]
    click(at, "Remove image")
    assert at.title[0].value == "Bounding boxes"
    click(at, "Box five shapes")
    assert len(state(at).runs) == 2


def test_of_several_pictures_none_is_dropped(app: Open, fake: FakeGemini) -> None:
    at = app(PAGE)
    at.file_uploader[0].upload("a.png", png(colour="red"))
    at.file_uploader[0].upload("b.png", png(colour="blue")).run()
    assert not at.exception
    field = at.selectbox(key="boxes-chosen")
    assert field.options == ["1. a.png", "2. b.png"]
    first, second = at.session_state["attachments-boxes"].pending
    assert field.value == first.digest
    field.set_value(second.digest).run()
    click(at, "Remove image")
    assert [one.name for one in at.session_state["attachments-boxes"].pending] == ["a.png"]
    assert any("a.png" in c.value for c in at.caption)


def test_the_result_is_there_after_another_page(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer(TEXT)]
    at = sample(app)
    at.switch_page("../pages/chat/page.py").run()
    at.switch_page(PAGE).run()
    assert headline(at) == "#### 3 boxes, 3 labels"
    assert at.text_input(key="boxes-find").value == "the shapes"


def test_labels_are_text_and_nothing_else(app: Open, fake: FakeGemini) -> None:
    label = "**b** :red[x] ![i](http://h/i.png) $5 <b>"
    fake.replies = [answer(json.dumps([{"box_2d": [0, 0, 500, 500], "label": label}]))]
    at = sample(app)
    assert table(at)[0]["Label"] == label
    shown = next(c.value for c in at.caption if c.value.startswith("1 "))
    assert r"\*\*b\*\*" in shown
    assert "![" not in shown


def exported(boxes_run: BoxesRun, text: str) -> dict[str, bytes]:
    items = parse(text).items
    view = View(labels=True, numbered=False, opacity=0.4, merge_iou=None)
    made = formats(boxes_run, items, colours(i.label for i in items), view)
    return {one.label: one.make() for one in made}


def test_exports(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer(TEXT)]
    files = exported(state(sample(app)).runs[-1], TEXT)
    assert Image.open(io.BytesIO(files["Annotated PNG"])).size == (1000, 700)
    assert parse(files["JSON"].decode()).items == parse(TEXT).items
    assert json.loads(files["COCO"])["images"][0]["file_name"] == "shapes.png"
    assert files["CSV"].decode().count("\n") == 4
    assert b"<name>red circle</name>" in files["Pascal VOC"]
    yolo = zipfile.ZipFile(io.BytesIO(files["YOLO"]))
    assert yolo.namelist() == ["labels/shapes.txt", "classes.txt", "data.yaml"]
    crops = zipfile.ZipFile(io.BytesIO(files["Crops"]))
    assert crops.namelist()[0] == "001-red-circle.png"
    assert Image.open(io.BytesIO(crops.read("001-red-circle.png"))).size == (220, 220)


def test_exports_are_of_the_picture_as_it_came(app: Open, fake: FakeGemini) -> None:
    found = '[{"box_2d": [500, 250, 750, 500], "label": "a"}]'
    fake.replies = [answer(found)]
    at = app(PAGE)
    at.file_uploader[0].upload("synth_4800.png", (INPUTS / "synth_4800.png").read_bytes()).run()
    find(at, "things")
    boxes_run = state(at).runs[-1]
    assert boxes_run.sent.pixels == (1024, 576)
    files = exported(boxes_run, found)
    image = json.loads(files["COCO"])["images"][0]
    assert (image["width"], image["height"]) == (4800, 2700)
    assert json.loads(files["COCO"])["annotations"][0]["bbox"] == [1200, 1350, 1200, 675]
    assert json.loads(files["JSON"])["items"][0]["pixels"] == [1200, 1350, 2400, 2025]
    assert files["CSV"].decode().splitlines()[1].endswith("1200,1350,2400,2025")
    assert b"<width>4800</width>" in files["Pascal VOC"]
    assert Image.open(io.BytesIO(files["Annotated PNG"])).size == (4800, 2700)
    crops = zipfile.ZipFile(io.BytesIO(files["Crops"]))
    assert Image.open(io.BytesIO(crops.read("001-a.png"))).size == (1200, 675)
    at.segmented_control(key="boxes-unit").set_value("Pixels").run()
    assert (table(at)[0]["left"], table(at)[0]["bottom"]) == (1200, 2025)


def test_what_a_format_leaves_out_is_said(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer('[{"point": [500, 250], "label": "a"}]')]
    at = sample(app)
    at.segmented_control(key="boxes-section").set_value("Export").run()
    assert "YOLO: 1 point left out" in captions(at)
    assert "Pascal VOC: 1 point left out" in captions(at)


def test_masks_are_cut_out(app: Open, fake: FakeGemini) -> None:
    shape = Image.new("L", (64, 64))
    shape.paste(255, (16, 16, 48, 48))
    text = json.dumps([{"box_2d": [0, 0, 1000, 1000], "label": "m", "mask": b64(shape)}])
    fake.replies = [answer(text)]
    at = sample(app, "Cut out the cat")
    assert headline(at) == "#### 1 mask, 1 label"
    at.toggle(key="boxes-cut-out").set_value(True).run()
    at.slider(key="boxes-opacity").set_value(80).run()
    assert not at.exception
    crops = zipfile.ZipFile(io.BytesIO(exported(state(at).runs[-1], text)["Crops"]))
    cut = Image.open(io.BytesIO(crops.read("001-m.png")))
    assert cut.mode == "RGBA"
    assert cut.getpixel((2, 2))[3] == 0  # pyright: ignore[reportIndexIssue, reportOptionalSubscript]


def b64(shape: Image.Image) -> str:
    from gemini.spatial.items import Mask

    return masks.encode(Mask("m", 0, 0, 1000, 1000, images.png(shape)))
