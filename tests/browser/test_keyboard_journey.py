"""A chat without a mouse: past the navigation, asked, stopped, recalled, copied, begun anew."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import AXE_RULES, SCREENS, is_accessible, settle, shows_no_error
from tests.fake_gemini import FakeGemini, Reply, answer, chunk

Open = Callable[..., Page]


def listens(page: Page) -> None:
    """Wait for the scripts of the keys, which the browser loads after the page."""
    expect(page.locator("#skip")).to_be_attached()
    settle(page)


def test_a_chat_by_keyboard(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [Reply([chunk("So far")], then="hang"), answer("**Herons** stand.")]
    page = open_page(f"{fake_url}/chat")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    field, keys = page.get_by_test_id("stChatInputTextArea"), page.keyboard
    listens(page)

    page.evaluate("document.activeElement.blur()")
    keys.press("Tab")
    expect(page.get_by_role("button", name="Skip to the prompt")).to_be_focused()
    keys.press("Enter")
    expect(field).to_be_focused()
    keys.type("What stands n?")  # neither letter is a shortcut here
    keys.press("Control+Enter")
    expect(page.get_by_text("So far")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_text("stopped")).to_be_visible()
    settle(page)

    expect(field).to_be_focused()
    keys.type("A draft")
    keys.press("ArrowUp")
    expect(field).to_have_value("A draft")
    keys.press("Home")
    keys.press("ArrowUp")
    expect(field).to_have_value("What stands n?")
    keys.press("ArrowDown")
    expect(field).to_have_value("A draft")
    keys.press("Home")
    keys.press("ArrowUp")
    keys.press("Enter")
    expect(page.get_by_text("Herons stand.")).to_be_visible()
    expect(page.locator("#status")).to_have_text("The answer is complete.")
    assert gemini.generated[-1].body["contents"][-1]["parts"] == [{"text": "What stands n?"}]
    settle(page)

    keys.press("Escape")
    keys.press("y")
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "**Herons** stand."
    settle(page)
    keys.press("o")
    expect(page.get_by_text("client.models.generate_content").first).to_be_visible()
    settle(page)
    keys.press("?")
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_text("Copy the latest answer")).to_be_visible()
    settle(page)
    is_accessible(page, AXE_RULES)
    page.screenshot(path=SCREENS / "keyboard-sheet.png")
    keys.press("n")  # the sheet is in front
    keys.press("Escape")
    expect(sheet).to_have_count(0)
    settle(page)
    expect(page.get_by_text("What stands n?").first).to_be_visible()

    keys.press("n")
    expect(page.get_by_text("What stands n?")).to_have_count(0)
    expect(field).to_be_focused()
    keys.press("ArrowUp")
    expect(field).to_have_value("What stands n?")
    keys.press("ArrowUp")
    expect(field).to_have_value("A draft")  # it was typed, though never sent
    shows_no_error(page)


def test_keys_on_a_page_with_one_question(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [Reply([chunk("{")], then="hang")]
    page = open_page(f"{fake_url}/structured")
    listens(page)
    page.keyboard.press("/")
    prompt = page.get_by_role("textbox", name="Prompt", exact=True)
    expect(prompt).to_be_focused()
    page.keyboard.type("An order")
    page.keyboard.press("Control+Enter")
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    expect(stop).to_have_count(0)
    sent = gemini.generated[-1].body["contents"][0]["parts"]
    assert "An order" in sent[0]["text"]
    page.keyboard.press("o")
    expect(page.get_by_role("tab", name="Code")).to_have_attribute("aria-selected", "true")
    shows_no_error(page)
