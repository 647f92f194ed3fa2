"""A journey through the files page, against the real emulator on this machine."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import look_at, shows_no_error, write

Open = Callable[..., Page]

ANSWER_WITHIN = 90_000  # milliseconds; a small model on a busy machine


def test_uploaded_asked_about_and_deleted(open_page: Open, local_url: str) -> None:
    page = open_page(f"{local_url}/files")
    page.get_by_role("button", name="A harbour log").click()
    expect(page.get_by_text("harbour_log.txt").first).to_be_visible()
    page.get_by_role("button", name="Ask", exact=True).first.click()
    write(page.get_by_label("Prompt", exact=True), "What did Isolde land on 03 January?")
    page.get_by_role("button", name="Ask in Chat").click()
    expect(page.get_by_text("tokens in")).to_be_visible(timeout=ANSWER_WITHIN)
    expect(page.get_by_test_id("stChatMessage").first).to_contain_text("harbour_log.txt")
    expect(page.get_by_test_id("stChatMessage").last).to_contain_text("88 t of salt")
    page.get_by_test_id("stTopNavSection").filter(has_text="Manage").click()
    page.get_by_role("menuitem", name="Files").click()
    expect(page.get_by_role("heading", name="Files", exact=True)).to_be_visible()
    page.get_by_role("button", name="Delete all").click()
    page.locator(".st-key-files-delete-all button").click()
    expect(page.get_by_text("Nothing is stored")).to_be_visible()
    shows_no_error(page)


def test_the_list_looks_right(open_page: Open, local_url: str) -> None:
    page = open_page(f"{local_url}/files")
    page.get_by_role("button", name="A photo").click()
    expect(page.get_by_text("cat.jpg").first).to_be_visible()
    expect(page.get_by_text("1 d 23 h left").first).to_be_visible()
    look_at(page, "files-list")
