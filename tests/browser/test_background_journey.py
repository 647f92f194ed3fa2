"""An answer in the background outlives the server that asked for it, and is stopped at the API."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    SCREENS,
    ask,
    free_port,
    look_at,
    settle,
    shows_no_error,
    start_server,
)
from tests.fake_gemini import FakeGemini, Reply
from tests.gemini.interactions.test_background_run import ABOUT, CANCEL, CREATE, GET, STORY

Open = Callable[..., Page]

RUNS = "you can close this page"


def test_an_answer_outlives_the_server(open_page: Open, fake: FakeGemini, tmp_path: Path) -> None:
    """Ask, kill the server, start it again: the answer goes on from the last event on the page."""
    fake.others = {CREATE: [Reply(STORY[:10], then="hang")]}
    variables = {
        "GOOGLE_GEMINI_BASE_URL": fake.url,
        "GEMINI_API_KEY": "browser-test-key",
        "PLAYGROUND_DATA_DIR": str(tmp_path),
    }
    port = free_port()
    server = start_server(port, variables)
    try:
        page = open_page(f"http://localhost:{port}/chat")
        run_in_background(page)
        ask(page, "Hello")
        expect(page.get_by_text(RUNS)).to_be_visible()
        expect(page.get_by_text("Hel", exact=True)).to_be_visible()
        expect(page).to_have_url(re.compile(r"[?&]c=\w{20,}"))
        page.screenshot(path=SCREENS / "background-running.png")
        page.wait_for_timeout(1500)  # the history is written each second
        server.kill()
        server.wait()
        fake.others[GET] = [Reply(STORY[10:])]
        server = start_server(port, variables)
        expect(page.get_by_text("a.example")).to_be_visible()
        expect(page.get_by_text(RUNS)).to_have_count(0)
        shows_no_error(page)
        follows = [
            seen.path for seen in fake.seen if seen.method == "GET" and "/inter" in seen.path
        ]
        assert len(follows) == 1
        assert "last_event_id=e9" in follows[0]
        stops_at_the_api(page, fake)
    finally:
        server.kill()
        server.wait()


def run_in_background(page: Page) -> None:
    """Set what is needed for it, as a person does."""
    page.get_by_text("Service", exact=True).click()
    page.get_by_role("radio", name="Interactions").click()
    page.get_by_role("radio", name="Keep", exact=True).click()
    page.get_by_text("Run in the background").click()
    settle(page)


def stops_at_the_api(page: Page, fake: FakeGemini) -> None:
    """Ask something else and stop it: the API is asked to cancel it."""
    fake.others = {
        CREATE: [Reply(STORY[:10], then="hang")],
        CANCEL: [Reply(body={**ABOUT, "status": "cancelled"})],
    }
    settle(page)
    ask(page, "And now?")
    expect(page.get_by_text(RUNS)).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("stopped")).to_be_visible()
    expect(page.get_by_text(RUNS)).to_have_count(0)
    assert fake.seen[-1].path.endswith("/cancel")
    settle(page)
    look_at(page, "background-stopped")
