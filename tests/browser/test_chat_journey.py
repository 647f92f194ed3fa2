"""Journeys through the chat, as somebody at the screen goes them."""

import re
import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.conftest import ask, seen, settle, shows_no_error, visit, write
from tests.fake_gemini import FakeGemini, Reply, answer, chunk, error

Open = Callable[..., Page]
WAITING = "Your prompt will be sent when the answer is complete."
RECORDED = "Still recording. It can be sent when the answer is complete."
HTML_COPIED = """async () => {
  const [item] = await navigator.clipboard.read()
  return (await item.getType("text/html")).text()
}"""
AT_ONCE = """async ([...texts]) => {
  const field = document.querySelector("[data-testid=stChatInputTextArea]")
  const { set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")
  const enter = { key: "Enter", code: "Enter", keyCode: 13, bubbles: true, cancelable: true }
  const write = async text => {
    set.call(field, text)
    field.dispatchEvent(new Event("input", { bubbles: true }))
    await new Promise(drawn => setTimeout(drawn))
  }
  const written = texts.pop()
  for (const text of texts) {
    await write(text)
    field.dispatchEvent(new KeyboardEvent("keydown", enter))
    await new Promise(drawn => setTimeout(drawn))
  }
  if (written) await write(written)
}"""  # all but the last are sent; faster than the server can say that it has begun


UNSEEN = """() => Object.defineProperty(document.querySelector("[data-testid=stApp]"), "dataset", {
  value: { testScriptState: "notRunning" }
})"""


