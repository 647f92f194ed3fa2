"""A visitor in headless Chromium: opens an app's chat, asks, stops, and reports the times."""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, WebSocket, async_playwright

from bench.peers import SELECTORS, Mock, Peer

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WRITING_SECONDS = 1.0  # a person needs at least this to write a prompt on an open page
ANSWER_SECONDS = 60
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
    enter: float  # Enter was pressed
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
    """A browser context of its own, empty cache included, on one chat page."""

    def __init__(self, page: Page, peer: Peer, mock: Mock, sent: list[bytes]) -> None:
        self.sent = sent
        """WebSocket frames the page sent to its server, oldest first."""
        self.loaded_bytes = 0
        """What came over HTTP until the chat box took text, as compressed as it came."""
        self._page = page
        self._peer = peer
        self._mock = mock

    async def ready_ms(self) -> float:
        """Milliseconds from the navigation to a chat box that takes text."""
        return await self._evaluate("bench.ready()")

    async def reload(self) -> None:
        """Open the page again, with what the browser has kept of it."""
        await self._page.reload()

    async def ask(self, pace: str) -> SeenAnswer:
        """Send a prompt and wait for the whole answer and the end of the script's run."""
        tag, count = await self._press_enter(pace)
        await self._evaluate(f"bench.seen({count})")
        return await self._answer(tag)

    async def choose_api(self, name: str) -> None:
        """Choose by which API this app asks, in its run settings, and fold them again."""
        group = self._page.get_by_text("Service", exact=True)
        await group.click(timeout=ANSWER_SECONDS * 1000)
        await self._evaluate("bench.idle()")
        chosen = self._page.get_by_role("radio", name=name)
        if await chosen.get_attribute("aria-checked") != "true":
            await chosen.click(timeout=ANSWER_SECONDS * 1000)
            await self._evaluate("bench.idle()")
        await group.click(timeout=ANSWER_SECONDS * 1000)
        await self._evaluate("bench.idle()")

    async def ask_and_stop(self, pace: str, chunks: int) -> SeenAnswer:
        """Send a prompt, and stop the answer once `chunks` of it are on the page."""
        tag, _ = await self._press_enter(pace)
        await self._evaluate(f"bench.seen({chunks})")
        button = self._page.locator(self._peer.stop).first  # one with a tooltip is nested twice
        await button.click(timeout=ANSWER_SECONDS * 1000)
        return await self._answer(tag)

    @contextlib.asynccontextmanager
    async def received(self) -> AsyncIterator[list[int]]:
        """Collects the payload size, in bytes, of each WebSocket frame from the server."""
        sizes: list[int] = []

        def note(event: dict[str, Any]) -> None:
            frame = event["response"]
            text = frame["opcode"] == 1
            sizes.append(len(frame["payloadData"].encode() if text else _decoded(frame)))

        session = await self._page.context.new_cdp_session(self._page)
        session.on("Network.webSocketFrameReceived", note)
        await session.send("Network.enable")
        yield sizes
        await session.detach()

    async def _press_enter(self, pace: str) -> tuple[str, int]:
        prompt, tag, count = self._mock.next_prompt(pace)
        watched = ", ".join(map(json.dumps, (tag, count, self._peer.stop)))
        await self._evaluate(f"bench.ask({watched})")
        await self._page.locator(SELECTORS["input"]).first.fill(prompt)
        await self._page.keyboard.press("Enter")
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
            return await asyncio.wait_for(self._page.evaluate(expression), ANSWER_SECONDS)
        except TimeoutError:
            shown = await self._page.locator("body").inner_text()
            raise RuntimeError(
                f"{self._peer.name}: {expression} took over {ANSWER_SECONDS} s. The page ends:\n"
                f"{shown[-1000:]}"
            ) from None


def _decoded(frame: dict[str, Any]) -> bytes:
    return base64.b64decode(frame["payloadData"])


@contextlib.asynccontextmanager
async def visitor(
    browser: Browser, peer: Peer, url: str, mock: Mock, *, slow: bool = False
) -> AsyncIterator[Visitor]:
    """Open the chat at `url` in a new context, wait until it rests and a prompt is written.

    `slow` puts the visitor on `SLOW_LINE`.
    """
    context = await browser.new_context(viewport={"width": 1400, "height": 900})
    try:
        page = await context.new_page()
        sent: list[bytes] = []
        received: list[int] = []

        def note(event: dict[str, Any]) -> None:
            received.append(event["encodedDataLength"])

        session = await context.new_cdp_session(page)
        session.on("Network.dataReceived", note)
        await session.send("Network.enable")
        if slow:
            await session.send("Network.emulateNetworkConditions", SLOW_LINE)

        def follow(socket: WebSocket) -> None:
            socket.on("framesent", lambda data: sent.append(_as_bytes(data)))

        page.on("websocket", follow)
        await page.add_init_script(f"const SELECTORS = {json.dumps(SELECTORS)};\n{PROBE}")
        await page.goto(url + peer.path)
        guest = Visitor(page, peer, mock, sent)
        await guest.ready_ms()
        guest.loaded_bytes = sum(received)
        await session.detach()
        await guest._evaluate("bench.idle()")
        await asyncio.sleep(WRITING_SECONDS)
        yield guest
    finally:
        await context.close()


def _as_bytes(data: bytes | str) -> bytes:
    return data.encode() if isinstance(data, str) else data
