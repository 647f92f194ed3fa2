"""Journeys through the token counter: several models, a file, and a count that fails."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import look_at, settle, shows_no_error, write
from tests.fake_gemini import FakeGemini, Reply, error

Open = Callable[..., Page]

NEWER, OLDER = "gemini-3.8-flash", "gemini-2.5-flash"


def cell(page: Page, text: str) -> Locator:
    """A cell of the table, whose picture the browser draws and whose words it keeps beside it."""
    cells = page.get_by_test_id("stDataFrame").locator("[role=gridcell]")
    return cells.filter(has_text=re.compile(f"^{re.escape(text)}$"))


def enter(page: Page, text: str) -> None:
    field = page.get_by_label("Text", exact=True)
    write(field, text)
    field.blur()  # Ctrl+Enter would count at once
    expect(page.get_by_text("estimated. Counting costs nothing.")).to_be_visible()
    settle(page)


def choose_both(page: Page) -> None:
    """Add the model that is not the sidebar's."""
    page.get_by_role("combobox", name="Models").click()
    page.get_by_role("option", name=OLDER).click()
    chosen = page.get_by_test_id("stMultiSelect")
    expect(chosen.get_by_text(NEWER)).to_be_visible()
    expect(chosen.get_by_text(OLDER)).to_be_visible()
    page.keyboard.press("Escape")
    settle(page)


def count(page: Page) -> None:
    page.locator(
        ".st-key-tokens-count button"
    ).click()  # the list of attachments has a Count of its own


def test_a_text_then_a_file_by_two_models(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.others = {
        f"POST models/{NEWER}:countTokens": [Reply(body={"totalTokens": n}) for n in (42, 300)],
        f"POST models/{OLDER}:countTokens": [Reply(body={"totalTokens": n}) for n in (45, 310)],
    }
    page = open_page(f"{fake_url}/tokens")
    enter(page, "Hello there")
    choose_both(page)
    count(page)
    expect(cell(page, "42")).to_have_count(1)
    expect(cell(page, "45")).to_have_count(1)
    expect(page.get_by_text("The prompt alone")).to_be_visible()
    settle(page)
    page.get_by_text("Add files").click()
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": "note.txt", "mimeType": "text/plain", "buffer": b"A note of some length. " * 50}
    )
    expect(page.get_by_text("Files (1)")).to_be_visible()
    expect(page.get_by_text("have changed. Count again.")).to_be_visible()
    settle(page)
    count(page)
    expect(cell(page, "300")).to_have_count(1)
    expect(cell(page, "310")).to_have_count(1)
    expect(page.get_by_text("have changed. Count again.")).to_have_count(0)
    asked = [seen.body["contents"][0]["parts"] for seen in gemini.seen if "count" in seen.path]
    assert [list(part) for part in asked[-1]] == [["inlineData"], ["text"]]
    gemini.others = {}
    shows_no_error(page)


def test_a_count_that_fails_loses_nothing_and_the_next_works(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.others = {"POST models/": [error(404, "NOT_FOUND", "No such model here")]}
    page = open_page(f"{fake_url}/tokens")
    enter(page, "Hello there")
    count(page)
    expect(page.get_by_text("No such model here").first).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Hello there")
    settle(page)
    gemini.others = {}
    count(page)
    expect(cell(page, "42")).to_have_count(1)
    expect(page.get_by_text("No such model here")).to_have_count(0)
    shows_no_error(page)


def test_a_count_that_hangs_is_stopped(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.others = {"POST models/": [Reply(then="hang")]}
    page = open_page(f"{fake_url}/tokens")
    enter(page, "Hello there")
    count(page)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    settle(page)
    gemini.others = {}
    count(page)
    expect(cell(page, "42")).to_have_count(1)
    shows_no_error(page)


def test_two_counts_look_right(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.others = {f"POST models/{OLDER}": [error(404, "NOT_FOUND", "No such model here")]}
    page = open_page(f"{fake_url}/tokens")
    enter(page, "Hello there")
    choose_both(page)
    count(page)
    expect(cell(page, "42")).to_have_count(1)
    expect(page.get_by_text("No such model here").first).to_be_visible()
    look_at(page, "tokens-counts")
    gemini.others = {}
