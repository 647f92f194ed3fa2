"""Journeys through the video page, as somebody at the screen goes them."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import look_at, settle, shows_no_error, write
from tests.fake_gemini import FakeGemini, Reply, answer, chunk

Open = Callable[..., Page]
SAMPLES = Path(__file__).parents[2] / "samples" / "media"
SCENES = (
    "[00:00] A white **ferry** lies at a pier; a sign says PIER 7.\n\n",
    "[00:06] It sails across the sea, the sun above it.\n\n",
    "[00:12] It comes to a green island: HERON ISLAND.\n",
)


def test_a_sample_is_described_beside_its_player(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [answer(*SCENES)]
    page = open_page(f"{fake_url}/video")
    page.get_by_role("button", name="Describe the scenes").click()
    expect(page.get_by_text("tokens in")).to_be_visible()
    page.wait_for_function("document.querySelector('video')?.readyState >= 2")
    look_at(page, "video-answer")


def test_a_time_moves_the_video(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [answer(*SCENES)]
    page = open_page(f"{fake_url}/video")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(SAMPLES / "ferry.webm")
    expect(page.get_by_text("ferry.webm").first).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Describe", exact=True).click()
    page.get_by_role("link", name="00:12").click()
    page.wait_for_function("document.querySelector('video').currentTime >= 12")
    page.evaluate("document.querySelector('video').pause()")
    page.get_by_role("link", name="00:06").click()
    page.wait_for_function(
        "t => { const at = document.querySelector('video').currentTime; return at >= 6 && at < 11 }"
    )
    assert "#" not in page.url


def test_a_reload_in_the_middle_loses_nothing(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [Reply([chunk("It lies at a pier")], then="hang")]
    page = open_page(f"{fake_url}/video")
    page.get_by_role("button", name="Describe the scenes").click()
    expect(page.get_by_text("It lies at a pier")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/video\?c="))
    page.reload()
    expect(page.get_by_text("It lies at a pier")).to_be_visible()
    expect(page.locator("video")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("stopped")).to_be_visible()


def test_a_time_moves_youtube(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [answer("At [1:10] it rains.")]
    page = open_page(f"{fake_url}/video")
    asked: list[str] = []

    def serve(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="<p>Player</p>", content_type="text/html")

    page.context.route("https://www.youtube.com/**", serve)
    page.get_by_text("YouTube", exact=True).click()
    write(page.get_by_label("Link to a public video").last, "https://youtu.be/9hE5-98ZeCg")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Describe", exact=True).click()
    page.get_by_role("link", name="1:10").click()
    expect(page.locator(".st-key-player-video iframe")).to_have_attribute(
        "src", "https://www.youtube.com/embed/9hE5-98ZeCg?start=70&autoplay=1"
    )
    sent = gemini.generated[-1].body["contents"][0]["parts"][0]["fileData"]
    assert sent["file_uri"] == "https://www.youtube.com/watch?v=9hE5-98ZeCg"
    shows_no_error(page)


def test_without_a_key_it_hears_and_says_that_it_cannot_watch(
    open_page: Open, local_url: str
) -> None:
    page = open_page(f"{local_url}/video")
    expect(page.get_by_text("can't watch videos").first).to_be_visible()
    expect(page.get_by_role("button", name="Count the bounces")).to_be_visible()
    look_at(page, "video-local")
    page.get_by_role("button", name="Describe the scenes").click()
    expect(page.get_by_text("no model here can watch it").first).to_be_visible()
    look_at(page, "video-local-refused")
    page.get_by_role("button", name="Transcribe its audio instead").click()
    last = page.get_by_test_id("stChatMessage").last
    expect(last.get_by_text("tokens in")).to_be_visible(timeout=90_000)
    expect(last).to_contain_text("ferry")
