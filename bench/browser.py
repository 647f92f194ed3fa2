"""A visitor in headless Chromium: opens an app's chat, asks, stops, and reports the times."""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Request, WebSocket, async_playwright

from bench.peers import Mock, PageLayout

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WRITING_SECONDS = 1.0  # a person needs at least this to write a prompt on an open page
ANSWER_SECONDS = 60
DESKTOP = (1400, 900)  # pixels
PHONE = (420, 900)
SLOW_LINE = {
    "offline": False,
    "latency": 150,  # ms
    "downloadThroughput": 1.6e6 / 8,  # bytes a second
    "uploadThroughput": 0.75e6 / 8,
}
"""Chromium's network conditions for somebody far away, with little bandwidth."""
PROBE = Path(__file__).with_name("probe.js").read_text()


@dataclass(frozen=True)
class SeenAnswer:
    """One answer as the visitor saw it. Times are seconds since the epoch, as `time.time()`."""

    tag: str
    enter: float  # Enter was pressed, or the button
    seen: list[float]  # a chunk's text was in the document, one value a chunk
    idle: float  # the script had ended and the page could be used again
    stop: float | None  # the stop button was clicked

    @property
    def first_ms(self) -> float:
        """Milliseconds from Enter to the first text."""
        return (self.seen[0] - self.enter) * 1000

    @property
    def total_ms(self) -> float:
        """Milliseconds from Enter to the last text."""
        return (self.seen[-1] - self.enter) * 1000


@dataclass
class SentByPage:
    """What a page has sent to its server, oldest first: frames of WebSockets, and posts."""

    frames: list[tuple[str, bytes]] = field(default_factory=list)
    """The URL of the socket, and the payload."""
    posts: list[Request] = field(default_factory=list)


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The browser for all visitors of a run."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


