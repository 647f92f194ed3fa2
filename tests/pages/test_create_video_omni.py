"""Videos by Omni, with a Gemini key: what is sent, what comes, going on from it, what fails."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from gemini.interactions import generated_files
from gemini.media.attachment import Attachment
from pages.create_video.state import CreateVideoState
from tests.fake_gemini import FakeGemini, Reply, error
from tests.made_replies import encoded, generated, generated_file, png
from tests.on_page import Open, checked, click

PAGE = "../pages/create_video/page.py"
VIDEO = b"\0\0\0\x18ftypmp42video"
MAKE = "Generate the video"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generated_files, "FIRST_LOOK", 0.01)


@pytest.fixture
def page(app: Open, fake: FakeGemini, gemini_api: None) -> AppTest:
    """The page with a Gemini key."""
    fake.others = {"POST interactions": [generated("video/mp4", data=VIDEO)]}
    return checked(app(PAGE))


def texts(at: AppTest) -> str:
    elements = [*at.markdown, *at.text, *at.caption, *at.error, *at.warning, *at.info, *at.code]
    return "\n".join(str(element.value) for element in elements)


def state(at: AppTest) -> CreateVideoState:
    return at.session_state["create-video"]


def sent(fake: FakeGemini) -> list[Any]:
    return [seen.body for seen in fake.seen if seen.path.endswith("/interactions")]


def test_a_sample_makes_a_video_of_words(page: AppTest, fake: FakeGemini) -> None:
    at = click(page, "A lighthouse at dusk")
    [body] = sent(fake)
    assert body.pop("input").startswith("A lighthouse")
    assert body == {
        "model": "gemini-omni-1.2-flash",
        "stream": True,
        "background": True,
        "response_format": {"type": "video", "delivery": "uri"},
    }
    assert at.get("video")
    assert [b.proto.label for b in at.get("download_button")] == ["MP4"]
    kinds = [element.type for element in at.main if element.type in {"video", "download_button"}]
    assert kinds == ["download_button", "video"]  # what is below the player would move
    assert at.query_params["run"] == at.session_state["page-run-create-video"].live.run.id


def test_what_is_set_is_sent_and_what_it_costs_is_said(page: AppTest, fake: FakeGemini) -> None:
    form = state(page)
    form.prompt, form.aspect_ratio, form.resolution, form.seconds = "A cat", "9:16", "1080p", 5
    at = checked(page.run())
    assert "$0.105 a second at 1080p, so about $0.525" in texts(at)
    click(at, MAKE)
    assert sent(fake)[0]["response_format"] == {
        "type": "video",
        "aspect_ratio": "9:16",
        "resolution": "1080p",
        "duration": "5s",
        "delivery": "uri",
    }


def test_veo_s_settings_are_not_offered(page: AppTest) -> None:
    labels = {w.label for w in [*page.text_input, *page.selectbox, *page.number_input]}
    assert not {"Negative prompt", "People", "Seed"} & labels
    [seconds] = [w for w in page.selectbox if w.label == "Seconds"]
    assert seconds.options == [str(n) for n in range(3, 16)]


@pytest.mark.parametrize(
    ("way", "task"), [("frames", "image_to_video"), ("references", "reference_to_video")]
)
def test_images_say_what_they_are_for(page: AppTest, fake: FakeGemini, way: Any, task: str) -> None:
    form, begins = state(page), state(page).beginning
    form.prompt, begins.way = "He waves", way
    begins.take_frame("first", "a.png", png("red"))
    begins.take_frame("last", "b.png", png("blue"))
    begins.references.take([("a.png", png("red")), ("b.png", png("blue"))])
    click(checked(page.run()), MAKE)
    [body] = sent(fake)
    assert body["generation_config"] == {"video_config": {"task": task}}
    assert body["input"][0]["content"] == [
        {"type": "image", "mime_type": "image/png", "data": encoded(png("red"))},
        {"type": "image", "mime_type": "image/png", "data": encoded(png("blue"))},
        {"type": "text", "text": "He waves"},
    ]


def test_a_last_frame_makes_the_video_shorter(page: AppTest) -> None:
    begins = state(page).beginning
    begins.take_frame("first", "a.png", png())
    begins.take_frame("last", "b.png", png())
    [seconds] = [w for w in checked(page.run()).selectbox if w.label == "Seconds"]
    assert seconds.options[-1] == "10"


def test_a_generated_video_is_edited_without_being_sent(page: AppTest, fake: FakeGemini) -> None:
    at = click(page, "A lighthouse at dusk")
    at = click(at, "Edit or extend")
    assert len(at.get("video")) == 2  # in the form, above the one that was made
    assert state(at).prompt == ""  # it is in the run
    state(at).prompt, state(at).aspect_ratio = "Make it night", "9:16"
    click(checked(at.run()), MAKE)
    body = sent(fake)[1]
    assert (body["previous_interaction_id"], body["input"]) == ("v1_made", "Make it night")
    assert body["generation_config"] == {"video_config": {"task": "edit"}}
    assert body["response_format"] == {"type": "video", "delivery": "uri"}


def test_what_was_typed_since_stays_when_a_video_is_taken(page: AppTest, fake: FakeGemini) -> None:
    at = click(page, "A lighthouse at dusk")
    state(at).prompt = "Make it night"
    at = click(checked(at.run()), "Edit or extend")
    assert state(at).prompt == "Make it night"


def test_a_generated_video_is_extended_by_seconds(page: AppTest, fake: FakeGemini) -> None:
    at = click(click(page, "A lighthouse at dusk"), "Edit or extend")
    form = state(at)
    form.prompt, form.beginning.task, form.seconds = "The lamp goes out", "extend", 8
    click(checked(at.run()), MAKE)
    body = sent(fake)[1]
    assert body["generation_config"] == {"video_config": {"task": "extend"}}
    assert body["response_format"]["duration"] == "8s"


def test_a_video_of_one_s_own_is_edited(page: AppTest, fake: FakeGemini) -> None:
    form, begins = state(page), state(page).beginning
    begins.way = "video"
    assert "Say what to change." in texts(click(checked(page.run()), MAKE))
    form.prompt = "Make it anime"
    assert "Add the video" in texts(click(checked(page.run()), MAKE))
    begins.video = Attachment("long.mp4", "video/mp4", VIDEO, seconds=14.2)
    assert "One of up to 10 s" in texts(click(checked(page.run()), MAKE))
    assert not sent(fake)
    begins.video = Attachment("short.mp4", "video/mp4", VIDEO, seconds=4)
    fake.others = {"POST interactions": [generated()]}
    at = click(checked(page.run()), MAKE)
    content = sent(fake)[0]["input"][0]["content"]
    assert content[0] == {"type": "video", "mime_type": "video/mp4", "data": encoded(VIDEO)}
    assert "European Economic Area" in " ".join(w.value for w in at.warning)
    assert state(at).prompt == "Make it anime"


def test_a_large_video_is_stored_first(
    page: AppTest, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, begins = state(page), state(page).beginning
    form.prompt, begins.way = "Make it anime", "video"
    begins.video = Attachment("large.mp4", "video/mp4", bytes(16_000_000), seconds=9)
    at = click(checked(page.run()), MAKE)
    content = sent(fake)[0]["input"][0]["content"]
    assert content[0]["uri"].endswith("/files/f0")
    assert fake.uploaded["files/f0"] == bytes(16_000_000)
    assert at.get("video")


def test_a_video_comes_as_a_file_and_is_kept(page: AppTest, fake: FakeGemini) -> None:
    uri = "https://generativelanguage.googleapis.com/v1beta/files/abc1:download?alt=media"
    fake.others = {
        "POST interactions": [generated("video/mp4", uri=uri)],
        **generated_file("abc1", VIDEO, "PROCESSING", "ACTIVE"),
    }
    at = click(page, "A lighthouse at dusk")
    assert at.get("video")
    del at.session_state["page-run-create-video"]
    fake.others = {}
    at = checked(at.run())
    assert at.get("video")  # from the history: nobody was asked


def test_a_download_that_fails_is_tried_again_at_a_click(page: AppTest, fake: FakeGemini) -> None:
    fake.others = {
        "POST interactions": [generated("video/mp4", uri="https://x/v1beta/files/abc1")],
        "GET files/abc1": [error(403, "PERMISSION_DENIED", "no")],
    }
    at = click(page, "A lighthouse at dusk")
    assert "couldn't be downloaded" in texts(at)
    at = click(at, "Download it")
    assert not at.get("video")
    fake.others = generated_file("abc1", VIDEO, "ACTIVE")
    at = click(at, "Download it")
    assert at.get("video")
    assert "couldn't be downloaded" not in texts(at)
    del at.session_state["page-run-create-video"]
    assert checked(at.run()).get("video")  # it was kept


def test_with_storage_off_nothing_is_kept_and_nothing_gone_on_from(
    page: AppTest, fake: FakeGemini
) -> None:
    page.session_state["run_settings"].values["store"] = "off"
    at = click(page, "A lighthouse at dusk")
    body = sent(fake)[0]
    assert body["store"] is False
    assert "background" not in body
    assert "a restart of the playground ends it" in texts(at)
    at = click(at, "Edit or extend")
    assert state(at).beginning.way == "video"  # it is sent itself


def test_storage_switched_off_later_is_said_before_anything_is_sent(
    page: AppTest, fake: FakeGemini
) -> None:
    at = click(click(page, "A lighthouse at dusk"), "Edit or extend")
    at.session_state["run_settings"].values["store"] = "off"
    state(at).prompt = "Make it night"
    assert "Google has to store" in texts(click(checked(at.run()), MAKE))
    assert len(sent(fake)) == 1


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=429, body={"error": {"code": "quota_exceeded", "message": "no"}}), "Quota"),
        (generated(status="failed", errors=[{"code": "invalid_request", "message": "Not a cat"}]),
         "Not a cat"),
        (generated(text="I can't show that."), "I can't show that."),
        (generated(), "Nothing was generated"),
    ],
)  # fmt: skip
def test_what_fails_says_why_and_the_next_try_works(
    page: AppTest, fake: FakeGemini, monkeypatch: pytest.MonkeyPatch, reply: Reply, words: str
) -> None:
    monkeypatch.setattr("gemini.api.http.ATTEMPTS", 1)
    fake.others = {"POST interactions": [reply, generated("video/mp4", data=VIDEO)]}
    at = click(page, "A lighthouse at dusk")
    assert words in texts(at)
    assert not at.get("video")
    assert state(at).prompt.startswith("A lighthouse")
    assert click(at, MAKE).get("video")
