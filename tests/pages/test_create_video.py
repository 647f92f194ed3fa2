"""The page that makes videos, in process: what is sent, the operation, its ends, reopening."""

from typing import Any

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from gemini.media.attachment import Attachment
from pages.create_video.state import CreateVideoState
from tests.fake_gemini import FakeGemini, error
from tests.made_replies import OPERATION, REASON, encoded, operation, png, video_done
from tests.on_page import Open, checked, click

PAGE = "../pages/create_video/page.py"
VEO = {"publisherModels": [{"name": "publishers/google/models/veo-3.1-generate-001"}]}


@pytest.fixture
def page(app: Open, fake: FakeGemini, vertex_api: None) -> AppTest:
    """The page on Vertex AI."""
    fake.models = VEO
    return checked(app(PAGE))


def texts(at: AppTest) -> str:
    elements = [*at.markdown, *at.text, *at.caption, *at.error, *at.warning, *at.info, *at.code]
    return "\n".join(str(element.value) for element in elements)


def state(at: AppTest) -> CreateVideoState:
    return at.session_state["create-video"]


def started(fake: FakeGemini) -> list[Any]:
    return [seen.body for seen in fake.seen if "predictLongRunning" in seen.path]


def begun(at: AppTest, fake: FakeGemini, *then: Any) -> AppTest:
    """A video that was begun; `then` are the replies to the looks at it."""
    fake.others = {"POST ": [operation(), *then]}
    return click(at, "A lighthouse at dusk")


def test_a_sample_begins_a_video_that_is_waited_for(page: AppTest, fake: FakeGemini) -> None:
    at = begun(page, fake)
    [body] = started(fake)
    assert body["instances"][0]["prompt"].startswith("A lighthouse")
    assert body.get("parameters") in (None, {})
    assert "Generating for" in texts(at)
    assert at.query_params["run"] == at.session_state["page-run-create-video"].live.run.id
    assert not at.get("video")


def test_a_look_finds_it_done(page: AppTest, fake: FakeGemini) -> None:
    at = begun(page, fake, operation(metadata={"progressPercent": 40}), video_done())
    at = click(at, "Check now")
    assert "Generating for" not in texts(at)  # it is a bar now
    at = click(at, "Check now")
    assert at.get("video")
    assert [b.proto.label for b in at.get("download_button")] == ["MP4"]
    assert "veo-3.1-generate-001" in texts(at)
    looks = [seen for seen in fake.seen if "fetchPredictOperation" in seen.path]
    assert [look.body for look in looks] == [{"operationName": OPERATION}] * 2


def test_a_reload_goes_on_waiting_and_keeps_what_came(page: AppTest, fake: FakeGemini) -> None:
    at = begun(page, fake, video_done(), error(500, "INTERNAL", "not asked again"))
    for name in ("page-run-create-video", "create-video-watch", "create-video"):
        if name in at.session_state:
            del at.session_state[name]  # as after a restart: only the address is left
    at = checked(at.run())
    if not at.get("video"):
        assert "Generating for" in texts(at)
        at = click(at, "Check now")
    assert at.get("video")
    del at.session_state["page-run-create-video"]
    at = checked(at.run())
    assert at.get("video")  # from the history: nobody was asked


def test_the_prompt_is_in_the_form_after_a_reload(page: AppTest, fake: FakeGemini) -> None:
    at = begun(page, fake, operation())
    for name in ("page-run-create-video", "create-video-watch", "create-video"):
        if name in at.session_state:
            del at.session_state[name]
    at = checked(at.run())
    assert state(at).prompt.startswith("A lighthouse")
    assert next(t for t in at.text_area if t.label == "Prompt").value == state(at).prompt


def test_all_of_the_form_is_there_after_a_reload(
    page: AppTest, app: Open, fake: FakeGemini
) -> None:
    fake.others = {"POST ": [operation()]}
    form = state(page)
    form.prompt, form.negative_prompt, form.seconds, form.seed = "A storm", "text", 8, 5
    form.aspect_ratio, form.resolution, form.audio = "9:16", "1080p", False
    form.beginning.take_frame("first", "a.png", png())
    form.beginning.take_frame("last", "b.png", png())
    at = click(checked(page.run()), "Generate the video")
    other = app(PAGE)
    other.query_params["run"] = at.query_params["run"]
    click(checked(other.run()), "Generate the video")
    before, after = started(fake)
    assert before["instances"][0]["lastFrame"]
    assert after == before


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (operation(done=True, error={"code": 3, "message": "The frame is too small"}), "too small"),
        (
            operation(
                done=True,
                response={"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": [REASON]},
            ),
            REASON,
        ),
    ],
)
def test_an_operation_that_fails_says_why(
    page: AppTest, fake: FakeGemini, reply: Any, words: str
) -> None:
    at = click(begun(page, fake, reply), "Check now")
    assert words in texts(at)
    assert not at.get("video")
    assert state(at).prompt.startswith("A lighthouse")


