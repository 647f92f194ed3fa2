"""Journeys through the pages that make pictures, speech and videos."""

import base64
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import SCREENS, ask, look_at, serving, settle, shows_no_error, write
from tests.fake_gemini import FakeGemini
from tests.made_replies import (
    OPERATION,
    imagen_answer,
    operation,
    picture_answer,
    speech_answer,
    video_done,
)

MEDIA = Path(__file__).parents[2] / "samples" / "media"
COFFEE, CAT = MEDIA / "coffee.jpg", MEDIA / "cat.jpg"
VIDEO = (MEDIA / "ferry.webm").read_bytes()
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def vertex_url(session_fake: FakeGemini) -> Iterator[str]:
    """The playground with the fake server in the place of Vertex AI."""
    variables = {"GOOGLE_GENAI_USE_VERTEXAI": "true", "GOOGLE_API_KEY": "express-mode-key"}
    with serving(**variables, GOOGLE_VERTEX_BASE_URL=session_fake.url) as url:
        yield url


@pytest.fixture
def others(gemini: FakeGemini) -> Iterator[FakeGemini]:
    """The fake server, whose canned replies are taken away again."""
    yield gemini
    gemini.others = {}


def png(path: Path) -> bytes:
    target = io.BytesIO()
    with Image.open(path) as image:
        image.save(target, "PNG")
    return target.getvalue()


def test_a_picture_is_made_changed_and_taken_along(
    open_page: Open, fake_url: str, gemini: FakeGemini
) -> None:
    gemini.replies = [picture_answer(png(COFFEE)), picture_answer(png(CAT), "Now a cat.")]
    page = open_page(f"{fake_url}/create-image")
    page.get_by_role("button", name="A reading fox").click()
    expect(page.get_by_text("Here it is.")).to_be_visible()
    expect(page.get_by_role("button", name="Download")).to_have_count(1)
    ask(page, "Make it a cat")
    expect(page.get_by_text("Now a cat.")).to_be_visible()
    expect(page.get_by_role("button", name="Download")).to_have_count(2)
    sent = gemini.generated[-1].body["contents"]
    assert "thoughtSignature" in sent[1]["parts"][-1]
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").last.click()
    with Image.open(waiting.value.path()) as image:
        assert image.info["Description"] == "Make it a cat"
    page.reload()
    expect(page.get_by_text("Now a cat.")).to_be_visible()
    page.get_by_text("Gallery").click()
    expect(page.get_by_role("button", name="Download")).to_have_count(4)  # two above, two there
    shows_no_error(page)


def test_the_local_voice_speaks(open_page: Open, local_url: str) -> None:
    """Without a key, in the voice of this machine."""
    page = open_page(f"{local_url}/speech")
    page.get_by_role("button", name="An announcement").click()
    expect(page.get_by_text("spoken by hibari-tts")).to_be_visible(timeout=60_000)
    seconds = page.locator("audio").evaluate(
        "sound => new Promise(done => { const tell = () => done(sound.duration);"
        " sound.readyState ? tell() : sound.addEventListener('loadedmetadata', tell) })"
    )
    assert seconds > 3
    shows_no_error(page)


def test_a_video_is_waited_for_over_a_reload(
    open_page: Open, vertex_url: str, others: FakeGemini
) -> None:
    others.others = {"POST ": [operation(), operation(metadata={"progressPercent": 30})]}
    page = open_page(f"{vertex_url}/create-video")
    page.get_by_role("button", name="A lighthouse at dusk").click()
    expect(page.get_by_text("Generating for")).to_be_visible()
    page.wait_for_url("**/create-video?run=*")
    page.reload()
    expect(page.get_by_text("Generating for")).to_be_visible()
    expect(page.get_by_text("30%")).to_be_visible()  # it looked by itself
    others.others = {"POST ": [video_done(VIDEO)]}
    expect(page.get_by_test_id("stVideo")).to_be_visible(timeout=40_000)
    looks = [seen for seen in others.seen if "fetchPredictOperation" in seen.path]
    assert {look.body["operationName"] for look in looks} == {OPERATION}
    page.reload()
    expect(page.get_by_test_id("stVideo")).to_be_visible()
    shows_no_error(page)


