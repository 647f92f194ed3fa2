"""A demo at a stand: visitors come and go, and each finds it as if it were just opened."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SCREENS, ask, look_at, serving, settle, write
from tests.fake_gemini import FakeGemini, Reply, answer, chunk

IDLE = 40  # seconds


@pytest.fixture(scope="module")
def demo_url(session_fake: FakeGemini) -> Iterator[str]:
    variables = {"GOOGLE_GEMINI_BASE_URL": session_fake.url, "GEMINI_API_KEY": "browser-test-key"}
    demo = {"PLAYGROUND_DEMO": "on", "PLAYGROUND_DEMO_PAGES": "chat,image,create-image"}
    with serving(**variables, **demo, PLAYGROUND_DEMO_IDLE=str(IDLE)) as url:
        yield url


def is_fresh(page: Page) -> None:
    """The first page, as nobody has used it yet."""
    expect(page.get_by_role("heading", name="Chat")).to_be_visible()
    expect(page.get_by_test_id("stChatMessage")).to_have_count(0)
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_value("")


def test_a_visit_ends_by_the_clock_and_by_a_key(
    open_page: Callable[..., Page], demo_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [answer("It stands."), Reply([chunk("It stands and")], then="hang")]
    page = open_page(f"{demo_url}/history", once=True)
    expect(page.get_by_text("This page is locked in the demo.")).to_be_visible()
    look_at(page, "demo-locked")
    page.clock.install()
    page.goto(demo_url)
    ask(page, "What does a heron do?")
    expect(page.get_by_text("It stands.")).to_be_visible()
    settle(page)
    look_at(page, "demo")
    field = page.get_by_test_id("stChatInputTextArea")
    write(field, "and then? my address is")
    countdown = page.get_by_text("Still there?")
    page.clock.fast_forward((IDLE - 15) * 1000)
    expect(countdown).to_be_visible()
    page.screenshot(path=SCREENS / "demo-countdown.png")
    page.mouse.wheel(0, 10)
    expect(countdown).to_be_hidden()
    expect(field).to_have_value("and then? my address is")
    page.clock.fast_forward((IDLE - 15) * 1000)
    expect(countdown).to_be_visible()
    page.clock.fast_forward(21_000)
    is_fresh(page)

    ask(page, "What does a heron do?")
    expect(page.get_by_text("It stands and")).to_be_visible()
    write(page.get_by_test_id("stChatInputTextArea"), "half a thought")
    page.clock.fast_forward(10 * IDLE * 1000)
    expect(countdown).to_be_hidden()  # while the answer is written
    page.keyboard.press("Control+Alt+Backspace")
    expect(page.get_by_text("An answer is still being written.")).to_be_visible()
    page.screenshot(path=SCREENS / "demo-question.png")
    page.get_by_role("button", name="Stop and start over").click()
    is_fresh(page)
    assert gemini.generated[-1].closed.wait(10)
