"""The real server and a real browser: `streamlit run app.py`, Chromium, and somebody who types."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    WebError,
    expect,
    sync_playwright,
)

from tests.fake_gemini import FakeGemini

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "build" / "screens"
POLICY = "Content Security Policy"  # in what the browser says where it holds something back
OWN_HOSTS = {"localhost", "127.0.0.1"}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]  # fmt: skip

HISTORIES: list[Path] = []  # of the servers that were started
FAILED = pytest.StashKey[bool]()

Look = tuple[int, Literal["light", "dark"]]
LOOKS: tuple[Look, ...] = (
    *((1400, "light"), (1400, "dark")),
    *((420, "dark"), (420, "light")),
)
QUIET = 120  # milliseconds
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NOT_OURS = [
    "[data-testid=stDataFrame] th",  # the head of the column of boxes to pick rows with is empty
    "[data-testid=stDateTimeInputField]",  # Streamlit says of it what its role does not allow
    "label[disabled]",  # what can't be used may be faint
    "[data-testid=stFileUploaderDropzone]",  # Streamlit gives it a role that says it has none
    ".stChatMessage h1, .stChatMessage h2, .stChatMessage h3",  # the order of a model's headings
]
CUT_OFF = """() => [...document.querySelectorAll('[data-testid=stPageLink] *')]
    .filter(each => each.scrollWidth > each.clientWidth && each.clientWidth > 0)
    .map(each => each.textContent)"""


expect.set_options(timeout=30_000)  # a machine may be busy with much else


@contextmanager
def serving(**environment: str) -> Iterator[str]:
    """The playground as `make run` serves it, with these variables; yields its address, without a
    slash at the end."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="playground-") as folder:
        environment.setdefault("PLAYGROUND_DATA_DIR", folder)
        environment.setdefault("PLAYGROUND_DRAIN_SECONDS", "0")  # a journey may leave one hanging
        HISTORIES.append(Path(environment["PLAYGROUND_DATA_DIR"]) / "history.db")
        server = start_server(port, environment)
        below = environment.get("STREAMLIT_SERVER_BASE_URL_PATH", "")
        try:
            yield f"http://localhost:{port}/{below}".rstrip("/")
        finally:
            server.terminate()
            server.wait(15)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def start_server(port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the playground with these variables, and wait until it serves."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("GOOGLE_", "GEMINI_"))}
    log = ROOT / "build" / f"server-{port}.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("w") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env={**inherited, **environment}, stdout=output, stderr=output
        )
    try:
        _wait_until_healthy(f"http://localhost:{port}", server, log)
    except AssertionError:
        server.kill()
        raise
    return server


