"""What a model writes is drawn as it wrote it: hard cases in a real browser, live and reloaded."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Request, expect

from components.markdown.reading import read
from tests.browser.conftest import ask, settle, shows_no_error
from tests.fake_gemini import FakeGemini, answer
from tests.streamlit_markdown import seen

Open = Callable[..., Page]
INPUTS = Path(__file__).parents[1] / "inputs" / "render"
NAMES = ("colours.md", "colours2.md", "math.md", "img_bypass.md", "mermaid_ext.md", "render1.md",
         "render3.md", "render5.md")  # fmt: skip
DIAGRAMS = "```mermaid\ngraph TD; A-->B\n```\n\n" + (INPUTS / "mermaid_bad.md").read_text("utf-8")
TYPED = "Why does __init__ run twice?\n# 3 is the loop\n1) first\n<b>raw</b> *args, $5 -> :smile:"
SEEN = """message => {
    if (!message) return '';
    const copy = message.cloneNode(true);
    copy.querySelectorAll('.katex').forEach(formula =>
        formula.replaceWith(formula.querySelector('annotation').textContent));
    return [...copy.querySelectorAll('[data-testid=stMarkdownContainer]')]
        .map(each => each.textContent).join(' ');
}"""


def plain(text: str) -> str:
    return "".join(text.replace("\\displaystyle", "").split())


def answered(page: Page) -> Locator:
    return page.get_by_test_id("stChatMessage").last


def shows(page: Page, text: str) -> None:
    """The last message shows these characters, formulas and nothing from elsewhere."""
    message = answered(page)
    wanted = plain(seen(read(text)))
    page.wait_for_function(
        "([see, wanted]) => eval(see)([...document.querySelectorAll('[data-testid=stChatMessage]')]"
        ".at(-1)).replaceAll('\\\\displaystyle', '').replace(/\\s/g, '').includes(wanted)",
        arg=[SEEN, wanted],
    )
    expect(message.locator(".katex")).to_have_count(10)
    assert message.locator(".katex-error").count() == 0


def test_an_answer_is_drawn_as_it_was_written(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    text = "\n\n".join((INPUTS / name).read_text("utf-8").strip() for name in NAMES)
    gemini.replies = [answer(*(text[n : n + 40] for n in range(0, len(text), 40)), pause=0.002)]
    page = open_page(fake_url, once=True)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    elsewhere: list[str] = []

    def note(request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(fake_url).netloc:
            elsewhere.append(request.url)

    page.on("request", note)
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(TYPED)
    field.press("Enter")
    expect(answered(page).get_by_text("tokens in")).to_be_visible()
    settle(page)
    shows(page, text)
    assert page.get_by_test_id("stText").first.inner_text() == TYPED

    line = answered(page).get_by_text("Run widget-tool")
    line.evaluate("each => getSelection().selectAllChildren(each)")
    page.keyboard.press("Control+C")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Run widget-tool --dry-run --level=3 and check that a->b and 1<=2" in copied
    assert copied.isascii()
    link = answered(page).get_by_role("link", name="http://localhost:8501/docs", exact=True)
    assert link.first.get_attribute("href") == "http://localhost:8501/docs"

    page.reload()
    shows(page, text)
    assert page.get_by_test_id("stText").first.inner_text() == TYPED
    assert not [url for url in elsewhere if not url.startswith(("data:", "blob:"))]
    shows_no_error(page)


def test_a_diagram_that_cannot_be_drawn_shows_its_source(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [answer(DIAGRAMS)]
    page = open_page(fake_url)
    ask(page, "Draw")
    expect(answered(page).get_by_test_id("stMermaidError")).to_be_visible()
    expect(answered(page).get_by_role("img", name="flowchart")).to_be_visible()
    sources = answered(page).get_by_test_id("stCode")
    expect(sources.get_by_text("unfinished")).to_be_visible()
    expect(sources.get_by_text("A-->B")).to_be_hidden()
