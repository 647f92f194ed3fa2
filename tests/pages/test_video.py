"""The video page in process: files and links, clips, what is sent, what the emulator can't do."""

import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.fake_gemini import FakeGemini, answer
from tests.on_page import Open

PAGE = "../pages/video/page.py"
SAMPLES = Path(__file__).parents[2] / "samples" / "media"
FERRY = (SAMPLES / "ferry.webm").read_bytes()
LINK = "https://youtu.be/9hE5-98ZeCg?si=tracking"
WATCH = "https://www.youtube.com/watch?v=9hE5-98ZeCg"


@pytest.fixture
def page(app: Open, gemini_api: None) -> AppTest:
    """The page with a server that isn't the emulator."""
    return app(PAGE)


def ran(at: AppTest) -> AppTest:
    assert not at.exception
    return at


def click(at: AppTest, label: str) -> AppTest:
    return ran(next(b for b in at.button if b.label == label).click().run())


def upload(at: AppTest, name: str = "ferry.webm", data: bytes = FERRY) -> AppTest:
    at.file_uploader[0].upload(name, data)
    return ran(at.run())


def add_link(at: AppTest, link: str) -> AppTest:
    at.segmented_control(key="add-video").set_value("YouTube").run()
    next(t for t in at.text_input if t.label == "Link to a public video").set_value(link)
    return click(at, "Add")


def said(at: AppTest) -> str:
    return "\n".join(e.value for e in [*at.markdown, *at.text, *at.caption, *at.error, *at.info])


def part(fake: FakeGemini) -> Any:
    return fake.generated[-1].body["contents"][-1]["parts"][0]


def test_an_empty_page_says_what_it_is_for(page: AppTest) -> None:
    assert page.title[0].value == "Video"
    assert {"Describe the scenes", "Count the bounces"} <= {b.label for b in page.button}
    assert not page.info


def test_a_sample_is_sent_whole_and_times_become_links(page: AppTest, fake: FakeGemini) -> None:
    fake.replies = [answer("[00:06] At sea.\n\n", "[59:00] Not there.")]
    at = click(page, "Describe the scenes")
    assert part(fake).keys() == {"inlineData"}
    assert part(fake)["inlineData"]["mime_type"] == "video/webm"
    assert r"\[[00:06](#t=6)\] At sea." in said(at)
    assert r"\[59:00\] Not there" in said(at)


def test_length_size_and_tokens_are_shown(page: AppTest) -> None:
    at = upload(page)
    assert re.search(r"640 x 360 · 0:18 · \d+ KB · inline", said(at))
    frames, sound = 19 * 70, 593  # Gemini 3.8 Flash: 70 tokens a frame, 32 a second of sound
    estimate = f"About {frames + sound:,} tokens, estimated"
    assert any(estimate in p.proto.text for p in at.get("progress"))


def test_a_clip_and_its_frames_are_sent(page: AppTest, fake: FakeGemini) -> None:
    at = upload(page)
    at.select_slider[0].set_range("0:06", "0:12").run()
    next(n for n in at.number_input if n.label == "Frames per second").set_value(2.0).run()
    assert "Used: 0:06 to 0:12, 2 frames a second" in said(at)
    estimate = f"About {12 * 70 + 6 * 32:,} tokens"
    assert any(estimate in p.proto.text for p in at.get("progress"))
    at = click(at, "Describe")
    assert part(fake)["videoMetadata"] == {
        "start_offset": "6s",
        "end_offset": "12s",
        "fps": 2.0,
    }


def place_of(block: Any, label: str) -> list[int]:
    """The indices that lead to an expander; one that changes place is drawn anew, and closed."""
    for index, child in block.children.items():
        if getattr(child, "label", "") == label:
            return [index]
        if below := place_of(child, label) if hasattr(child, "children") else []:
            return [index, *below]
    return []


def test_choosing_a_clip_does_not_move_the_choice(page: AppTest) -> None:
    at = upload(page)
    before = place_of(at.main, "Clip and frame rate")
    at.select_slider[0].set_range("0:06", "0:12").run()
    assert before
    assert place_of(at.main, "Clip and frame rate") == before


def test_another_clip_begins_the_conversation_anew(page: AppTest, fake: FakeGemini) -> None:
    at = click(upload(page), "Describe")
    at.select_slider[0].set_range("0:00", "0:06").run()
    assert not ran(at).chat_message
    at = click(at, "Describe")
    assert part(fake)["videoMetadata"] == {"end_offset": "6s"}
    assert len(fake.generated[-1].body["contents"]) == 1


