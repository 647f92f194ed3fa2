"""The fault lab in a browser: a fault is tried there, another one armed for a chat."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import ask, look_at, settle


def test_a_fault_is_tried_and_another_waits_for_a_chat(
    open_page: Callable[..., Page], local_url: str
) -> None:
    page = open_page(f"{local_url}/faults")
    page.get_by_text("Hang in the middle", exact=True).first.click()
    settle(page)
    page.get_by_role("button", name="Try it here").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("What happened: Hang in the middle")).to_be_visible()

    page.get_by_text("Cut stream", exact=True).first.click()
    settle(page)
    page.get_by_role("button", name="Try it here").click()
    expect(page.get_by_text("What happened: Cut stream")).to_be_visible()
    expect(page.get_by_text("The answer was cut off")).to_be_visible()
    expect(page.get_by_text("HTTP 200, 5 events")).to_be_visible()
    page.get_by_text("Wrong key", exact=True).first.click()
    settle(page)
    page.get_by_role("button", name="Use it for my next request").click()
    expect(page.get_by_text("Your next request will get: Wrong key")).to_be_visible()
    look_at(page, "faults-tried")

    page.set_viewport_size({"width": 1400, "height": 900})
    page.get_by_test_id("stTopNavSection").get_by_text("Prompt").click()
    page.get_by_test_id("stTopNavDropdownLink").get_by_text("Chat", exact=True).click()
    expect(page.get_by_text("Your next request will get: Wrong key")).to_be_visible()
    ask(page, "Say hello.")
    expect(page.get_by_text("The API key was refused")).to_be_visible()
    expect(page.get_by_text("Your next request will get")).to_have_count(0)
    ask(page, "Say hello again.")
    expect(page.get_by_text("tokens in")).to_be_visible()
