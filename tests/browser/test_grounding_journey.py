"""Answers with sources, as somebody at the screen sees them; and what their frame can't do."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import SCREENS, ask, look_at, looks, settle, write
from tests.fake_gemini import FakeGemini
from tests.grounded_replies import grounded, ran_code

Open = Callable[..., Page]
FRAME = "iframe[title='Google Search suggestions']"


def test_an_answer_with_sources(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [grounded()]
    page = open_page(f"{fake_url}/chat")
    ask(page, "Who won Euro 2024?")
    answer = page.get_by_test_id("stChatMessage").last
    expect(answer.get_by_role("link", name="[1]").first).to_have_attribute("href", _is_redirect())
    expect(answer.get_by_role("listitem")).to_have_count(2)
    chip = page.frame_locator(FRAME).get_by_role("link", name="euro 2024 winner")
    expect(chip).to_be_visible()
    for width, scheme in looks(page):
        expect(answer.locator(FRAME)).to_have_css("color-scheme", scheme)
        page.screenshot(path=SCREENS / f"chat-sources-{scheme}-{width}.png")


def test_nothing_in_the_suggestions_reaches_the_page(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    """The canned suggestions hold a script that would leave a mark on the page."""
    gemini.replies = [grounded()]
    page = open_page(f"{fake_url}/chat", once=True)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    ask(page, "Who won Euro 2024?")
    expect(page.frame_locator(FRAME).get_by_text("spain titles")).to_be_visible()
    frame = page.locator(FRAME)
    allowed = (frame.get_attribute("sandbox") or "").split()
    assert allowed == ["allow-popups", "allow-popups-to-escape-sandbox"]
    assert page.evaluate("document.body.dataset.reached ?? 'no'") == "no"
    assert any("Blocked script execution" in line for line in said)


def test_a_suggestion_opens_in_a_tab_of_its_own(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [grounded()]
    page = open_page(f"{fake_url}/chat")
    page.context.route("https://www.google.com/**", lambda route: route.fulfill(body="Results"))
    ask(page, "Who won Euro 2024?")
    chip = page.frame_locator(FRAME).get_by_role("link", name="spain titles")
    with page.context.expect_page() as opened:
        chip.click()
    assert opened.value.url == "https://www.google.com/search?q=spain+titles"
    expect(page.get_by_test_id("stChatMessage")).to_have_count(2)


def test_code_with_its_output_and_picture(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [ran_code()]
    page = open_page(f"{fake_url}/chat")
    ask(page, "Add the first fifty primes")
    expect(page.get_by_text("The sum is 5117.")).to_be_visible()
    expect(page.get_by_test_id("stChatMessage").last.locator("img")).to_be_visible()
    settle(page)
    look_at(page, "chat-code")


def test_tools_are_switched_on_in_the_settings(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page = open_page(f"{fake_url}/chat")
    page.get_by_test_id("stSidebar").get_by_text("Tools", exact=True).click()
    for label in ("Google Search", "Google Maps"):
        page.get_by_test_id("stSidebar").get_by_text(label, exact=True).click()
        settle(page)
    write(page.get_by_role("spinbutton", name="Latitude"), "52.37")
    page.get_by_role("spinbutton", name="Latitude").press("Enter")
    expect(page.get_by_text("the location isn't sent")).to_be_visible()
    write(page.get_by_role("spinbutton", name="Longitude"), "-4.9")
    page.get_by_role("spinbutton", name="Longitude").press("Enter")
    expect(page.get_by_text("the location isn't sent")).to_have_count(0)
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / "settings-tools-light-1400.png")
    ask(page, "Coffee near me?")
    expect(page.get_by_text("ok", exact=True)).to_be_visible()
    assert gemini.generated[-1].body["tools"] == [{"googleSearch": {}}, {"googleMaps": {}}]
    place = gemini.generated[-1].body["toolConfig"]["retrievalConfig"]["lat_lng"]
    assert place == {"latitude": 52.37, "longitude": -4.9}


def _is_redirect() -> re.Pattern[str]:
    return re.compile("^https://vertexaisearch.cloud.google.com/grounding-api-redirect/")