def test_a_video_is_made_from_references_and_extended(
    open_page: Open, vertex_url: str, others: FakeGemini
) -> None:
    others.others = {"POST ": [operation()]}
    page = open_page(f"{vertex_url}/create-video", width=420)
    write(page.get_by_label("Prompt", exact=True), "The cat drinks the coffee")
    page.get_by_text("Frames, references, a video").click()
    page.get_by_role("radio", name="Reference images").click()
    field = page.get_by_role("region", name="Add reference images")
    field.locator("input[type=file]").set_input_files([CAT, COFFEE])
    expect(page.get_by_role("button", name="Remove")).to_have_count(2)
    expect(page.get_by_role("button", name="Remove").last).to_be_visible()
    settle(page)
    shows_no_error(page)
    page.screenshot(path=SCREENS / "create-video-references-light-420.png")
    page.get_by_role("button", name="Generate the video").click()
    expect(page.get_by_text("Generating for")).to_be_visible()
    page.get_by_role("button", name="Check now").click()
    others.others = {"POST ": [video_done(VIDEO)]}
    expect(page.get_by_role("button", name="Extend")).to_be_visible(timeout=40_000)
    page.get_by_role("button", name="Extend").click()
    expect(page.get_by_test_id("stVideo")).to_have_count(2)
    expect(page.get_by_role("button", name="Remove")).to_be_visible()
    expect(page.get_by_text("what happens next.")).not_to_have_count(0)
    settle(page)
    page.get_by_role("button", name="Remove").scroll_into_view_if_needed()
    shows_no_error(page)
    page.screenshot(path=SCREENS / "create-video-extend-light-420.png")
    others.others = {"POST ": [operation()]}
    page.get_by_role("button", name="Generate the video").click()
    expect(page.get_by_text("Generating for")).to_be_visible()
    bodies = [seen.body for seen in others.seen if "predictLongRunning" in seen.path]
    first, second = (body["instances"][0] for body in bodies)
    assert [one["referenceType"] for one in first["referenceImages"]] == ["ASSET", "ASSET"]
    assert second["video"]["bytesBase64Encoded"] == base64.b64encode(VIDEO).decode()
    assert "referenceImages" not in second
    shows_no_error(page)


class TestLooks:
    """Each page with a result, at both widths, light and dark."""

    def test_a_picture_in_turns(self, open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
        gemini.replies = [picture_answer(png(COFFEE))]
        page = open_page(f"{fake_url}/create-image")
        page.get_by_role("button", name="A reading fox").click()
        expect(page.get_by_role("button", name="Download")).to_have_count(1)
        page.get_by_text("Gallery").click()
        expect(page.get_by_role("button", name="Download").nth(1)).to_be_visible()
        settle(page)
        look_at(page, "create-image-answer")

    def test_pictures_of_imagen(self, open_page: Open, vertex_url: str, others: FakeGemini) -> None:
        others.others = {"POST ": [imagen_answer(png(COFFEE), png(CAT), None)]}
        page = open_page(f"{vertex_url}/create-image")
        choice = page.get_by_role("combobox", name="Model").last
        write(choice, "imagen-4.0-generate-001")
        choice.press("Enter")
        write(page.get_by_label("Prompt", exact=True), "Coffee and a cat")
        page.get_by_role("button", name="Generate images").click()
        expect(page.get_by_role("button", name="Download").nth(1)).to_be_visible()
        settle(page)
        look_at(page, "create-image-imagen")

    def test_speech(self, open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
        gemini.replies = [speech_answer(seconds=4)]
        page = open_page(f"{fake_url}/speech")
        page.get_by_role("button", name="Two people talk").click()
        expect(page.get_by_role("button", name="WAV")).to_be_visible()
        settle(page)
        look_at(page, "speech-answer", scroll_to=page.get_by_role("button", name="WAV"))

    def test_a_video(self, open_page: Open, vertex_url: str, others: FakeGemini) -> None:
        others.others = {"POST ": [operation()]}
        page = open_page(f"{vertex_url}/create-video")
        page.get_by_role("button", name="The cat wakes up").click()
        expect(page.get_by_text("Generating for")).to_be_visible()
        look_at(page, "create-video-waiting")
        others.others = {"POST ": [video_done(VIDEO)]}
        expect(page.get_by_test_id("stVideo")).to_be_visible(timeout=40_000)
        settle(page)
        look_at(page, "create-video-answer", scroll_to=page.get_by_test_id("stVideo"))