def _wait_until_healthy(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"The server did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium. Not for the session: Playwright keeps an event loop running while it is there."""
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    assert Path(chromium).exists(), "The journeys need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def session_fake() -> Iterator[FakeGemini]:
    server = FakeGemini()
    yield server
    server.close()


@pytest.fixture(scope="package")
def fake_url(session_fake: FakeGemini) -> Iterator[str]:
    """The playground with the fake server in the place of the Gemini API."""
    variables = {"GOOGLE_GEMINI_BASE_URL": session_fake.url, "GEMINI_API_KEY": "browser-test-key"}
    with serving(**variables, GEMINI_TIMEOUT="30", EMULATOR_URL=session_fake.url) as url:
        yield url


@pytest.fixture
def gemini(session_fake: FakeGemini) -> FakeGemini:
    """The fake server behind `fake_url`, with empty queues."""
    session_fake.replies.clear()
    session_fake.others.clear()
    session_fake.seen.clear()
    return session_fake


@pytest.fixture(scope="package")
def local_url() -> Iterator[str]:
    """The playground without a key: its own emulator answers from the local models."""
    with serving() as url:
        yield url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey has two tries: now and then a click falls where a busy browser has just moved.

    The run's summary names those that needed the second one.
    """
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    before = report.when != "setup" and item.stash.get(FAILED, False)
    item.stash[FAILED] = before or report.failed
    return report


@pytest.fixture(scope="package")
def emptied(browser: Browser) -> list[Page]:
    """Tabs of the tests before, each in a browser of its own, that nobody has used since.

    Their browsers have nothing of the tests before but the scripts of the page, which take one
    that is new a second to load and to compile.
    """
    return []


@pytest.fixture
def open_page(
    browser: Browser, emptied: list[Page], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Opens an address in a browser of its own; fails the test where a page asks another server,
    or a script of it throws what nobody catches.

    With `once` nobody uses the browser again: one that a test listens to, or sets the clock of.
    What a page looked like in the end of a test that failed is under `build/failures/`.
    """
    tabs: list[tuple[Page, bool]] = []
    elsewhere: list[str] = []
    held_back: list[str] = []
    errors: list[str] = []
    if getattr(request.node, "execution_count", 1) > 1:
        _forget()  # what the first try has left would be in a gallery or a list

    def watch(asked: Request) -> None:
        address = urlsplit(asked.url)
        if asked.is_navigation_request():  # a link that was followed
            return
        if address.scheme not in {"data", "blob"} and address.hostname not in OWN_HOSTS:
            elsewhere.append(asked.url)

    def note(said: ConsoleMessage) -> None:
        if POLICY in said.text:
            held_back.append(said.text)

    def note_error(thrown: WebError) -> None:
        errors.append(thrown.error.stack or thrown.error.message)

    def open_page(
        url: str, *, width: int = 1400, height: int = 900, scheme: str = "light", once: bool = False
    ) -> Page:
        page = emptied.pop() if emptied and not once else browser.new_context().new_page()
        tabs.append((page, once))
        page.context.on("request", watch)
        page.context.on("console", note)
        page.context.on("weberror", note_error)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        visit(page, url)
        return page

    yield open_page
    if failed := request.node.stash.get(FAILED, False):
        name = re.sub(r"\W+", "-", request.node.name)
        for number, page in enumerate(page for tab, _ in tabs for page in tab.context.pages):
            page.screenshot(path=ROOT / "build" / "failures" / f"{name}-{number}.png")
    for page, once in reversed(tabs):
        page.context.remove_listener("request", watch)
        page.context.remove_listener("console", note)
        page.context.remove_listener("weberror", note_error)
        if not (failed or once) and _emptied(page):
            emptied.append(page)
        else:
            page.context.close()
    assert not elsewhere
    assert not held_back
    assert not errors


def _emptied(page: Page) -> bool:
    """Leave nothing in a tab and its browser but what it has cached of scripts.

    Not where it shows what has no storage of its own: a page in a sandbox, or none at all.
    """
    context = page.context
    if not page.url.startswith("http") or page.evaluate("origin") == "null":
        return False
    for other in context.pages:
        if other is not page:
            other.close()
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.goto("about:blank")  # and the session ends
    page.mouse.move(0, 0)
    page.unroute_all()
    context.unroute_all()
    context.clear_permissions()
    context.clear_cookies()
    return True


def _forget() -> None:
    """Delete the runs and the saved prompts in the histories of the servers that are running."""
    for path in filter(Path.exists, HISTORIES):
        with closing(sqlite3.connect(path, timeout=10)) as database, database:
            for table in ("runs", "conversations", "preset_versions", "presets"):
                database.execute(f"DELETE FROM {table}")


def visit(page: Page, url: str) -> None:
    """Go to an address of the playground, in the same browser."""
    page.goto(url)
    expect(page.get_by_test_id("stAppViewContainer")).to_be_visible()
    settle(page)


def settle(page: Page) -> None:
    """Wait until the script of the page has run to its end, and doesn't start again at once.

    `st.rerun` looks like an end for some hundredths of a second.
    """
    page.wait_for_function("""quiet => {
        const state = document.querySelector('[data-testid=stApp]')?.dataset.testScriptState
        if (state !== 'notRunning') window.endedAt = undefined
        else window.endedAt ??= performance.now()
        return performance.now() - window.endedAt >= quiet
    }""", arg=QUIET)  # fmt: skip


def seen(page: Page, text: str | re.Pattern[str]) -> Locator:
    """A text of an answer, that which is seen.

    While the page takes an answer over, the document has it twice for a moment, once hidden.
    """
    return page.get_by_text(text).filter(visible=True)


def looks(page: Page, which: tuple[Look, ...] = LOOKS) -> Iterator[Look]:
    """Show a page that is open wide in each of these looks; yields the width and the colours.

    Narrow comes last: the sidebar folds itself on the way there, and stays so on the way back.
    """
    size = page.viewport_size
    assert size
    for width, scheme in which:
        page.set_viewport_size({"width": width, "height": size["height"]})
        page.emulate_media(color_scheme=scheme)
        expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
        if width < 768:
            expect(page.locator("[data-testid=stSidebar][aria-expanded=true]")).to_have_count(0)
        settle(page)
        shows_no_error(page)
        yield width, scheme


def is_accessible(page: Page, rules: list[str]) -> None:
    """Nothing that axe-core finds: texts too faint, fields without a name, headings that jump."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    # What scrolls can be reached by keyboard from the moment that somebody uses it.
    page.evaluate("dispatchEvent(new KeyboardEvent('keydown', {key: 'Tab'}))")
    finished = """[...document.getAnimations()].every(each =>
        each.playState !== 'running' || each.effect.getComputedTiming().endTime === Infinity)"""
    page.wait_for_function(finished)  # colours fade over to those of the other scheme
    # Streamlit's overlays, such as a tooltip, lie outside of its landmarks.
    run = """([exclude, runOnly]) => axe.run({exclude}, {
        runOnly, resultTypes: ['violations'], rules: {region: {enabled: false}},
    })"""
    found = page.evaluate(run, [NOT_OURS, rules])["violations"]
    nodes = [(each["id"], node["html"], node["failureSummary"])
             for each in found for node in each["nodes"]]  # fmt: skip
    assert not nodes, "\n".join(str(node) for node in nodes[:10])


def look_at(
    page: Page,
    name: str,
    *,
    scroll_to: Locator | None = None,
    full_page: bool = False,
    accessible: bool = True,
    which: tuple[Look, ...] = LOOKS,
) -> None:
    """A picture of each of these looks of a page, under `build/screens/`, for people to look at.

    With `accessible`, axe-core looks at it too; it takes minutes where there are thousands of
    elements.
    """
    for width, scheme in looks(page, which):
        if accessible and width > 768:  # narrow has the same in another place
            is_accessible(page, AXE_RULES if scheme == "light" else ["color-contrast"])
        if scroll_to:
            scroll_to.scroll_into_view_if_needed()
        path = SCREENS / f"{name}-{scheme}-{width}.png"
        page.screenshot(path=path, full_page=full_page, animations="disabled")


def write(field: Locator, text: str) -> None:
    """Fill a field; again where a page that was still moving took the focus away meanwhile."""
    field.fill(text)
    if field.input_value() != text:
        field.fill(text)
    expect(field).to_have_value(text)


def ask(page: Page, text: str) -> None:
    """Type a prompt into the chat field and send it."""
    field = page.get_by_test_id("stChatInputTextArea")
    write(field, text)
    field.press("Enter")


def shows_no_error(page: Page) -> None:
    """No exception on the page, nothing to scroll to sideways, no link with its end cut off."""
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")
    page.wait_for_function(f"({CUT_OFF})().length === 0")