def test_looks_that_fail_are_told_and_the_next_one_works(page: AppTest, fake: FakeGemini) -> None:
    at = click(begun(page, fake, error(403, "DENIED", "no"), video_done()), "Check now")
    assert "Not allowed" in texts(at)
    assert "Generating for" in texts(at)
    assert click(at, "Check now").get("video")


def test_frames_and_settings_are_sent(page: AppTest, fake: FakeGemini) -> None:
    fake.others = {"POST ": [operation()]}
    form = state(page)
    form.prompt, form.negative_prompt, form.seconds, form.resolution = "A cat", "fog", 6, "1080p"
    form.aspect_ratio, form.audio, form.seed, form.person_generation = (
        "9:16",
        False,
        7,
        "dont_allow",
    )
    form.beginning.take_frame("first", "a.png", png("red"))
    form.beginning.take_frame("last", "b.png", png("blue"))
    click(checked(page.run()), "Generate the video")
    [body] = started(fake)
    assert {"image", "lastFrame", "prompt"} == set(body["instances"][0])
    assert body["parameters"] == {
        "aspectRatio": "9:16",
        "resolution": "1080p",
        "durationSeconds": 6,
        "personGeneration": "dont_allow",
        "negativePrompt": "fog",
        "generateAudio": False,
        "seed": 7,
    }


def choices(at: AppTest, key: str) -> list[str]:
    """The options of a choice of few values; none where it isn't drawn."""
    found = [group for group in at.get("button_group") if group.key == key]
    return [option.content for group in found for option in group.proto.options]


def test_reference_images_are_sent_without_the_frames(page: AppTest, fake: FakeGemini) -> None:
    fake.others = {"POST ": [operation()]}
    form, begins = state(page), state(page).beginning
    form.prompt, form.seconds = "He waves", 6
    begins.take_frame("first", "a.png", png("red"))
    begins.way = "references"
    begins.references.take([("b.png", png("blue")), ("c.txt", b"words"), ("d.png", png("green"))])
    assert begins.references.refused == ["c.txt isn't an image."]
    at = checked(page.run())
    assert "Up to 3 images" in texts(at)
    assert "8 seconds long" in texts(at)
    assert choices(at, "create-video-seconds") == ["8"]
    at = click(at, "Generate the video")
    [body] = started(fake)
    sent = body["instances"][0]
    assert {"prompt", "referenceImages"} == set(sent)
    assert [one["image"]["bytesBase64Encoded"] for one in sent["referenceImages"]] == [
        encoded(png("blue")),
        encoded(png("green")),
    ]
    assert {one["referenceType"] for one in sent["referenceImages"]} == {"ASSET"}
    assert body.get("parameters") in (None, {})
    assert "reference type ASSET" in texts(at)
    assert set(begins.frames) == {"first"}  # it stays, for another one


