"""Journeys through the page about boxes: finding, pointing, picking, comparing, taking along."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ROOT, look_at, settle, shows_no_error
from tests.fake_gemini import FakeGemini, Reply, answer, chunk

SAMPLES = ROOT / "samples" / "media"
Open = Callable[..., Page]

SHAPES = [
    {"box_2d": [100, 80, 414, 300], "label": "red circle"},
    {"box_2d": [129, 390, 357, 640], "label": "blue rectangle"},
    {"box_2d": [114, 720, 429, 930], "label": "green triangle"},
    {"box_2d": [571, 140, 843, 330], "label": "yellow square"},
    {"box_2d": [543, 560, 886, 800], "label": "purple star"},
]
TEXT = json.dumps(SHAPES)


def found(
    open_page: Open, fake_url: str, gemini: FakeGemini, text: str = TEXT, **how: object
) -> Page:
    """The page with an answer about the sample of five shapes."""
    gemini.replies = [answer(text)]
    page = open_page(f"{fake_url}/boxes", **how)
    page.get_by_role("button", name="Box five shapes", exact=True).click()
    expect(page.locator(".spot").first).to_be_visible()
    settle(page)
    return page


def spot(page: Page, label: str) -> Locator:
    return page.locator(f".spot[aria-label='{label}']")


def drawn(page: Page) -> str:
    """The picture on the screen, as its data."""
    return page.locator(".frame img").first.get_attribute("src") or ""


def test_boxes_lie_where_the_answer_says(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page = found(open_page, fake_url, gemini)
    expect(page.locator("h4")).to_have_text("5 boxes, 5 labels")
    picture = page.locator(".frame img").bounding_box()
    assert picture
    for shape in SHAPES:
        box = spot(page, shape["label"]).bounding_box()
        assert box
        ymin, xmin, ymax, xmax = shape["box_2d"]
        assert box["x"] - picture["x"] == pytest.approx(xmin / 1000 * picture["width"], abs=1)
        assert box["y"] - picture["y"] == pytest.approx(ymin / 1000 * picture["height"], abs=1)
        assert box["width"] == pytest.approx((xmax - xmin) / 1000 * picture["width"], abs=1)
        assert box["height"] == pytest.approx((ymax - ymin) / 1000 * picture["height"], abs=1)
    shows_no_error(page)


def test_pointing_at_a_box_names_it(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    page = found(open_page, fake_url, gemini)
    spot(page, "purple star").hover()
    name = page.locator(".name")
    expect(name).to_contain_text("purple star")
    expect(name).to_contain_text("543, 560, 886, 800")
    page.get_by_text("What to find").hover()
    expect(name).to_be_hidden()


def test_a_click_in_the_picture_picks_one_and_lets_go(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page = found(open_page, fake_url, gemini)
    before = drawn(page)
    spot(page, "yellow square").click()
    expect(page.locator(".frame img").first).not_to_have_attribute("src", before)
    settle(page)
    spot(page, "yellow square").click()
    expect(page.locator(".frame img").first).to_have_attribute("src", before)


def test_a_row_picked_is_highlighted_in_the_picture(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page = found(open_page, fake_url, gemini)
    before = drawn(page)
    table = page.get_by_test_id("stDataFrame").first
    table.click(position={"x": 18, "y": 35 + 17})
    expect(page.locator(".frame img").first).not_to_have_attribute("src", before)
    shows_no_error(page)


def test_stop_keeps_the_boxes_that_came(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [Reply([chunk(TEXT[:120]), chunk(TEXT[120:150])], then="hang")]
    page = open_page(f"{fake_url}/boxes")
    page.get_by_role("button", name="Box five shapes", exact=True).click()
    expect(page.get_by_text("2 found so far")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("h4")).to_have_text("2 boxes, 2 labels")
    expect(page.get_by_text("The answer is incomplete")).to_be_visible()
    assert gemini.generated[-1].closed.wait(30)
    shows_no_error(page)


def test_labels_are_never_run(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    label = "<img src=x onerror='window.owned = 1'><script>window.owned = 1</script>"
    text = json.dumps([{"box_2d": [0, 0, 500, 500], "label": label}])
    page = found(open_page, fake_url, gemini, text)
    page.locator(".spot").hover()
    expect(page.locator(".name")).to_contain_text("<script>")
    page.get_by_text("Export", exact=True).click()
    settle(page)
    assert page.evaluate("window.owned") is None


def test_what_was_found_is_taken_along(
    open_page: Open, fake_url: str, gemini: FakeGemini, tmp_path: Path
) -> None:
    page = found(open_page, fake_url, gemini)
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="COCO").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.name == "shapes-coco.json"
    assert len(json.loads(file.read_text("utf-8"))["annotations"]) == 5


def test_a_reload_shows_the_boxes_again(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    page = found(open_page, fake_url, gemini)
    page.reload()
    expect(page.get_by_text("5 boxes, 5 labels")).to_be_visible()
    expect(page.locator(".spot")).to_have_count(5)
    expect(page.get_by_label("What to find")).to_have_value("the shapes")
    settle(page)
    shows_no_error(page)
    assert len(gemini.generated) == 1


def test_a_result_on_every_screen(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    page = found(open_page, fake_url, gemini)
    look_at(page, "boxes-answer")
    look_at(page, "boxes-picture", scroll_to=page.locator(".frame").first)


def test_the_local_models_box_the_sample_where_its_script_drew_it(
    open_page: Open, local_url: str
) -> None:
    page = open_page(f"{local_url}/boxes")
    page.get_by_role("button", name="Box five shapes", exact=True).click()
    expect(page.locator(".spot")).to_have_count(5, timeout=90_000)
    picture = page.locator(".frame img").bounding_box()
    assert picture
    truth = json.loads((SAMPLES / "shapes.json").read_text("utf-8"))
    across = truth["size"]["width"] / picture["width"]
    for shape in truth["shapes"]:
        box = spot(page, shape["label"]).bounding_box()
        assert box
        left, top = (box["x"] - picture["x"]) * across, (box["y"] - picture["y"]) * across
        right, bottom = left + box["width"] * across, top + box["height"] * across
        assert [top, left, bottom, right] == pytest.approx(shape["box_2d"], abs=5)
    shows_no_error(page)
