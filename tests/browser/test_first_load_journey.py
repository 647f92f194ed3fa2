"""What the browser loads before a page can be used, and what after it."""

from playwright.sync_api import Browser, Response, expect

from tests.browser.conftest import settle, shows_no_error
from tests.fake_gemini import FakeGemini, answer

NOTES_MARKDOWN = """new MutationObserver(() => {
    const drawn = document.querySelector(".st-key-preload h2")
    window.drawn ||= drawn !== null
    window.shown ||= drawn?.checkVisibility()
}).observe(document, {subtree: true, childList: true})"""


HOLDS_TIMERS = """const wait = window.setTimeout, held = []
window.setTimeout = (act, ms, ...rest) =>
    ms === 200 ? held.push(act) : wait(act, ms, ...rest)
window.goOn = () => held.forEach(act => act())"""


NOTES_SENDING = """const {send} = WebSocket.prototype
WebSocket.prototype.send = function (data) {
    window.sentAt.push(window.handling)
    send.call(this, data)
}
window.sentAt = []
const handle = event => {
    window.handling = event.type
    setTimeout(() => { window.handling = "" }, 0)
}
document.addEventListener("keydown", handle, true)
document.addEventListener("click", handle, true)"""


NOTES_PLACES = """window.findPlaces = () => {
    const found = [
        document.querySelector("[data-testid=stChatInputTextArea]"),
        document.querySelector("h1"),
    ]
    if (found.every(Boolean)) return found.map(each => {
        const {left, top, width} = each.getBoundingClientRect()
        return [left, top, width].map(Math.round)
    })
}
new MutationObserver(() => {
    window.places ??= window.findPlaces()
}).observe(document, {subtree: true, childList: true})"""


def test_what_later_answers_need_is_loaded_after_the_field(
    browser: Browser, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [answer("```python\nprint(1)\n```\n\n", "and $x^2$.")]
    page = browser.new_page()
    loaded: list[Response] = []

    def note(response: Response) -> None:
        loaded.append(response)

    page.on("response", note)
    page.add_init_script(NOTES_MARKDOWN)
    page.add_init_script(NOTES_PLACES)
    page.goto(f"{fake_url}/chat")
    field = page.get_by_test_id("stChatInputTextArea")
    expect(field).to_be_editable()
    field.press_sequentially("Code, please")  # while the rest of the page still comes
    scripts = [r for r in loaded if "/static/js/" in r.url]
    assert {r.headers.get("content-encoding") for r in scripts} == {"gzip"}
    assert not any(_is_for_answers(response) for response in loaded)
    page.wait_for_event("response", lambda response: "SyntaxHighlighter" in response.url)
    page.wait_for_function("window.drawn && !document.querySelector('.st-key-preload')")
    assert not page.evaluate("window.shown")
    settle(page)
    expect(field).to_be_focused()
    expect(field).to_have_value("Code, please")
    assert page.evaluate("window.places") == page.evaluate("window.findPlaces()")
    loaded.clear()
    field.press("Enter")
    expect(page.get_by_text("print(1)")).to_be_visible()
    settle(page)
    assert not any(_is_for_answers(response) for response in loaded)
    shows_no_error(page)
    page.close()


def _is_for_answers(response: Response) -> bool:
    """Whether it is the highlighter of code, or what draws formulas."""
    return any(name in response.url for name in ("SyntaxHighlighter", "rehype-katex"))


def test_what_is_done_is_sent_before_the_browser_draws_it(
    browser: Browser, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [answer("Hello.")]
    page = browser.new_page()
    page.add_init_script(NOTES_SENDING)
    page.goto(f"{fake_url}/chat")
    settle(page)
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill("Hello?")
    page.evaluate("window.sentAt = []")
    field.press("Enter")
    expect(page.get_by_text("Hello.")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="New chat").click()
    expect(page.get_by_text("Hello.")).to_be_hidden()
    assert [when for when in page.evaluate("window.sentAt") if when] == ["keydown", "click"]
    shows_no_error(page)
    page.close()


def test_what_somebody_opens_stays_open_though_markdown_is_drawn_just_then(
    browser: Browser, fake_url: str
) -> None:
    page = browser.new_page()
    page.add_init_script(HOLDS_TIMERS)
    page.goto(f"{fake_url}/chat")
    page.wait_for_function("document.querySelector('.st-key-preload')")
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_role("button", name="JSON")).to_be_visible()
    page.evaluate("window.goOn()")
    page.wait_for_timeout(500)  # in which it would be closed
    expect(page.get_by_role("button", name="JSON")).to_be_visible()
    expect(page.locator(".st-key-preload")).to_have_count(0)
    page.close()
