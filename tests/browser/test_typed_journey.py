"""What was typed into the text fields of a page and is there again after a reload."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import settle
from tests.fake_gemini import FakeGemini

Open = Callable[..., Page]

KEPT = "playground-typed"


def type_into(page: Page, name: str, text: str) -> None:
    page.get_by_label(name, exact=True).click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_text_that_was_not_sent_is_there_after_a_reload_and_can_be_sent(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page = open_page(f"{fake_url}/structured")
    type_into(page, "Prompt", "Read this")
    type_into(page, "Text to work on", "Two lines,\nhalf typed")
    for _ in range(2):  # and after another one
        page.reload()
        expect(page.get_by_label("Prompt", exact=True)).to_have_value("Read this")
        expect(page.get_by_label("Text to work on")).to_have_value("Two lines,\nhalf typed")
        settle(page)
    page.locator(".st-key-structured-send button").click()
    settle(page)
    asked = str(gemini.generated[0].body["contents"])
    assert "Read this" in asked
    assert "half typed" in asked


def test_a_form_is_there_whole_and_so_is_a_setting(open_page: Open, fake_url: str) -> None:
    page = open_page(f"{fake_url}/structured")
    page.get_by_role("button", name="Invoice").click()
    text = page.get_by_label("Text to work on")
    expect(text).not_to_have_value("")
    sample = text.input_value()
    settle(page)
    type_into(page, "Prompt", "Only the total")
    instruction = page.locator("[data-testid=stSidebar] textarea").first
    instruction.click()
    page.keyboard.type("Be brief.")
    text.click()
    settle(page)
    for _ in range(2):
        page.reload()
        expect(page.get_by_label("Prompt", exact=True)).to_have_value("Only the total")
        expect(text).to_have_value(sample)
        expect(instruction).to_have_value("Be brief.")
        settle(page)


def test_it_is_not_there_for_whoever_opens_the_address_next(open_page: Open, fake_url: str) -> None:
    page = open_page(f"{fake_url}/tokens")
    type_into(page, "Text", "Mine")
    page.goto("about:blank")
    page.goto(f"{fake_url}/tokens")
    page.wait_for_function(f"window.playgroundGivenBack && !sessionStorage.getItem('{KEPT}')")
    settle(page)
    expect(page.get_by_label("Text", exact=True)).to_have_value("")


def test_a_key_is_not_kept_even_where_it_is_shown(open_page: Open, fake_url: str) -> None:
    page = open_page(f"{fake_url}/tokens")
    type_into(page, "Text", "Words")
    page.get_by_text("Connection", exact=True).click()
    page.get_by_text("A key", exact=True).click()
    key = page.get_by_label("Gemini API key")
    page.get_by_role("button", name="Show password").click()
    expect(key).to_have_attribute("type", "text")
    key.click()
    page.keyboard.type("a secret")
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    kept = page.evaluate(f"sessionStorage.getItem('{KEPT}')")
    assert "Words" in kept
    assert "secret" not in kept
