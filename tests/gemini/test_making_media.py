"""Imagen and video models on Vertex AI: what is sent, what comes back, how an operation ends."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.genai import types

from gemini.api.call import ApiCall, begin
from gemini.api.connect import Connection, Target
from gemini.api.methods import arguments, filtered_reasons
from gemini.creation.operations import (
    GET,
    get_arguments,
    is_pending,
    operation_name,
    progress,
    take,
)
from gemini.request import Part, Request
from gemini.run import Run
from gemini.run_json import run_from_json, run_to_json
from tests.fake_gemini import FakeGemini, Reply, error
from tests.filled import start
from tests.made_replies import (
    OPERATION,
    REASON,
    encoded,
    imagen_answer,
    operation,
    png,
    video_done,
)

POST = "POST "  # the operation has an address of its own
RED, BLUE = png("red"), png("blue")


@pytest.fixture
def vertex(fake: FakeGemini) -> Iterator[Connection]:
    made = Connection(Target("vertex", "express-key-123", base_url=fake.url, timeout=2))
    yield made
    made.close()


def picture(data: bytes) -> Part:
    return {"inline_data": {"mime_type": "image/png", "data": data}}


def run(connection: Connection, method: str, *parts: Part, **config: Any) -> Run:
    live = start(
        connection, Request("maker", [{"role": "user", "parts": list(parts)}], config, method)
    )
    assert live.ended.wait(30)
    return live.run


def body(fake: FakeGemini) -> Any:
    return fake.seen[-1].body


def test_pictures_come_as_parts_and_the_reason_of_a_missing_one_is_kept(
    vertex: Connection, fake: FakeGemini
) -> None:
    fake.others = {POST: [imagen_answer(RED, None)]}
    made = run(vertex, "generate_images", {"text": "A ball"}, number_of_images=2)
    assert [p["inline_data"]["data"] for p in made.candidates[0].parts] == [RED]
    assert filtered_reasons(made.result) == [REASON]
    assert made.outcome == "done"
    assert fake.seen[-1].path.endswith("/maker:predict")
    assert body(fake)["instances"] == [{"prompt": "A ball"}]
    assert body(fake)["parameters"]["sampleCount"] == 2


@pytest.mark.parametrize(
    ("reply", "kind"), [(imagen_answer(None, None), "blocked_answer"), (imagen_answer(), "empty")]
)
def test_no_picture_at_all_is_a_problem(
    vertex: Connection, fake: FakeGemini, reply: Reply, kind: str
) -> None:
    fake.others = {POST: [reply]}
    made = run(vertex, "generate_images", {"text": "A ball"})
    assert made.outcome == "failed"
    assert made.problem is not None
    assert made.problem.kind == kind
    assert kind == "empty" or made.problem.cause.count(REASON) == 1


def test_a_picture_is_enlarged(vertex: Connection, fake: FakeGemini) -> None:
    fake.others = {POST: [imagen_answer(BLUE)]}
    made = run(vertex, "upscale_image", picture(RED), upscale_factor="x4", include_rai_reason=True)
    assert made.candidates[0].parts == [picture(BLUE)]
    assert body(fake)["instances"][0]["image"]["bytesBase64Encoded"] == encoded(RED)
    assert body(fake)["parameters"]["upscaleConfig"] == {"upscaleFactor": "x4"}


def test_a_picture_is_edited_with_a_mask(vertex: Connection, fake: FakeGemini) -> None:
    fake.others = {POST: [imagen_answer(BLUE)]}
    config = {"mask_mode": "MASK_MODE_USER_PROVIDED", "mask_dilation": 0.02}
    mode = {"edit_mode": "EDIT_MODE_INPAINT_INSERTION"}
    run(vertex, "edit_image", {"text": "A cat"}, picture(RED), picture(BLUE), **config, **mode)
    raw, mask = body(fake)["instances"][0]["referenceImages"]
    assert raw["referenceType"] == "REFERENCE_TYPE_RAW"
    assert raw["referenceImage"]["bytesBase64Encoded"] == encoded(RED)
    assert mask["referenceType"] == "REFERENCE_TYPE_MASK"
    assert mask["referenceImage"]["bytesBase64Encoded"] == encoded(BLUE)
    about = {"maskMode": "MASK_MODE_USER_PROVIDED", "dilation": 0.02}
    assert mask["maskImageConfig"] == about
    assert body(fake)["parameters"]["editMode"] == "EDIT_MODE_INPAINT_INSERTION"


def test_a_mask_is_found_by_the_model(vertex: Connection, fake: FakeGemini) -> None:
    fake.others = {POST: [imagen_answer(BLUE)]}
    run(vertex, "edit_image", {"text": "A beach"}, picture(RED), mask_mode="MASK_MODE_BACKGROUND")
    mask = body(fake)["instances"][0]["referenceImages"][1]
    assert mask["maskImageConfig"] == {"maskMode": "MASK_MODE_BACKGROUND"}
    assert "referenceImage" not in mask


def test_an_edit_without_a_picture_is_a_problem(vertex: Connection) -> None:
    made = run(vertex, "edit_image", {"text": "A cat"})
    assert made.problem is not None
    assert "needs an image" in made.problem.cause + made.problem.detail


def test_a_video_is_begun_with_its_frames(vertex: Connection, fake: FakeGemini) -> None:
    fake.others = {POST: [operation()]}
    parts = [{"text": "A cat walks"}, picture(RED), picture(BLUE)]
    made = run(vertex, "generate_videos", *parts, duration_seconds=8, generate_audio=False)
    assert operation_name(made) == OPERATION
    assert is_pending(made)
    instance, parameters = body(fake)["instances"][0], body(fake)["parameters"]
    assert fake.seen[-1].path.endswith(":predictLongRunning")
    assert instance["prompt"] == "A cat walks"
    assert instance["image"]["bytesBase64Encoded"] == encoded(RED)
    assert instance["lastFrame"]["bytesBase64Encoded"] == encoded(BLUE)
    assert parameters == {"durationSeconds": 8, "generateAudio": False}


def test_reference_images_are_no_frames(vertex: Connection, fake: FakeGemini) -> None:
    fake.others = {POST: [operation()]}
    parts = [{"text": "He waves"}, picture(RED), picture(BLUE)]
    made = run(vertex, "generate_videos", *parts, reference_type="ASSET", duration_seconds=8)
    assert made.problem is None
    instance = body(fake)["instances"][0]
    assert instance == {
        "prompt": "He waves",
        "referenceImages": [
            {
                "image": {"bytesBase64Encoded": encoded(data), "mimeType": "image/png"},
                "referenceType": "ASSET",
            }
            for data in (RED, BLUE)
        ],
    }
    assert body(fake)["parameters"] == {"durationSeconds": 8}
    kept = run_from_json(run_to_json(made))  # as from the history
    assert arguments(kept.request) == arguments(made.request)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (
            {"inline_data": {"mime_type": "video/mp4", "data": b"film"}},
            {"bytesBase64Encoded": encoded(b"film"), "mimeType": "video/mp4"},
        ),
        (
            {"file_data": {"mime_type": "video/mp4", "file_uri": "gs://acme/one.mp4"}},
            {"gcsUri": "gs://acme/one.mp4", "mimeType": "video/mp4"},
        ),
    ],
)
def test_a_video_is_extended(
    vertex: Connection, fake: FakeGemini, part: Part, expected: dict[str, str]
) -> None:
    fake.others = {POST: [operation()]}
    made = run(vertex, "generate_videos", {"text": "It rains"}, part)
    assert is_pending(made)
    assert body(fake)["instances"] == [{"prompt": "It rains", "video": expected}]


def test_an_operation_is_followed_to_its_video(vertex: Connection, fake: FakeGemini) -> None:
    fake.others = {POST: [operation(), operation(metadata={"progressPercent": 40}), video_done()]}
    made = run(vertex, "generate_videos", {"text": "A cat"})
    take(made, looked(vertex, made), 10)
    assert is_pending(made)
    assert progress(made) == 0.4
    assert fake.seen[-1].path.endswith(":fetchPredictOperation")
    assert body(fake) == {"operationName": OPERATION}
    kept = run_from_json(run_to_json(made))  # as after a restart
    take(kept, looked(vertex, kept), 80)
    assert not is_pending(kept)
    assert kept.candidates[0].parts[0]["inline_data"]["mime_type"] == "video/mp4"
    assert (kept.outcome, kept.timing.end) == ("done", 80)


def look(connection: Connection, made: Run) -> ApiCall:
    return begin(connection, GET, get_arguments(made)).result()


def looked(connection: Connection, made: Run) -> types.GenerateVideosOperation:
    call = look(connection, made)
    assert call.problem is None
    return call.response


ENDS = {
    "failed": (
        operation(done=True, error={"code": 3, "message": "No such frame"}),
        "No such frame",
    ),
    "filtered": (
        operation(
            done=True,
            response={"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": [REASON]},
        ),
        REASON,
    ),
    "filtered without a word": (
        operation(done=True, response={"raiMediaFilteredCount": 1}),
        "No reason was given",
    ),
    "empty": (operation(done=True, response={}), "ended without one"),
}


@pytest.mark.parametrize("name", ENDS)
def test_an_operation_may_end_without_a_video(
    vertex: Connection, fake: FakeGemini, name: str
) -> None:
    reply, words = ENDS[name]
    fake.others = {POST: [operation(), reply]}
    made = run(vertex, "generate_videos", {"text": "A cat"})
    take(made, looked(vertex, made), 5)
    assert made.outcome == "failed"
    assert made.problem is not None
    assert words in made.problem.cause


def test_a_video_in_cloud_storage_is_named(vertex: Connection, fake: FakeGemini) -> None:
    done = operation(done=True, response={"videos": [{"gcsUri": "gs://acme/one.mp4"}]})
    fake.others = {POST: [operation(), done]}
    made = run(vertex, "generate_videos", {"text": "A cat"})
    take(made, looked(vertex, made), 5)
    assert made.candidates[0].parts[0]["file_data"]["file_uri"] == "gs://acme/one.mp4"


def test_a_look_that_fails_leaves_the_operation_pending(
    vertex: Connection, fake: FakeGemini
) -> None:
    fake.others = {POST: [operation(), error(403, "PERMISSION_DENIED", "no")]}
    made = run(vertex, "generate_videos", {"text": "A cat"})
    call = look(vertex, made)
    assert call.problem is not None
    assert is_pending(made)


def test_the_gemini_api_is_told_apart(connection: Connection) -> None:
    made = run(connection, "generate_videos", {"text": "A cat"})
    assert made.problem is not None
    assert made.problem.kind == "unsupported"
