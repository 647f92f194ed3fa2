"""Answers that stand below their form: seen as they come, alone, and still where they were."""

import threading
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import settle, write
from tests.fake_gemini import FakeGemini, answer

Open = Callable[..., Page]
BOXES = '[{"box_2d": [100, 100, 300, 300], "label": "red circle"},\n'
LAST = '{"box_2d": [400, 400, 600, 600], "label": "blue square"}]'
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"


def test_an_answer_is_seen_and_stays_where_it_is_when_a_tab_is_clicked(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    rest = threading.Event()
    gemini.replies = [answer(BOXES, rest, LAST)]
    page = open_page(f"{fake_url}/boxes", height=700)
    page.get_by_role("button", name="Box five shapes").click()
    expect(page.get_by_text("1 found so far")).to_be_visible()
    expect(page.get_by_text("Find the total")).to_have_count(0)  # samples
    rest.set()
    expect(page.get_by_text("2 boxes, 2 labels")).to_be_in_viewport()
    settle(page)
    before = page.evaluate(SCROLLED)
    assert before > 0
    page.get_by_role("tab", name="Request").click()
    expect(page.get_by_text("generateContent").first).to_be_visible()
    settle(page)
    assert page.evaluate(SCROLLED) == before


def test_nothing_of_the_comparison_before_stands_below_the_next_one(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    rest = threading.Event()
    gemini.replies = [answer("One."), answer("Another."), *[answer("So", rest, " on.")] * 2]
    page = open_page(f"{fake_url}/compare")
    field, send = page.get_by_label("Prompt").first, page.get_by_role("button", name="Send to all")
    write(field, "First")
    send.click()
    expect(page.get_by_role("heading", name="Figures")).to_be_visible()
    settle(page)
    write(field, "Second")
    send.click()
    expect(page.get_by_text("So").first).to_be_visible()
    expect(page.get_by_role("button", name="Stop all")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Figures")).to_have_count(0)
    rest.set()
    expect(page.get_by_role("heading", name="Figures")).to_be_visible()