def test_what_browsers_do_not_play_is_shown_as_a_frame(page: AppTest) -> None:
    data = (Path(__file__).parents[1] / "inputs" / "media" / "v.3gp").read_bytes()
    at = upload(page, "v.3gp", data)
    assert "Browsers can't play this 3GPP; this is its first frame." in said(at)
    assert not at.get("video")


def test_the_tokens_of_a_youtube_link_are_unknown(page: AppTest) -> None:
    at = add_link(page, LINK)
    assert any("Tokens unknown" in p.proto.text for p in at.get("progress"))


def test_a_youtube_link_is_sent_by_its_address(page: AppTest, fake: FakeGemini) -> None:
    at = add_link(page, LINK)
    assert "YouTube · by URL" in said(at)
    from_, to = (t for t in at.text_input if t.label in {"From", "To"})
    from_.set_value("1:05")
    to.set_value("80").run()
    at = click(at, "Describe")
    assert part(fake)["fileData"]["file_uri"] == WATCH
    assert part(fake)["videoMetadata"] == {"start_offset": "65s", "end_offset": "80s"}
    fake.replies = [answer("At [1:10].")]
    assert r"\[[1:10](#t=70)\]" in said(click(at, "Chapters"))


def test_a_conversation_is_reopened_with_its_video_and_clip(page: AppTest, app: Open) -> None:
    at = add_link(page, LINK)
    next(t for t in at.text_input if t.label == "From").set_value("1:05").run()
    at = click(at, "Describe")
    again = app(PAGE)
    again.query_params["c"] = at.session_state["chat-video"].conversation.id
    again = ran(again.run())
    assert "YouTube 9hE5-98ZeCg" in said(again)
    assert "Used: 1:05 to the end" in said(again)
    assert next(t for t in again.text_input if t.label == "From").value == "1:05"


def test_a_conversation_about_a_stored_video_is_reopened(page: AppTest, app: Open) -> None:
    at = upload(page)
    at.segmented_control(key="travel-video").set_value("files").run()
    at = click(at, "Describe")
    again = app(PAGE)
    again.query_params["c"] = at.session_state["chat-video"].conversation.id
    assert len(ran(again.run()).chat_message) == 2


@pytest.mark.parametrize("link", ["https://vimeo.com/1", "https://youtube.com.evil.example/watch"])
def test_another_link_is_refused_with_a_word(page: AppTest, link: str) -> None:
    assert "isn't a link to a YouTube video" in said(add_link(page, link))


def test_a_wrong_time_is_told_and_nothing_is_lost(page: AppTest, fake: FakeGemini) -> None:
    at = add_link(page, LINK)
    next(t for t in at.text_input if t.label == "From").set_value("soon").run()
    assert "soon isn't a time" in said(ran(at))
    click(at, "Describe")
    assert "videoMetadata" not in part(fake)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.mp4", b"", "is empty"),
        ("cut.webm", FERRY[:400], "damaged video"),
        ("notice.mp3", (SAMPLES / "notice.mp3").read_bytes(), "Add it on the Audio page"),
        ("cat.jpg", (SAMPLES / "cat.jpg").read_bytes(), "Add it on the Image page"),
    ],
)
def test_what_is_no_video_is_refused(page: AppTest, name: str, data: bytes, words: str) -> None:
    assert words in said(upload(page, name, data))


def test_large_videos_go_through_the_files_api(
    page: AppTest, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = upload(page)
    at.segmented_control(key="travel-video").set_value("files").run()
    at.select_slider[0].set_range("0:06", "0:12").run()
    at = click(at, "Describe")
    assert part(fake)["fileData"]["file_uri"].endswith("/files/f0")
    assert part(fake)["videoMetadata"] == {"start_offset": "6s", "end_offset": "12s"}


# With the emulator


def test_the_emulator_says_that_it_cannot_watch(app: Open) -> None:
    at = app(PAGE)
    assert "can't watch videos" in at.info[0].value


def test_its_sound_can_be_transcribed_instead(app: Open, fake: FakeGemini) -> None:
    fake.replies = [answer("[00:00] Good morning.")]
    at = click(upload(app(PAGE)), "Transcribe its audio instead")
    assert at.chat_message
    blob = part(fake)["inlineData"]
    assert blob["mime_type"] == "audio/wav"
    assert "ferry.wav" in said(at)


def test_a_silent_video_has_nothing_to_transcribe(app: Open) -> None:
    at = upload(app(PAGE), "ball.webm", (SAMPLES / "ball.webm").read_bytes())
    assert "Transcribe its audio instead" not in [b.label for b in at.button]
