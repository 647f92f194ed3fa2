"""Journeys through the caches page, against the real emulator on this machine."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import ask, look_at, settle, shows_no_error, write

Open = Callable[..., Page]

ANSWER_WITHIN = 90_000  # milliseconds; a small model on a busy machine
LOG = "A year's harbour log"


def kept(page: Page) -> int:
    """How many cached contents are listed."""
    return (
        page.get_by_role("button", name="Use")
        .or_(page.get_by_role("button", name="In use"))
        .count()
    )


def test_kept_used_in_the_chat_counted_and_deleted(open_page: Open, local_url: str) -> None:
    page = open_page(f"{local_url}/caches")
    page.get_by_role("button", name=LOG).click()
    expect(page.get_by_role("button", name="In use")).to_be_visible()
    expect(page.get_by_text("59 min", exact=False).first).to_be_visible()
    page.get_by_role("link", name="Use it in Chat").click()
    expect(page.get_by_role("heading", name="Chat")).to_be_visible()
    settle(page)
    ask(page, "What did Isolde land on 03 January?")
    expect(page.get_by_text("cached)")).to_be_visible(timeout=ANSWER_WITHIN)
    expect(page.get_by_test_id("stChatMessage").last).to_contain_text("88 t of salt")
    page.get_by_test_id("stTopNavSection").filter(has_text="Manage").click()
    page.get_by_role("menuitem", name="Caches").click()
    expect(page.get_by_role("heading", name="Caches")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="More", exact=True).first.click()
    page.get_by_role("menuitem", name="Delete", exact=True).click()
    before = kept(page)
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("button", name="In use")).to_have_count(0)
    settle(page)
    assert kept(page) == before - 1
    shows_no_error(page)


def test_too_short_is_refused_in_the_api_s_words_and_stays(open_page: Open, local_url: str) -> None:
    page = open_page(f"{local_url}/caches")
    page.get_by_text("New cached content").click()
    text = page.get_by_label("Text", exact=True)
    write(text, "Far too short.")
    page.locator(".st-key-cache-create button").click()  # what was just typed goes along
    expect(page.get_by_text("min_total_token_count=1024").first).to_be_visible()
    expect(text).to_have_value("Far too short.")


def test_the_countdown_ticks_and_is_extended(open_page: Open, local_url: str) -> None:
    page = open_page(f"{local_url}/caches")
    page.get_by_role("button", name=LOG).click()
    expect(page.get_by_role("button", name="In use")).to_be_visible()
    left = page.get_by_text("s left").first
    first = left.inner_text()
    expect(left).not_to_have_text(first)
    page.get_by_role("button", name="More", exact=True).first.click()
    page.get_by_role("menuitem", name="Extend by an hour").click()
    expect(page.get_by_text("1 h 59 min left")).to_be_visible()
    shows_no_error(page)


def test_the_list_and_its_forms_look_right(open_page: Open, local_url: str) -> None:
    page = open_page(f"{local_url}/caches")
    page.get_by_role("button", name="The same, with a harbour master").click()
    expect(page.get_by_role("button", name="In use")).to_be_visible()
    page.get_by_role("button", name="More", exact=True).first.click()
    page.get_by_role("menuitem", name="Set expiration").click()
    expect(page.get_by_text("Time zone").last).to_be_visible()
    expect(page.get_by_role("button", name="In use")).to_be_visible()
    look_at(page, "caches-list")
