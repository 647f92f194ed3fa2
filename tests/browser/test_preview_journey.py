"""A page that a model wrote is looked at: it works, and reaches nothing but itself."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, FrameLocator, Locator, Page, expect

from tests.browser.conftest import ask, settle
from tests.fake_gemini import FakeGemini, answer

CALLS = Path(__file__).parents[1] / "inputs" / "preview" / "calls.html"
CLOCK = """```html
<body style="font: 40px sans-serif"><p id="now">not yet</p>
<script>document.querySelector("#now").textContent = "It runs"</script>
```"""
CIRCLE = '```svg\n<svg viewBox="0 0 9 9" width="90"><circle cx="4" cy="4" r="3"/></svg>\n```'
LOOP = "```html\n<p>Round and round</p><script>for (;;) {}</script>\n```"

SILENT = "a connection"
REFUSED = {
    "parsed",
    *("parent", "top", "its storage", "storage", "database", "cookie", "top navigation"),
    *("parent navigation", "fetch", "own server", "import", "request", "open", "peer"),
}


class Elsewhere:
    """A server that notes what reaches it, by TCP and by UDP."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", 0))
        self.port, self.udp_port = self._tcp.getsockname()[1], self._udp.getsockname()[1]
        for listen in (self._accept, self._receive):
            threading.Thread(target=listen, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(0.5)
                try:
                    line = connection.recv(80).decode("latin-1").split("\r")[0]
                    self.heard.append(line or SILENT)
                except OSError:
                    self.heard.append(SILENT)

    def _receive(self) -> None:
        while True:
            try:
                self.heard.append(f"{len(self._udp.recv(2000))} bytes by UDP")
            except OSError:
                return

    def close(self) -> None:
        self._tcp.close()
        self._udp.close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    server = Elsewhere()
    yield server
    server.close()


@pytest.fixture
def page(browser: Browser, fake_url: str) -> Iterator[Page]:
    """The chat page. Not `open_page`: what the policy holds back there is a fault."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    opened = context.new_page()
    opened.goto(fake_url)
    expect(opened.get_by_test_id("stChatInputTextArea")).to_be_visible()
    settle(opened)
    yield opened
    context.close()


def preview(page: Page) -> Locator:
    """Open the last preview on the page; the box that it is in."""
    page.get_by_role("button", name="Preview", exact=True).last.click()
    return page.locator("[data-is=box]").last


def inside(part: Locator) -> FrameLocator:
    return part.frame_locator("iframe").frame_locator("iframe")


def frame_of(part: Locator) -> Frame:
    """The frame that the page runs in."""
    handle = inside(part).locator("body").element_handle()
    frame = handle and handle.owner_frame()
    assert frame
    return frame


def test_a_page_is_looked_at_while_the_answer_goes_on(page: Page, gemini: FakeGemini) -> None:
    rest = threading.Event()
    gemini.replies = [
        answer(CLOCK, "\n\nThen:\n\n", "It goes on ", rest, "to the end.", f"\n\n{CIRCLE}")
    ]
    ask(page, "Write a clock")
    preview(page)
    part = page.locator("[data-is=box]").first
    expect(inside(part).get_by_text("It runs")).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    part.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement !== null")
    part.get_by_role("button", name="Leave full screen").click()
    page.wait_for_function("document.fullscreenElement === null")
    rest.set()
    expect(page.get_by_text("It goes on to the end.")).to_be_visible()
    expect(page.get_by_text("tokens in")).to_be_visible()
    settle(page)
    expect(inside(part).get_by_text("It runs")).to_be_visible()
    picture = preview(page)
    expect(inside(picture).locator("circle")).to_be_visible()
    page.get_by_role("button", name="Close preview").first.click()
    expect(part.locator("iframe")).to_have_count(0)


def test_a_page_reaches_nothing_but_itself(
    page: Page, gemini: FakeGemini, elsewhere: Elsewhere
) -> None:
    source = CALLS.read_text("utf-8").replace("PORT", str(elsewhere.port))
    source = source.replace("UDP", str(elsewhere.udp_port))
    gemini.replies = [answer(f"```html\n{source}\n```"), answer(LOOP), answer("Still here")]
    ask(page, "Write a page")
    expect(page.get_by_text("tokens in")).to_be_visible()
    settle(page)
    assert len(page.frames) == 1  # nothing before the click
    address = page.url
    part = preview(page)
    expect(inside(part).get_by_text("Tried")).to_be_visible()
    page.wait_for_timeout(1000)
    frame = frame_of(part)
    results = frame.evaluate("results")
    assert {name for name, result in results.items() if result == "refused"} == REFUSED
    inside(part).get_by_role("link", name="Link").click()
    assert not elsewhere.heard
    frame.evaluate("setTimeout(() => (location.href = at + 'away'))")
    frame = None
    page.wait_for_timeout(500)
    assert set(elsewhere.heard) <= {SILENT}  # a port was knocked at, nothing was said
    assert page.url == address

    ask(page, "Write a loop")
    expect(page.get_by_text("tokens in")).to_have_count(2)
    preview(page)
    page.wait_for_timeout(500)
    ask(page, "Are you there?")
    expect(page.get_by_text("Still here")).to_be_visible()
