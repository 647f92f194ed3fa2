"""A conversation by the Interactions API, with the models of this machine."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import ask, look_at, settle, shows_no_error

Open = Callable[..., Page]


def test_a_conversation_by_interactions(open_page: Open, local_url: str) -> None:
    page = open_page(f"{local_url}/chat")
    page.get_by_text("Service", exact=True).click()
    page.get_by_role("radio", name="Interactions").click()
    expect(page.get_by_text("Top K: not in the Interactions API")).to_have_count(0)  # folded
    settle(page)
    ask(page, "Say hello in one word.")
    menus = page.get_by_role("button", name="More")
    expect(menus).to_have_count(1, timeout=120_000)
    settle(page)
    page.reload()
    expect(menus).to_have_count(1)
    settle(page)
    ask(page, "And now in French.")
    expect(menus).to_have_count(2, timeout=120_000)
    settle(page)
    menus.last.click()
    page.get_by_role("option", name="Inspect").or_(
        page.get_by_role("menuitem", name="Inspect")
    ).click()
    page.get_by_role("tab", name="Code").click()
    expect(page.get_by_text("client.interactions.create(")).to_be_visible()
    settle(page)
    shows_no_error(page)
    look_at(page, "chat-interactions", accessible=False)  # the code scrolls sideways in itself
