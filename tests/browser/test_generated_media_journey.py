"""Journeys through what only the Interactions API makes: a video by Omni, a song by Lyria."""

import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SCREENS, look_at, settle, shows_no_error, write
from tests.fake_gemini import FakeGemini
from tests.made_replies import generated, generated_file

MEDIA = Path(__file__).parents[2] / "samples" / "media"
SONG = (MEDIA / "notice.mp3").read_bytes()
LYRICS = """[Intro]
(Acoustic guitar, hand claps)

[Verse 1]
Windows down along the shore,
salt and sun and nothing more,
every sign says take it slow,
we have nowhere else to go.

[Chorus]
Roll on, road, roll on,
all the miles become a song,
Roll on, road, roll on."""
URI = "https://generativelanguage.googleapis.com/v1beta/files/clip1:download?alt=media"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def video() -> bytes:
    """A few seconds of one of the samples, as MP4."""
    target = io.BytesIO()
    with av.open(str(MEDIA / "ferry.webm")) as source, av.open(target, "w", "mp4") as file:
        stream = source.streams.video[0]
        copy = file.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = copy
                file.mux(packet)
    return target.getvalue()


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """Set when the model is to answer; it is, when the test has ended."""
    event = threading.Event()
    yield event
    event.set()


def test_a_video_is_made_over_a_reload_and_edited(
    open_page: Open, fake_url: str, gemini: FakeGemini, held: threading.Event, video: bytes
) -> None:
    first = generated("video/mp4", uri=URI, id="v1_first")
    first.held = held
    gemini.others = {
        "POST interactions": [first, generated("video/mp4", data=video, id="v1_second")],
        **generated_file("clip1", video, "PROCESSING", "ACTIVE"),
    }
    page = open_page(f"{fake_url}/create-video")
    page.get_by_role("button", name="A lighthouse at dusk").click()
    expect(page.get_by_text("Generating for")).to_be_visible()
    page.wait_for_url("**/create-video?run=*")
    page.reload()
    expect(page.get_by_text("Generating for")).to_be_visible()
    held.set()
    expect(page.get_by_test_id("stVideo")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("stVideo")).to_be_visible()
    page.get_by_role("button", name="Edit or extend").click()  # above the player: it doesn't move
    expect(page.get_by_test_id("stVideo")).to_have_count(2)
    write(page.get_by_label("Prompt", exact=True), "Make it a stormy night")
    page.get_by_role("button", name="Generate the video").click()
    expect(page.get_by_text("task edit")).to_be_visible()
    bodies = [seen.body for seen in gemini.seen if seen.path.endswith("/interactions")]
    assert [body["input"] for body in bodies][1] == "Make it a stormy night"
    assert bodies[1]["previous_interaction_id"] == "v1_first"
    shows_no_error(page)


def test_a_song_is_made_over_a_reload(
    open_page: Open, fake_url: str, gemini: FakeGemini, held: threading.Event
) -> None:
    reply = generated("audio/mp3", data=SONG, text=LYRICS)
    reply.held = held
    gemini.others = {"POST interactions": [reply]}
    page = open_page(f"{fake_url}/create-music")
    page.get_by_role("button", name="A song for the road").click()
    expect(page.get_by_text("Generating for")).to_be_visible()
    page.wait_for_url("**/create-music?run=*")
    page.reload()
    expect(page.get_by_text("Generating for")).to_be_visible()
    held.set()
    expect(page.get_by_text("Windows down along the shore")).to_be_visible()
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="MP3").click()
    assert waiting.value.suggested_filename == "a-cheerful-folk-song-in-g.mp3"
    assert waiting.value.path().read_bytes() == SONG
    page.get_by_text("Gallery").click()
    expect(page.locator("audio").nth(1)).to_be_visible()
    shows_no_error(page)


class TestGeneratedLooks:
    """Each page while it runs, with a result, and failing; at both widths, light and dark."""

    def test_a_video_by_omni(
        self, open_page: Open, fake_url: str, gemini: FakeGemini, held: threading.Event,
        video: bytes,
    ) -> None:  # fmt: skip
        reply = generated("video/mp4", data=video)
        reply.held = held
        gemini.others = {"POST interactions": [reply]}
        page = open_page(f"{fake_url}/create-video")
        page.get_by_role("button", name="The cat wakes up").click()
        running = page.get_by_text("Generating for")
        expect(running).to_be_visible()
        for width in (1400, 420):
            page.set_viewport_size({"width": width, "height": 900})
            running.scroll_into_view_if_needed()
            page.screenshot(path=SCREENS / f"create-video-omni-running-light-{width}.png")
        held.set()
        expect(page.get_by_test_id("stVideo")).to_be_visible()
        settle(page)
        look_at(page, "create-video-omni", scroll_to=page.get_by_test_id("stVideo"))
        page.get_by_role("button", name="Edit or extend").click()
        expect(page.get_by_test_id("stVideo")).to_have_count(2)
        settle(page)
        place = page.get_by_text("What to do with it")
        look_at(page, "create-video-omni-edit", scroll_to=place)

    def test_a_region_that_edits_no_uploads(
        self, open_page: Open, fake_url: str, gemini: FakeGemini
    ) -> None:
        gemini.others = {"POST interactions": [generated()]}
        page = open_page(f"{fake_url}/create-video")
        write(page.get_by_label("Prompt", exact=True), "Make the ball blue")
        page.get_by_text("Frames, references, a video").click()
        page.get_by_role("radio", name="Your video").click()
        field = page.get_by_role("region", name="Video")
        field.locator("input[type=file]").set_input_files(MEDIA / "ball.webm")
        expect(page.get_by_role("button", name="Remove")).to_be_visible()
        settle(page)
        page.get_by_role("button", name="Generate the video").click()
        refusal = page.get_by_text("No video came back")
        expect(refusal).to_be_visible()
        settle(page)
        look_at(page, "create-video-omni-region", scroll_to=refusal)

    def test_a_song(self, open_page: Open, fake_url: str, gemini: FakeGemini) -> None:
        gemini.others = {"POST interactions": [generated("audio/mp3", data=SONG, text=LYRICS)]}
        page = open_page(f"{fake_url}/create-music")
        page.get_by_role("button", name="The cat's theme").click()
        expect(page.get_by_text("Windows down along the shore")).to_be_visible()
        page.get_by_text("Gallery").click()
        expect(page.locator("audio").nth(1)).to_be_visible()
        settle(page)
        look_at(page, "create-music-answer", scroll_to=page.get_by_text("Lyrics and structure"))

    def test_a_song_that_is_refused(
        self, open_page: Open, fake_url: str, gemini: FakeGemini
    ) -> None:
        gemini.others = {"POST interactions": [generated(text="I can't copy that singer's voice.")]}
        page = open_page(f"{fake_url}/create-music")
        page.get_by_role("button", name="With your own lyrics").click()
        refusal = page.get_by_text("Nothing was generated")
        expect(refusal).to_be_visible()
        settle(page)
        look_at(page, "create-music-refused", scroll_to=refusal)