class Visitor:
    """A browser context of its own, empty cache included, on one page of an app."""

    def __init__(self, page: Page, screen: PageLayout, mock: Mock) -> None:
        self.page = page
        self.sent = SentByPage()
        self.loaded_bytes = 0
        """What came over HTTP until the chat box took text, as compressed as it came."""
        self._screen = screen
        self._mock = mock
        page.on("websocket", self._follow)
        page.on("request", self._note)

    async def ready_ms(self) -> float:
        """Milliseconds from the navigation to a chat box that takes text."""
        return await self._evaluate("bench.ready()")

    async def idle(self) -> None:
        """Wait until the page is at rest."""
        await self._evaluate("bench.idle()")

    async def reload(self) -> None:
        """Open the page again, with what the browser has kept of it."""
        await self.page.reload()

    async def ask(self, pace: str) -> SeenAnswer:
        """Send a prompt and wait for the whole answer and for a page at rest."""
        tag, count = await self._send(pace)
        await self._evaluate(f"bench.seen({count})")
        return await self._answer(tag)

    async def ask_and_stop(self, pace: str, chunks: int) -> SeenAnswer:
        """Send a prompt, and stop the answer once `chunks` of it are on the page."""
        tag, _ = await self._send(pace)
        await self._evaluate(f"bench.seen({chunks})")
        button = self.page.locator(self._screen.stop).first  # one with a tooltip is nested twice
        await button.click(timeout=ANSWER_SECONDS * 1000)
        return await self._answer(tag)

    async def choose_api(self, name: str) -> None:
        """Choose by which API this app asks, in its run settings, and fold them again."""
        group = self.page.get_by_text("Service", exact=True)
        await group.click(timeout=ANSWER_SECONDS * 1000)
        await self.idle()
        chosen = self.page.get_by_role("radio", name=name)
        if await chosen.get_attribute("aria-checked") != "true":
            await chosen.click(timeout=ANSWER_SECONDS * 1000)
            await self.idle()
        await group.click(timeout=ANSWER_SECONDS * 1000)
        await self.idle()

    @contextlib.asynccontextmanager
    async def received(self) -> AsyncIterator[list[int]]:
        """Collects the sizes, in bytes, of what the server streams to the page.

        These are the payloads of WebSocket frames, and pieces of an event stream.
        """
        sizes: list[int] = []
        streams: set[str] = set()

        def note_frame(event: dict[str, Any]) -> None:
            frame = event["response"]
            text = frame["opcode"] == 1
            sizes.append(len(frame["payloadData"].encode() if text else _decoded(frame)))

        def note_response(event: dict[str, Any]) -> None:
            if event["response"]["mimeType"] == "text/event-stream":
                streams.add(event["requestId"])

        def note_piece(event: dict[str, Any]) -> None:
            if event["requestId"] in streams:
                sizes.append(event["dataLength"])

        session = await self.page.context.new_cdp_session(self.page)
        session.on("Network.webSocketFrameReceived", note_frame)
        session.on("Network.responseReceived", note_response)
        session.on("Network.dataReceived", note_piece)
        await session.send("Network.enable")
        yield sizes
        await session.detach()

    def _follow(self, socket: WebSocket) -> None:
        def note(data: bytes | str) -> None:
            self.sent.frames.append((socket.url, data.encode() if isinstance(data, str) else data))

        socket.on("framesent", note)

    def _note(self, request: Request) -> None:
        if request.method == "POST":
            self.sent.posts.append(request)

    async def _send(self, pace: str) -> tuple[str, int]:
        prompt, tag, count = self._mock.next_prompt(pace)
        await self._evaluate(f"bench.ask({json.dumps(tag)}, {count})")
        await self.page.locator(self._screen.input).first.fill(prompt)
        if self._screen.send:
            await self.page.locator(self._screen.send).first.click()
        else:
            await self.page.keyboard.press("Enter")
        return tag, count

    async def _answer(self, tag: str) -> SeenAnswer:
        result = await self._evaluate("bench.result()")
        stop = result["stop"]
        return SeenAnswer(
            tag=tag,
            enter=result["enter"] / 1000,
            seen=[moment / 1000 for moment in result["seen"]],
            idle=result["idle"] / 1000,
            stop=None if stop is None else stop / 1000,
        )

    async def _evaluate(self, expression: str) -> Any:
        """Await an expression in the page; RuntimeError with what is on the page if it hangs."""
        try:
            return await asyncio.wait_for(self.page.evaluate(expression), ANSWER_SECONDS)
        except TimeoutError:
            shown = await self.page.locator("body").inner_text()
            raise RuntimeError(
                f"{self.page.url}: {expression} took over {ANSWER_SECONDS} s. The page ends:\n"
                f"{shown[-1000:]}"
            ) from None


def _decoded(frame: dict[str, Any]) -> bytes:
    return base64.b64decode(frame["payloadData"])


@contextlib.asynccontextmanager
async def visitor(
    browser: Browser,
    screen: PageLayout,
    url: str,
    mock: Mock,
    *,
    slow: bool = False,
    size: tuple[int, int] = DESKTOP,
) -> AsyncIterator[Visitor]:
    """Open a page at `url` in a new context, wait until it rests and a prompt is written.

    `slow` puts the visitor on `SLOW_LINE`.
    """
    width, height = size
    context = await browser.new_context(viewport={"width": width, "height": height})
    try:
        page = await context.new_page()
        guest = Visitor(page, screen, mock)
        received: list[int] = []

        def note(event: dict[str, Any]) -> None:
            received.append(event["encodedDataLength"])

        session = await context.new_cdp_session(page)
        session.on("Network.dataReceived", note)
        await session.send("Network.enable")
        if slow:
            await session.send("Network.emulateNetworkConditions", SLOW_LINE)
        await page.add_init_script(f"const SCREEN = {screen.as_json()};\n{PROBE}")
        await page.goto(url + screen.path, wait_until="commit")
        await guest.ready_ms()
        guest.loaded_bytes = sum(received)
        await session.detach()
        await guest.idle()
        await asyncio.sleep(WRITING_SECONDS)
        yield guest
    finally:
        await context.close()
