"""On a server without sign-in a browser finds its own again, shares it, and can be forgotten.

The playground is served below a path here.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from components.person_cookie import COOKIE
from tests.browser.conftest import SCREENS, ask, serving, settle, shows_no_error
from tests.fake_gemini import FakeGemini, answer

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def shared_url(session_fake: FakeGemini) -> Iterator[str]:
    """A playground that others can reach, where nobody signs in."""
    with serving(
        GOOGLE_GEMINI_BASE_URL=session_fake.url,
        GEMINI_API_KEY="browser-test-key",
        EMULATOR_URL=session_fake.url,
        STREAMLIT_SERVER_ADDRESS="0.0.0.0",
        STREAMLIT_SERVER_BASE_URL_PATH="playground",
    ) as url:
        yield url


def test_a_browser_is_a_person_until_it_is_forgotten(
    open_page: Open, shared_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [answer("A heron stands still.")]
    page = open_page(shared_url)
    (cookie,) = [each for each in page.context.cookies() if each["name"] == COOKIE]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert cookie["path"] == "/playground"
    assert COOKIE not in page.evaluate("document.cookie")
    ask(page, "What does a heron do?")
    expect(page.get_by_text("A heron stands still.")).to_be_visible()
    page.reload()  # the address has the conversation
    settle(page)
    expect(page.get_by_text("A heron stands still.")).to_be_visible()

    page.get_by_test_id("stPopover").get_by_role("button", name="Export").click()
    page.get_by_role("button", name="Create a link").click()
    link = page.get_by_test_id("stCode").inner_text().strip()
    assert link.startswith(f"{shared_url}/shared/")
    page.screenshot(path=SCREENS / "share-link.png")
    reader = open_page(shared_url, scheme="dark")  # somebody else's browser
    assert reader.goto(link)
    expect(reader.get_by_text("A heron stands still.")).to_be_visible()
    expect(reader.locator("body")).to_have_css("background-color", "rgb(20, 23, 28)")
    reader.screenshot(path=SCREENS / "shared-page.png")
    reader.goto(page.url)  # the conversation itself isn't theirs
    settle(reader)
    expect(reader.get_by_text("A heron stands still.")).to_have_count(0)

    page.keyboard.press("Escape")
    page.get_by_role("button", name="This browser").click()
    page.screenshot(path=SCREENS / "forget-browser.png")
    with page.expect_event("load"):  # the page is loaded anew, and gets another cookie
        page.get_by_role("button", name="Forget this browser").click()
    settle(page)
    expect(page.get_by_text("A heron stands still.")).to_have_count(0)
    (other,) = [each for each in page.context.cookies() if each["name"] == COOKIE]
    assert other["value"] != cookie["value"]
    shows_no_error(page)
    reader.goto(link)
    expect(reader.get_by_text("This link shows nothing")).to_be_visible()
