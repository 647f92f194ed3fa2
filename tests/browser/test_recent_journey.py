"""A journey through the chats that were there before, while an answer is being written."""

import re
import threading
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ask, look_at, shows_no_error, write
from tests.fake_gemini import FakeGemini, answer


def recent(page: Page) -> Locator:
    """Open the list."""
    page.get_by_role("button", name="Recent").click()
    listed = page.get_by_test_id("stPopoverBody")
    expect(listed.get_by_text("Write titles with the model")).to_be_visible()
    return listed


def choose(page: Page, title: str, action: str) -> None:
    """Choose something from the menu of a row."""
    page.get_by_role("button", name=f"More about {title}").click()
    page.get_by_role("menuitem", name=action).click()


def test_a_chat_is_opened_pinned_deleted_and_brought_back_while_another_is_answered(
    open_page: Callable[..., Page], fake_url: str, gemini: FakeGemini
) -> None:
    rest = threading.Event()
    gemini.replies = [answer("The heron waits."), answer("One, two, ", rest, "three.")]
    page = open_page(f"{fake_url}/chat")
    heron = page.get_by_test_id("stChatMessage").filter(has_text="The heron waits.")
    ask(page, "Which bird waits?")
    expect(page.get_by_text("tokens in")).to_be_visible()
    page.get_by_role("button", name="New chat").click()
    expect(heron).to_have_count(0)
    ask(page, "Count slowly")
    expect(page.get_by_text("One, two,")).to_be_visible()
    listed = recent(page)
    expect(listed.get_by_role("button", name="Count slowly (running)", exact=True)).to_be_visible()
    listed.get_by_role("button", name="Which bird waits?", exact=True).click()
    expect(heron).to_be_visible()
    expect(listed).to_have_count(0)
    field = page.get_by_test_id("stChatInput").get_by_role("textbox")
    write(field, "Half a thought")

    listed = recent(page)
    choose(page, "Which bird waits?", "Pin")
    expect(listed.get_by_text("Pinned")).to_be_visible()
    choose(page, "Which bird waits?", "Delete")
    expect(heron).to_have_count(0)
    expect(field).to_have_value("Half a thought")
    listed.get_by_role("button", name="Undo").click()
    expect(heron).to_be_visible()
    expect(field).to_have_value("Half a thought")
    expect(page).to_have_url(re.compile(r"[?&]c=\w{20,}"))

    recent(page).get_by_role("button", name="Count slowly (running)", exact=True).click()
    expect(page.get_by_text("One, two,")).to_be_visible()
    rest.set()
    expect(page.get_by_text("One, two, three.")).to_be_visible()
    expect(field).to_have_value("Half a thought")
    assert len(gemini.generated) == 2
    recent(page)
    look_at(page, "chat-recent")
    shows_no_error(page)