def test_references_are_taken_out_of_the_hands_of_streamlit(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go: list[str] = []
    monkeypatch.setattr(
        MemoryUploadedFileManager, "remove_file", lambda _files, _session, file: let_go.append(file)
    )
    state(page).beginning.way = "references"
    field = next(one for one in checked(page.run()).file_uploader if "references" in str(one.key))
    field.upload("a.png", png("red")).upload("b.png", png("blue"))
    at = checked(page.run())
    assert [one.name for one in state(at).beginning.references.pictures] == ["a.png", "b.png"]
    assert len(set(let_go)) == 2  # so that the same message, come twice, finds none


def test_what_references_need_is_said(page: AppTest, fake: FakeGemini) -> None:
    begins = state(page).beginning
    begins.way = "references"
    begins.references.take([(f"{n}.png", png()) for n in range(4)])
    at = click(checked(page.run()), "Generate the video")
    assert "need a prompt" in texts(at)
    assert "takes 3 asset images, and there are 4: remove 1" in texts(at)
    at = click(at, "Remove")
    state(at).prompt = "A cat"
    at.session_state["maker-create-video"].model = "veo-2.0-generate-001"
    at = checked(at.run())
    assert choices(at, "create-video-reference_type") == ["What it shows", "How it looks"]
    state(at).beginning.reference_type = "STYLE"
    at = click(checked(at.run()), "Generate the video")
    assert "takes 1 style image, and there are 3: remove 2" in texts(at)
    assert not started(fake)


def test_a_finished_video_is_extended(page: AppTest, fake: FakeGemini) -> None:
    at = click(begun(page, fake, video_done()), "Check now")
    at = click(at, "Extend")
    assert at.get("video")[0].proto.url  # in the form, above the one that was made
    assert len(at.get("video")) == 2
    state(at).prompt, state(at).seconds = "The lamp goes out", 4
    fake.others = {"POST ": [operation()]}
    at = click(checked(at.run()), "Generate the video")
    sent = started(fake)[-1]
    assert sent["instances"] == [
        {
            "prompt": "The lamp goes out",
            "video": {
                "bytesBase64Encoded": encoded(b"\0\0\0\x18ftypmp42video"),
                "mimeType": "video/mp4",
            },
        }
    ]
    assert sent.get("parameters") in (None, {})


def test_a_video_in_cloud_storage_is_extended_where_it_lies(
    page: AppTest, fake: FakeGemini
) -> None:
    done = operation(done=True, response={"videos": [{"gcsUri": "gs://acme/one.mp4"}]})
    at = click(click(begun(page, fake, done), "Check now"), "Extend")
    assert "gs://acme/one.mp4" in texts(at)
    fake.others = {"POST ": [operation()]}
    click(at, "Generate the video")
    video = {"gcsUri": "gs://acme/one.mp4", "mimeType": "video/mp4"}
    assert started(fake)[-1]["instances"][0]["video"] == video


def test_one_that_cannot_be_extended_says_why(page: AppTest, fake: FakeGemini) -> None:
    begins = state(page).beginning
    begins.way = "video"
    assert "Add the video" in texts(click(checked(page.run()), "Generate the video"))
    begins.take_video("a.png", png())
    assert begins.refused == ["a.png isn't a video."]
    begins.video = Attachment("long.mp4", "video/mp4", b"film", seconds=36.0)
    at = click(checked(page.run()), "Generate the video")
    assert "The video is 36.0 s long. One of 1 to 30 s can be extended." in texts(at)
    assert not started(fake)


def test_only_what_the_model_takes_is_offered(page: AppTest, fake: FakeGemini) -> None:
    at = begun(page, fake, video_done())
    assert choices(at, "create-video-way") == ["Frames", "Reference images", "Video to extend"]
    state(at).beginning.way = "video"
    at.session_state["maker-create-video"].model = "veo-3.0-generate-001"
    at = click(checked(at.run()), "Check now")
    assert at.get("video")
    assert not choices(at, "create-video-way")
    assert state(at).beginning.way == "frames"
    assert "Extend" not in [button.label for button in at.button]


def test_what_is_missing_is_said(page: AppTest, fake: FakeGemini) -> None:
    at = click(page, "Generate the video")
    assert "Describe the video" in texts(at)
    state(at).prompt = "A cat"
    state(at).beginning.take_frame("last", "b.png", png())
    assert "needs a first frame" in texts(click(checked(at.run()), "Generate the video"))
    state(at).beginning.take_frame("first", "c.txt", b"words")
    assert state(at).beginning.refused == ["c.txt isn't an image."]
    assert not started(fake)


def test_a_video_in_cloud_storage_is_named(page: AppTest, fake: FakeGemini) -> None:
    done = operation(done=True, response={"videos": [{"gcsUri": "gs://acme/one.mp4"}]})
    at = click(begun(page, fake, done), "Check now")
    assert "gcloud storage cp gs://acme/one.mp4 ." in texts(at)


def test_the_emulator_says_why_not_and_keeps_what_was_typed(app: Open) -> None:
    at = checked(app(PAGE))
    assert "can't generate videos" in texts(at)
    assert next(b for b in at.button if b.label == "Generate the video").disabled
    at = click(at, "A lighthouse at dusk")
    assert state(at).prompt.startswith("A lighthouse")
    assert at.session_state["page-run-create-video"].live is None
