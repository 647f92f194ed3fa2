"""Journeys through the image, document and audio pages, as somebody at the screen goes them."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    AXE_RULES,
    SCREENS,
    ask,
    is_accessible,
    looks,
    settle,
    shows_no_error,
)
from tests.fake_gemini import FakeGemini, Reply, answer, chunk

Open = Callable[..., Page]
SAMPLES = Path(__file__).parents[2] / "samples" / "media"
ANSWERS = {
    "image": ("Read a sign", "1. **PIER 7**\n2. Ferry to Heron Island\n3. Departs daily at 10:15"),
    "document": (
        "Find a fact",
        "It cost **4.2 million euros** [p. 7], opened by Ruth Adeyemi [p. 7].\n\n"
        "| Fact | Page |\n|---|---|\n| 11 trips cancelled | p. 4 |\n",
    ),
    "audio": (
        "Transcribe a notice",
        "[00:00] Good morning, and welcome on board.\n\n[00:05] We leave from pier 7.\n\n"
        "[00:11] Lunch is served on the upper deck.\n",
    ),
}


def upload(page: Page, *names: str) -> None:
    chooser = page.get_by_test_id("stFileUploaderDropzoneInput").first
    chooser.set_input_files([SAMPLES / name for name in names])
    for name in names:  # in the list of media: the uploader shows its own before the page has it
        listed = re.compile(rf"{re.escape(name)}.*(inline|Files API)", re.DOTALL)
        expect(page.get_by_test_id("stMarkdown").filter(has_text=listed).first).to_be_visible()
    settle(page)


def ask_by_files_api(page: Page, name: str, prompt: str) -> None:
    """Ask about a file that goes to the Files API first, and see it going there."""
    upload(page, name)
    page.get_by_role("button", name="Sending").click()
    page.get_by_text("Files API", exact=True).click()
    settle(page)
    page.keyboard.press("Escape")
    ask(page, prompt)
    expect(page.get_by_text(re.compile("uploaded"))).to_be_visible()


def go_to(page: Page, title: str) -> None:
    page.get_by_test_id("stTopNavSection").get_by_text("Understand").click()
    page.get_by_test_id("stTopNavDropdownLink").get_by_text(title, exact=True).click()


@pytest.mark.parametrize("name", ANSWERS)
def test_a_sample_is_answered_beside_its_media(
    open_page: Open, fake_url: str, gemini: FakeGemini, name: str
) -> None:
    label, text = ANSWERS[name]
    gemini.replies = [answer(*text.splitlines(keepends=True))]
    page = open_page(f"{fake_url}/{name}")
    page.get_by_role("button", name=label, exact=True).click()
    expect(page.get_by_text("tokens in")).to_be_visible()
    media, conversation = page.locator(".st-key-media"), page.get_by_test_id("stChatMessage").first
    for width, scheme in looks(page):
        beside, said = media.bounding_box(), conversation.bounding_box()
        assert beside
        assert said
        if width == 1400:
            assert beside["x"] + beside["width"] <= said["x"]
            is_accessible(page, AXE_RULES if scheme == "light" else ["color-contrast"])
        else:
            assert said["y"] > beside["y"] + 50
        page.screenshot(path=SCREENS / f"{name}-answer-{scheme}-{width}.png")


def test_upload_ask_follow_up(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [answer("Two ", "images."), answer("A cat.")]
    page = open_page(f"{fake_url}/image")
    upload(page, "cat.jpg", "sign.png")
    ask(page, "How many?")
    expect(page.get_by_text("Two images.")).to_be_visible()
    ask(page, "What is on the first?")
    expect(page.get_by_text("A cat.")).to_be_visible()
    first, _, third = gemini.generated[-1].body["contents"]
    assert len(first["parts"]) == 3
    assert third["parts"] == [{"text": "What is on the first?"}]
    shows_no_error(page)


def test_a_page_number_opens_the_page(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [answer("On [p. 7] and [p. 4].")]
    page = open_page(f"{fake_url}/document")
    upload(page, "report.pdf")
    ask(page, "Where is the pier?")
    viewer = page.get_by_test_id("stNumberInputField").last
    for number in ("7", "4", "7"):
        page.get_by_role("link", name=f"p. {number}").click()
        expect(viewer).to_have_value(number)
        expect(page.get_by_alt_text(f"Page {number} of report.pdf")).to_be_visible()
    assert "#" not in page.url
    expect(page.get_by_text("On [p. 7]")).to_be_visible()


def test_a_time_moves_the_player(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    gemini.replies = [answer("[00:05] Hello\n\n", "[00:11] there\n")]
    page = open_page(f"{fake_url}/audio")
    upload(page, "notice.mp3")
    page.get_by_role("button", name="Transcribe", exact=True).click()
    page.get_by_role("link", name="00:11").click()
    page.wait_for_function("document.querySelector('audio').currentTime >= 11")
    page.evaluate("document.querySelector('audio').pause()")
    page.get_by_role("link", name="00:05").click()
    page.wait_for_function(
        "t => { const at = document.querySelector('audio').currentTime; return at >= 5 && at < 9 }"
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="SRT").click()
    assert download.value.suggested_filename == "notice.srt"
    assert "00:00:05,000 --> 00:00:11,000\nHello" in Path(download.value.path()).read_text()


def test_a_picture_is_pasted(open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
    page = open_page(f"{fake_url}/image")
    field = page.get_by_test_id("stChatInputTextArea").first
    field.focus()
    field.evaluate(
        """async (field, data) => {
            const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0))
            const files = new DataTransfer()
            files.items.add(new File([bytes], "pasted.png", { type: "image/png" }))
            field.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: files, bubbles: true }))
        }""",
        base64.b64encode((SAMPLES / "sign.png").read_bytes()).decode(),
    )
    expect(page.get_by_text("pasted.png").first).to_be_visible()
    ask(page, "What is this?")
    expect(page.get_by_text("ok", exact=True)).to_be_visible()
    assert "inlineData" in gemini.generated[-1].body["contents"][0]["parts"][0]
    expect(page.locator(".st-key-media img")).to_be_visible()


def test_stop_in_the_middle_of_an_answer(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [Reply([chunk("The first words ")], then="hang")]
    page = open_page(f"{fake_url}/image")
    page.get_by_role("button", name="Read a sign", exact=True).click()
    expect(page.get_by_text("The first words")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("stopped")).to_be_visible()
    expect(page.get_by_text("The first words")).to_be_visible()
    assert gemini.generated[-1].closed.wait(30)


def test_stop_in_the_middle_of_an_upload(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.upload_pause = 20
    page = open_page(f"{fake_url}/audio")
    ask_by_files_api(page, "notice.mp3", "What is said?")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_test_id("stChatInputTextArea").first).to_have_value("What is said?")
    gemini.upload_pause = 0
    page.get_by_test_id("stChatInputTextArea").first.press("Enter")
    expect(page.get_by_text("ok", exact=True)).to_be_visible()
    assert "fileData" in gemini.generated[-1].body["contents"][0]["parts"][0]
    expect(page.get_by_text("stored until")).to_be_visible()


def test_a_reload_in_the_middle_of_an_upload_gives_the_prompt_back(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.upload_pause = 20
    page = open_page(f"{fake_url}/audio")
    ask_by_files_api(page, "meeting.ogg", "What is said?")
    page.reload()
    expect(page.get_by_test_id("stChatInputTextArea").first).to_have_value("What is said?")
    expect(page.get_by_text("meeting.ogg").first).to_be_visible()
    gemini.upload_pause = 0
    page.get_by_test_id("stChatInputTextArea").first.press("Enter")
    expect(page.get_by_text("ok", exact=True)).to_be_visible()
    assert len(gemini.generated) == 1


def test_two_tabs_know_nothing_of_each_other(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    first, second = open_page(f"{fake_url}/image"), open_page(f"{fake_url}/image")
    upload(first, "cat.jpg")
    third = open_page(f"{fake_url}/image")
    go_to(second, "Audio")
    go_to(second, "Image")
    for other in (second, third):
        expect(other.get_by_text("Or try one of these")).to_be_visible()
        expect(other.get_by_text("cat.jpg")).to_have_count(0)


def test_attachments_are_kept_on_the_way_to_another_page(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    page = open_page(f"{fake_url}/image")
    upload(page, "cat.jpg")
    go_to(page, "Audio")
    expect(page.get_by_role("heading", name="Audio")).to_be_visible()
    go_to(page, "Image")
    expect(page.get_by_text("cat.jpg")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "label", "said"),
    [
        ("image", "Read a sign", "Ferry to Heron Island"),
        ("document", "Find a fact", "4.2 million"),
        ("audio", "Transcribe a notice", "ferry"),
    ],
)
def test_the_local_models_read_and_hear(
    open_page: Open, local_url: str, name: str, label: str, said: str
) -> None:
    page = open_page(f"{local_url}/{name}")
    page.get_by_role("button", name=label, exact=True).click()
    last = page.get_by_test_id("stChatMessage").last
    expect(last.get_by_text("tokens in")).to_be_visible(timeout=90_000)
    expect(last).to_contain_text(re.compile(re.escape(said), re.IGNORECASE))
    shows_no_error(page)
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}-local.png")
