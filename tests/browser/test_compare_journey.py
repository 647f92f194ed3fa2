"""Journeys through the compare page, as somebody at the screen goes them."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import look_at, settle, shows_no_error, write
from tests.fake_gemini import FakeGemini, Reply, answer, chunk, error

Open = Callable[..., Page]

NOTE = Path(__file__).parents[2] / "samples" / "media" / "sign.png"


def choose(page: Page, column: int, model: str) -> None:
    page.get_by_role("combobox", name=f"Model {column}").click()
    page.get_by_role("option", name=model).click()
    settle(page)


def send(page: Page, prompt: str = "Tell me") -> None:
    write(page.get_by_label("Prompt", exact=True), prompt)
    page.get_by_role("button", name="Send to all").click()


def column(page: Page, letter: str) -> Locator:
    """The bordered column of an answer."""
    titled = page.get_by_text(re.compile(rf"^{letter}(:.*)?$"))
    return page.get_by_test_id("stColumn").filter(has=titled).last


def test_two_columns_stream_side_by_side(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [Reply([chunk("One begins ")], then="hang") for _ in range(2)]
    page = open_page(f"{fake_url}/compare")
    send(page)
    for letter in "AB":
        expect(column(page, letter).get_by_text("One begins")).to_be_visible()
    expect(page.get_by_label("Columns", exact=True)).to_have_count(1)  # no second one, greyed
    column(page, "A").get_by_role("button", name="Stop").click()
    expect(column(page, "A").get_by_text("stopped")).to_be_visible()
    expect(column(page, "B").get_by_role("button", name="Stop")).to_be_visible()
    assert [seen.closed.is_set() for seen in gemini.generated].count(True) == 1
    page.get_by_role("button", name="Stop all").click()
    expect(column(page, "B").get_by_text("stopped")).to_be_visible()
    assert all(seen.closed.wait(30) for seen in gemini.generated)
    expect(page.get_by_role("heading", name="Figures")).to_be_visible()
    shows_no_error(page)


def test_one_fails_one_is_voted_for_and_all_is_exported(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [
        error(400, "INVALID_ARGUMENT", "No such thing"),
        answer("The winning ", "words", pause=0.2),
    ]
    page = open_page(f"{fake_url}/compare")
    send(page)
    expect(page.get_by_text("No such thing").first).to_be_visible()
    expect(page.get_by_text("The winning words")).to_be_visible()
    best = page.get_by_role("button", name="Best")
    expect(best).to_have_count(1)  # what failed can't win
    best.click()
    expect(page.get_by_text("Votes in this session")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV", exact=True).click()
    with waiting.value.path().open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["Text"] for row in rows) == ["", "The winning words"]
    assert {row["Outcome"] for row in rows} == {"The request wasn't accepted", "done"}
    shows_no_error(page)


def test_a_blind_vote_with_a_picture(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    page = open_page(f"{fake_url}/compare")
    choose(page, 2, "gemini-2.5-flash")
    page.get_by_text("Add files").click()
    page.locator('input[type="file"]').set_input_files(NOTE)
    expect(page.get_by_text("Files (1)")).to_be_visible()  # in the list, not only in the uploader
    page.get_by_text("Blind vote").click()
    settle(page)
    send(page, "What is it?")
    expect(page.get_by_role("button", name="Best")).to_have_count(2)
    expect(page.get_by_role("heading", name="Figures")).to_have_count(0)
    expect(page.get_by_role("button", name="CSV", exact=True)).to_have_count(0)
    expect(page.get_by_text("A", exact=True).first).to_be_visible()
    sent = [list(seen.body["contents"][0]["parts"][0]) for seen in gemini.generated]
    assert sent == [["inlineData"], ["inlineData"]]
    page.get_by_role("button", name="Best").first.click()
    expect(page.get_by_role("strong").filter(has_text="A: gemini-")).to_be_visible()
    expect(page.get_by_role("heading", name="Figures")).to_be_visible()
    shows_no_error(page)


def test_a_sweep_of_typed_values(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    page = open_page(f"{fake_url}/compare")
    page.get_by_role("radio", name="Sweep").click()
    values = page.get_by_label("Values", exact=True)
    write(values, "0, 9")
    values.press("Enter")
    expect(page.get_by_text("outside 0 to 2")).to_be_visible()
    write(values, "0 to 1 in steps of 0.5")
    values.press("Enter")
    expect(page.get_by_text("outside 0 to 2")).to_have_count(0)
    send(page)
    expect(page.get_by_role("button", name="Best")).to_have_count(3)
    sent = [seen.body.get("generationConfig", {}) for seen in gemini.generated]  # in any order
    assert sorted(config.get("temperature", 1.0) for config in sent) == [0.0, 0.5, 1.0]
    shows_no_error(page)


def test_a_comparison_looks_right(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [
        answer("A rainbow is round because drops send light back at one angle."),
        answer("A rainbow is round as the drops bend light by the same angle."),
    ]
    page = open_page(f"{fake_url}/compare", height=2400)
    send(page, "Why is a rainbow round?")
    expect(page.get_by_role("heading", name="Agreement")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").last).to_be_visible()
    look_at(page, "compare-answers", full_page=True)