def half_answered(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> tuple[Page, threading.Event]:
    """A chat whose first answer goes on when the event is set; the second comes at once."""
    rest = threading.Event()
    gemini.replies = [answer("So far", rest, ", the first."), answer("The second.")]
    page = open_page(f"{fake_url}/chat")
    ask(page, "First")
    expect(page.get_by_text("So far")).to_be_visible()
    return page, rest


def test_ask_the_local_model_without_a_key(open_page: Open, local_url: str) -> None:
    page = open_page(local_url)
    expect(page.get_by_text("Local emulator.")).to_be_visible()
    page.get_by_role("button", name="Explain a black hole").click()
    last = page.get_by_test_id("stChatMessage").last
    expect(last.get_by_text(re.compile(r"\d+ tokens in"))).to_be_visible(timeout=90_000)
    assert len(last.inner_text()) > 40
    shows_no_error(page)


def test_temperature_and_budget_act(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    page = open_page(fake_url)
    slider = page.get_by_role("slider", name="Temperature")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowLeft")
    settle(page)
    ask(page, "Hi")
    expect(page.get_by_text("ok", exact=True)).to_be_visible()
    assert gemini.generated[-1].body["generationConfig"] == {"temperature": 0.8}


def test_an_answer_of_several_blocks_is_seen_once_while_the_next_one_streams(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    blocks = [f"Paragraph {number} of the answer.\n\n" for number in range(4)]
    rest = threading.Event()
    gemini.replies = [answer(*blocks, pause=0.1), answer("It goes on ", rest, "to the end.")]
    page = open_page(fake_url)
    ask(page, "Hi")
    expect(page.get_by_text("Paragraph 3")).to_be_visible()
    settle(page)
    ask(page, "Again")
    expect(page.get_by_text("It goes on")).to_be_visible()
    assert page.get_by_text("Paragraph 3").count() == 1
    rest.set()
    expect(page.get_by_text("to the end.")).to_be_visible()
    expect(page.get_by_text("Paragraph 3")).to_have_count(1)


WATCH = """() => {
    window.seen = []
    const look = () => {
        const main = document.querySelector("[data-testid=stMain]")
        const now = main.innerText.split("The end.").length - 1
        if (now !== window.seen.at(-1)) window.seen.push(now)
    }
    new MutationObserver(look).observe(document.body, {childList: true, subtree: true})
    look()
}"""


def test_an_answer_stays_where_it_is_when_the_page_takes_it_over(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    text = "A row of words.\n\n| a | b |\n|---|---|\n| 1 | `2` |\n\n```python\nx = 1\n```\n\n" * 20
    pieces = [text[start : start + 200] for start in range(0, len(text), 200)]
    gemini.replies = [answer(*pieces, "The end.", pause=0.02) for _ in range(2)]
    page = open_page(fake_url)
    page.evaluate(WATCH)
    for asked in (1, 2):
        ask(page, "Hi")
        expect(page.get_by_text("The end.")).to_have_count(asked)
        settle(page)
    page.get_by_role("slider", name="Temperature").press("ArrowLeft")  # the page is drawn anew
    settle(page)
    assert page.evaluate("window.seen") == [0, 1, 2]


def test_stop_keeps_what_came(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [Reply([chunk("The first words ")], then="hang"), answer("Next one.")]
    page = open_page(fake_url)
    ask(page, "Hi")
    expect(seen(page, "The first words")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("stopped")).to_be_visible()
    expect(seen(page, "The first words")).to_be_visible()
    assert gemini.generated[-1].closed.wait(30)
    ask(page, "Again")
    expect(page.get_by_text("Next one.")).to_be_visible()


def test_a_prompt_sent_while_an_answer_streams_outlasts_stop(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [Reply([chunk("So far")], then="hang"), answer("The second answer")]
    page = open_page(f"{fake_url}/chat")
    ask(page, "First")
    expect(page.get_by_text("So far")).to_be_visible()
    ask(page, "Typed meanwhile")
    expect(page.get_by_text(WAITING)).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Typed meanwhile")).to_be_visible()
    expect(seen(page, "The second answer")).to_be_visible()
    expect(page.get_by_text(WAITING)).to_have_count(0)


@pytest.mark.parametrize("by_button", [False, True])
def test_what_is_sent_while_an_answer_streams_waits_in_the_field_with_its_files(
    open_page: Open, fake_url: str, gemini: FakeGemini, by_button: bool
) -> None:
    page, rest = half_answered(open_page, fake_url, gemini)
    field = page.get_by_test_id("stChatInputTextArea")
    chooser = page.get_by_test_id("stChatInput").first.locator("input[type=file]")
    chooser.set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"Some words."})
    expect(page.get_by_test_id("stFileChip")).to_have_count(1)
    field.fill("What is this?")
    if by_button:
        page.get_by_test_id("stChatInputSubmitButton").click()
    else:
        field.press("Enter")
    expect(page.get_by_text(WAITING)).to_be_visible()
    expect(field).to_have_value("What is this?")
    rest.set()
    expect(seen(page, "The second.")).to_be_visible()
    expect(seen(page, "So far, the first.")).to_be_visible()
    expect(field).to_have_value("")
    assert "text/plain" in str(gemini.generated[1].body)
    assert len(gemini.generated) == 2


def test_a_prompt_that_is_changed_while_it_waits_in_the_field_waits_for_enter(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page, rest = half_answered(open_page, fake_url, gemini)
    ask(page, "Second")
    expect(page.get_by_text(WAITING)).to_be_visible()
    field = page.get_by_test_id("stChatInputTextArea")
    field.press_sequentially(", better")
    expect(page.get_by_text(WAITING)).to_have_count(0)
    rest.set()
    expect(seen(page, "So far, the first.")).to_be_visible()
    settle(page)
    assert len(gemini.generated) == 1
    field.press("Enter")
    expect(seen(page, "The second.")).to_be_visible()
    assert "Second, better" in str(gemini.generated[1].body)


def both_are_answered(page: Page, gemini: FakeGemini) -> None:
    expect(seen(page, "The second.")).to_be_visible()
    expect(seen(page, "The first.")).to_be_visible()
    assert [each.body["contents"][-1]["parts"] for each in gemini.generated] == [
        [{"text": "One"}],
        [{"text": "Two"}],
    ]


def test_prompts_sent_at_once_are_all_sent_one_after_the_other(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    rest = threading.Event()
    gemini.replies = [answer("The first", rest, "."), answer("The second.")]
    page = open_page(f"{fake_url}/chat")
    settle(page)
    page.evaluate(AT_ONCE, ["One", "Two", ""])
    expect(page.get_by_text(WAITING)).to_be_visible()
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_value("Two")
    rest.set()
    both_are_answered(page, gemini)


def test_a_prompt_waits_until_the_server_has_heard_of_the_one_before(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    """A line that is slow for seven seconds: sent meanwhile, it would replace the first."""
    gemini.replies = [answer("The first."), answer("The second.")]
    page = open_page(f"{fake_url}/chat")
    slow, held = threading.Event(), list[tuple[WebSocketRoute, str | bytes]]()

    def pass_on(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def to_server(message: str | bytes) -> None:
            held.append((server, message))
            if not slow.is_set():
                send_held()

        socket.on_message(to_server)

    def send_held() -> None:
        for server, message in held:
            server.send(message)
        held.clear()

    page.route_web_socket("**/_stcore/stream", pass_on)
    page.reload()
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_editable()
    settle(page)
    slow.set()
    page.evaluate(AT_ONCE, ["One", "Two", ""])
    page.wait_for_timeout(7000)
    expect(page.get_by_text(WAITING)).to_be_visible()
    slow.clear()
    send_held()
    both_are_answered(page, gemini)


def test_what_is_typed_while_a_prompt_comes_back_stays_behind_it(
    open_page: Open, fake_url: str
) -> None:
    page = open_page(f"{fake_url}/chat")
    chooser = page.get_by_test_id("stChatInput").first.locator("input[type=file]")
    damaged = b"\x89PNG\r\n\x1a\nno picture"
    chooser.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": damaged})
    expect(page.get_by_test_id("stChatInputSubmitButton")).to_be_enabled()
    settle(page)
    page.evaluate(AT_ONCE, ["What is this?", "Something else"])
    expect(page.get_by_text("a.png")).to_be_visible()
    field = page.get_by_test_id("stChatInputTextArea")
    expect(field).to_have_value("What is this?\n\nSomething else")
    expect(field).to_be_focused()


def test_what_is_sent_once_a_failure_is_seen_is_not_called_off_by_it(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    """Its script may still be running then."""
    gemini.replies = [error(400, "INVALID_ARGUMENT", "Unknown field."), answer("The second.")]
    page = open_page(f"{fake_url}/chat")
    ask(page, "First")
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    settle(page)
    bottom = page.get_by_test_id("stBottom")
    bottom.evaluate("at => at.insertAdjacentHTML('beforeend', '<i class=is-busy></i>')")
    ask(page, "Second")
    expect(page.get_by_text(WAITING)).to_be_visible()
    bottom.evaluate("at => at.querySelector('i.is-busy').remove()")
    expect(seen(page, "The second.")).to_be_visible()
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_value("")


def test_a_prompt_that_was_heard_unseen_keeps_no_other_from_being_sent(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    """The browser draws at once that a run has begun and that it has ended, where it is short."""
    gemini.replies = [answer("The first.")]
    page = open_page(f"{fake_url}/chat")
    chooser = page.get_by_test_id("stChatInput").first.locator("input[type=file]")
    damaged = b"\x89PNG\r\n\x1a\nno picture"
    chooser.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": damaged})
    expect(page.get_by_test_id("stChatInputSubmitButton")).to_be_enabled()
    settle(page)
    page.evaluate(UNSEEN)
    field = page.get_by_test_id("stChatInputTextArea")
    field.press_sequentially("What is this?")
    field.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_contain_text("a.png")
    expect(field).to_have_value("What is this?")
    page.wait_for_timeout(500)  # until the field has it for good
    field.press("Enter")
    expect(page.get_by_text("The first.")).to_be_visible(timeout=15_000)


def test_what_is_in_the_field_goes_along_to_a_new_chat(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page, rest = half_answered(open_page, fake_url, gemini)
    chooser = page.get_by_test_id("stChatInput").first.locator("input[type=file]")
    chooser.set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"Some words."})
    expect(page.get_by_test_id("stFileChip")).to_have_count(1)
    ask(page, "Second")
    expect(page.get_by_text(WAITING)).to_be_visible()
    page.get_by_role("button", name="New chat").click()
    expect(page.get_by_text("So far")).to_have_count(0)
    expect(page.get_by_test_id("stFileChip")).to_have_count(1)
    expect(page.get_by_test_id("stChatInputSubmitButton")).to_be_enabled()
    field = page.get_by_test_id("stChatInputTextArea")
    expect(field).to_have_value("Second")
    field.press("Enter")
    expect(seen(page, "The second.")).to_be_visible()
    assert "text/plain" in str(gemini.generated[1].body)
    rest.set()


def test_a_prompt_that_waits_stays_where_the_answer_failed(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    rest = threading.Event()
    gemini.replies = [Reply([chunk("So far"), rest, chunk(" and")], then="cut"),
                      answer("The second.")]  # fmt: skip
    page = open_page(f"{fake_url}/chat")
    ask(page, "First")
    expect(page.get_by_text("So far")).to_be_visible()
    ask(page, "Second")
    expect(page.get_by_text(WAITING)).to_be_visible()
    rest.set()
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    expect(page.get_by_text(WAITING)).to_have_count(0)
    settle(page)
    field = page.get_by_test_id("stChatInputTextArea")
    expect(field).to_have_value("Second")
    assert len(gemini.generated) == 1
    field.press("Enter")
    expect(seen(page, "The second.")).to_be_visible()


def test_a_prompt_and_its_files_wait_on_after_a_look_at_another_page(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page, rest = half_answered(open_page, fake_url, gemini)
    chooser = page.get_by_test_id("stChatInput").first.locator("input[type=file]")
    for words in (b"Some words.", b"Others."):  # of one name, as pasted pictures are
        chooser.set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": words})
    expect(page.get_by_test_id("stFileChip")).to_have_count(2)
    ask(page, "Second")
    expect(page.get_by_text(WAITING)).to_be_visible()
    for group, name in (("Understand", "Image"), ("Prompt", "Chat")):
        page.get_by_test_id("stTopNavSection").get_by_text(group).click()
        page.get_by_test_id("stTopNavDropdownLink").get_by_text(name, exact=True).click()
        there = "Add images, then ask" if name == "Image" else "So far"
        expect(page.get_by_text(there)).to_be_visible()
    expect(page.get_by_text(WAITING)).to_be_visible()
    expect(page.get_by_test_id("stFileChip")).to_have_count(2)
    rest.set()
    expect(seen(page, "The second.")).to_be_visible()
    assert len(gemini.generated) == 2
    sent = [part["inlineData"]["data"] for part in gemini.generated[1].body["contents"][-1]["parts"]
            if "inlineData" in part]  # fmt: skip
    assert len(set(sent)) == 2


def test_what_is_clicked_during_an_answer_comes_before_a_prompt_that_waits(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    rest = threading.Event()
    gemini.replies = [answer("The first."), answer("So far", rest, "."), answer("Another first."),
                      answer("The last.")]  # fmt: skip
    page = open_page(f"{fake_url}/chat")
    ask(page, "One")
    expect(seen(page, "The first.")).to_be_visible()
    settle(page)
    ask(page, "Two")
    expect(page.get_by_text("So far")).to_be_visible()
    ask(page, "Three")
    expect(page.get_by_text(WAITING)).to_be_visible()
    page.get_by_role("button", name="More").first.click()
    page.get_by_text("Regenerate").click()
    rest.set()
    expect(page.get_by_text("The last.")).to_be_visible()
    sent = [each.body["contents"][-1]["parts"][0]["text"] for each in gemini.generated]
    assert sent == ["One", "Two", "One", "Three"]


def test_a_reload_keeps_what_is_in_the_field(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page, rest = half_answered(open_page, fake_url, gemini)
    ask(page, "Second")
    expect(page.get_by_text(WAITING)).to_be_visible()
    page.reload()
    field = page.get_by_test_id("stChatInputTextArea")
    expect(field).to_have_value("Second")
    expect(page.get_by_text("So far")).to_be_visible()
    rest.set()
    expect(seen(page, "So far, the first.")).to_be_visible()
    field.press("Enter")
    expect(seen(page, "The second.")).to_be_visible()
    page.reload()
    expect(seen(page, "The second.")).to_be_visible()
    expect(field).to_have_value("")


def test_a_setting_turned_meanwhile_does_not_break_the_answer(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    words = [f"word{n} " for n in range(40)]
    gemini.replies = [answer(*words, pause=0.05)]
    page = open_page(fake_url)
    ask(page, "Hi")
    expect(page.get_by_text("word1 ")).to_be_visible()
    slider = page.get_by_role("slider", name="Temperature")
    slider.focus()
    slider.press("ArrowLeft")
    expect(page.get_by_text("word39")).to_be_visible()
    expect(page.get_by_test_id("stChatMessage")).to_have_count(2)


def test_answers_are_never_run(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [
        answer(
            "<script>window.owned = 1</script><img src=x onerror='window.owned = 1'>\n\n",
            "[click](javascript:window.owned=1) ![see](http://127.0.0.1:9/leak.png)\n\n",
            "```html\n<b onclick='window.owned=1'>x</b>\n```\n\nThe end.",
        )
    ]
    page = open_page(fake_url, once=True)
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    ask(page, "Attack")
    expect(page.get_by_text("The end.")).to_be_visible()
    assert page.evaluate("window.owned") is None
    assert not [url for url in requested if "leak" in url]
    links = page.get_by_test_id("stChatMessage").last.locator("a").all()
    assert all(not (a.get_attribute("href") or "").startswith("javascript") for a in links)


def test_a_file_that_is_not_what_it_says(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page = open_page(fake_url)
    chooser = page.get_by_test_id("stChatInput").first.locator("input[type=file]")
    chooser.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"\0\1\2 no"})
    expect(page.get_by_text("a.png")).to_be_visible()
    ask(page, "What is this?")
    expect(page.get_by_text("a.png isn't an image")).to_be_visible()
    expect(page.get_by_test_id("stChatInputTextArea").first).to_have_value("What is this?")
    assert not gemini.generated


@pytest.mark.parametrize("changed", [False, True])
def test_enter_sends_when_the_files_are_there_unless_the_text_is_changed_meanwhile(
    open_page: Open, fake_url: str, gemini: FakeGemini, changed: bool
) -> None:
    gemini.replies = [answer("A sentence.")]
    page, held = open_page(fake_url), list[Route]()

    def hold(upload: Route) -> None:
        held.append(upload)

    page.route("**/_stcore/upload_file/**", hold)
    chooser = page.get_by_test_id("stChatInput").first.locator("input[type=file]")
    chooser.set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"Some words."})
    expect(page.get_by_test_id("stFileChipIconSpinner")).to_be_visible()
    ask(page, "What is this?")
    field, button = (
        page.get_by_test_id(f"stChatInput{each}") for each in ("TextArea", "SubmitButton")
    )
    expect(button).to_be_disabled()
    page.emulate_media(color_scheme="dark")  # draws the scripts of the page anew
    field.press("Tab")
    if changed:
        field.press_sequentially(" Be brief.")
    (upload,) = held
    upload.continue_()
    if changed:
        expect(button).to_be_enabled()
        settle(page)
        expect(field).to_have_value("What is this? Be brief.")
        assert not gemini.generated
        field.press("Enter")
    expect(page.get_by_text("A sentence.")).to_be_visible()
    expect(field).to_have_value("")
    assert len(gemini.generated) == 1
    assert "text/plain" in str(gemini.generated[0].body)


def test_two_sessions_stream_side_by_side(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    rest = threading.Event()
    gemini.replies = [answer("alpha ", rest, "beta"), answer("gamma ", rest, "delta")]
    first, second = open_page(fake_url), open_page(fake_url)
    ask(first, "One")
    expect(first.get_by_text("alpha")).to_be_visible()
    ask(second, "Two")
    expect(second.get_by_text("gamma")).to_be_visible()
    rest.set()
    expect(second.get_by_text("gamma delta")).to_be_visible()
    expect(first.get_by_text("alpha beta")).to_be_visible()
    expect(second.get_by_text("alpha")).to_have_count(0)


def test_what_runs_elsewhere_is_gone_from_the_page_once_something_is_asked(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    rest = threading.Event()
    gemini.replies = [answer("alpha ", rest, "beta"), answer("gamma ", rest, "delta")]
    first = open_page(f"{fake_url}/chat")
    ask(first, "Asked elsewhere")
    expect(first.get_by_text("alpha")).to_be_visible()
    second = open_page(f"{fake_url}/chat")
    listed = second.locator("[class*=st-key-running-]")
    expect(listed).to_have_count(1)
    ask(second, "Asked here")
    expect(second.get_by_text("gamma")).to_be_visible()
    expect(listed).to_have_count(0)
    rest.set()
    expect(second.get_by_text("gamma delta")).to_be_visible()
    expect(first.get_by_text("alpha beta")).to_be_visible()


def test_the_key_never_reaches_the_browser(open_page: Open, fake_url: str) -> None:
    page = open_page(fake_url, once=True)
    frames: list[bytes | str] = []

    def note(frame: bytes | str) -> None:
        frames.append(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    page.reload()
    settle(page)
    ask(page, "Hi")
    expect(page.get_by_text("ok", exact=True)).to_be_visible()
    assert frames
    assert not any(
        b"browser-test-key" in (f if isinstance(f, bytes) else f.encode()) for f in frames
    )


def test_a_reload_in_the_middle_loses_nothing(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    """Of a first answer, and of a later one: neither ends before it is stopped."""
    gemini.replies = [
        Reply([chunk("The first words")], then="hang"),
        Reply([chunk("Later words")], then="hang"),
    ]
    page = open_page(fake_url)
    slider = page.get_by_role("slider", name="Temperature")
    slider.press("ArrowLeft")
    settle(page)
    for prompt, words in (("Count for me", "The first words"), ("Go on", "Later words")):
        ask(page, prompt)
        expect(page.get_by_text(words)).to_be_visible()
        expect(page).to_have_url(re.compile(r"[?&]c=\w{20,}"))
        page.reload()
        expect(page.get_by_text(prompt)).to_be_visible()
        expect(page.get_by_text(words)).to_be_visible()
        expect(slider).to_have_value("0.95")
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_text("stopped").last).to_be_visible()
        settle(page)
    expect(page.get_by_text("Count for me")).to_be_visible()
    assert len(gemini.generated) == 2
    assert gemini.generated[-1].body["generationConfig"] == {"temperature": 0.95}


def test_a_draft_outlasts_another_page_and_a_new_chat(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [Reply([chunk("Begun")], then="hang")]
    page = open_page(fake_url)
    field = page.get_by_test_id("stChatInputTextArea")
    ask(page, "Hi")
    expect(page.get_by_text("Begun")).to_be_visible()
    page.get_by_role("button", name="Stop").press("Enter")
    expect(page.get_by_text("stopped")).to_be_visible()
    expect(field).to_be_focused()
    page.keyboard.type("Half a thou")
    page.get_by_role("button", name="New chat").click()
    expect(page.get_by_text("Begun")).to_have_count(0)
    expect(field).to_have_value("Half a thou")
    field.press_sequentially("ght")
    page.get_by_test_id("stTopNavSection").get_by_text("Understand").click()
    page.get_by_test_id("stTopNavDropdownLink").get_by_text("Image", exact=True).click()
    expect(page.get_by_role("heading", name="Image")).to_be_visible()
    expect(field).to_have_value("")
    page.go_back()
    expect(page.get_by_role("button", name="Explain a black hole")).to_be_visible()
    expect(field).to_have_value("Half a thought")
    field.press("Enter")
    expect(page.get_by_text("ok", exact=True)).to_be_visible()
    page.get_by_role("button", name="New chat").click()
    expect(page.get_by_text("ok", exact=True)).to_have_count(0)
    expect(field).to_have_value("")


def test_the_line_below_an_answer_on_a_narrow_screen(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    """The menu copies; with versions the figures have a line of their own."""
    texts = [{"index": i, "content": {"parts": [{"text": f"Text {i}."}]}} for i in range(8)]
    for each in texts:
        each["finishReason"] = "STOP"
    gemini.replies = [answer("**Raw** text"), answer("Second."), Reply([{"candidates": texts}])]
    page = open_page(fake_url, width=420)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "Hi")
    figures = page.get_by_text("tokens in")
    expect(figures).to_be_visible()
    settle(page)
    act(page, "Copy as Markdown")
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "**Raw** text"
    act(page, "Copy as rich text")
    expect(page.get_by_text("Copied as rich text.")).to_be_visible()
    assert "<strong>Raw</strong> text" in page.evaluate(HTML_COPIED)
    act(page, "Regenerate")
    expect(page.get_by_text("2 of 2")).to_be_visible()
    expect(figures).to_be_visible()
    settle(page)
    assert figures.evaluate("e => e.getBoundingClientRect().width") > 200
    shows_no_error(page)
    page.set_viewport_size({"width": 1400, "height": 900})
    ask(page, "Eight answers")
    expect(page.get_by_role("button", name="Continue from here")).to_have_count(7)
    last = page.get_by_text("Text 7.")
    column = last.locator("xpath=ancestor::*[@data-testid='stColumn']")
    expect(column).to_have_css("min-width", "240px")
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    shows_no_error(page)


def act(page: Page, action: str) -> None:
    """Choose something from the menu of the last turn."""
    page.get_by_role("button", name="More", exact=True).last.click()
    page.get_by_role("menuitem", name=action, exact=True).click()


def test_a_run_is_found_again_in_the_history(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [answer("The heron stands still.")]
    page = open_page(fake_url)
    ask(page, "Which bird stands still?")
    expect(page.get_by_text("The heron stands still.")).to_be_visible()
    visit(page, f"{fake_url}/history")
    write(page.get_by_role("textbox", name="Search"), "heron")
    page.get_by_role("textbox", name="Search").press("Enter")
    expect(page.get_by_text("1 run")).to_be_visible()
    shows_no_error(page)


def test_the_page_stays_with_what_is_new_unless_the_reader_scrolled_up(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    lines = [f"Line {n}.\n\n" for n in range(60)]
    gemini.replies = [answer(*lines, pause=0.02), answer(*lines, pause=0.02)]
    page = open_page(fake_url)
    ask(page, "Many lines")
    expect(page.get_by_text("Line 59.")).to_be_in_viewport()
    page.get_by_text("Line 10.").scroll_into_view_if_needed()
    page.mouse.move(700, 400)
    page.mouse.wheel(0, -200)
    page.get_by_role("slider", name="Temperature").press("ArrowLeft")
    settle(page)
    expect(page.get_by_text("Line 59.")).not_to_be_in_viewport()


def test_a_page_on_which_nothing_was_asked_shows_its_beginning(
    open_page: Open, fake_url: str
) -> None:
    page = open_page(f"{fake_url}/video", width=420, height=500)
    expect(page.get_by_role("heading", name="Video")).to_be_in_viewport()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollHeight > e.clientHeight && e.scrollTop === 0")


def test_a_wide_table_scrolls_by_itself(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    row = "| " + " | ".join(f"column-{n}" for n in range(12)) + " |\n"
    gemini.replies = [answer(row, "|" + "---|" * 12 + "\n", row)]
    page = open_page(fake_url, width=420)
    ask(page, "A table")
    expect(page.get_by_text("tokens in")).to_be_visible()
    table = page.get_by_role("table").filter(has_text="column-11")
    assert table.evaluate("e => e.scrollWidth > e.clientWidth")
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_a_prompt_that_waits_is_sent_where_the_answer_ended_out_of_sight(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page, rest = half_answered(open_page, fake_url, gemini)
    ask(page, "Second")
    expect(page.get_by_text(WAITING)).to_be_visible()
    page.get_by_test_id("stTopNavSection").get_by_text("Understand").click()
    page.get_by_test_id("stTopNavDropdownLink").get_by_text("Image", exact=True).click()
    expect(page.get_by_text("Add images, then ask")).to_be_visible()
    rest.set()
    settle(page)
    assert len(gemini.generated) == 1
    page.go_back()
    expect(seen(page, "The second.")).to_be_visible()
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_value("")


def test_a_recording_stays_while_an_answer_is_written(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page, rest = half_answered(open_page, fake_url, gemini)
    page.get_by_test_id("stChatInputTextArea").press_sequentially("About this")
    page.get_by_test_id("stChatInputMicButton").click()
    send = page.get_by_test_id("stChatInputApproveButton")
    expect(send).to_be_enabled()
    send.click()
    expect(page.get_by_text(RECORDED)).to_be_visible()
    rest.set()
    expect(page.get_by_text(", the first.")).to_be_visible()
    expect(page.get_by_text(RECORDED)).to_have_count(0)
    settle(page)
    assert len(gemini.generated) == 1
    send.click()
    expect(seen(page, "The second.")).to_be_visible()
    sent = gemini.generated[1].body["contents"][-1]["parts"]
    sounds = [part["inlineData"] for part in sent if "inlineData" in part]
    assert [sound["mime_type"] for sound in sounds] == ["audio/wav"]
    assert {"text": "About this"} in sent


def test_no_letter_is_lost_while_a_prompt_comes_back(open_page: Open, fake_url: str) -> None:
    page = open_page(f"{fake_url}/chat")
    chooser = page.get_by_test_id("stChatInput").first.locator("input[type=file]")
    damaged = b"\x89PNG\r\n\x1a\nno picture"
    chooser.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": damaged})
    expect(page.get_by_test_id("stChatInputSubmitButton")).to_be_enabled()
    settle(page)
    field = page.get_by_test_id("stChatInputTextArea")
    field.press_sequentially("What is this?")
    page.keyboard.press("Enter")
    text = " ".join(str(number) for number in range(100, 150))
    page.keyboard.type(text, delay=5)
    expect(page.get_by_text("a.png")).to_be_visible()
    expect(field).to_have_value(f"What is this?\n\n{text}")
    expect(field).to_be_focused()
