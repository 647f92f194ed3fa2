"""Videos and songs by the Interactions API: as bytes, as files, missing, refused, stopped."""

import time
from typing import Any

import pytest

from gemini.api import http
from gemini.api.connect import Connection
from gemini.creation.music import songs
from gemini.interactions import generated_files
from gemini.interactions.request import by_other_api, create_arguments, for_api, left_out
from gemini.request import CREATE_INTERACTION, GENERATE_CONTENT, Part, Request
from gemini.run import Run
from tests.fake_gemini import FakeGemini, Reply, error
from tests.filled import start
from tests.made_replies import encoded, generated, generated_file

VIDEO = b"\0\0\0\x18ftypmp42a small video"
OMNI = "gemini-omni-1.2-flash"
SHAPE = {"type": "video", "aspect_ratio": "9:16", "duration": "5s", "delivery": "uri"}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(generated_files, "FIRST_LOOK", 0.01)


def request(*parts: Part, model: str = OMNI, **config: Any) -> Request:
    contents = [{"role": "user", "parts": list(parts)}]
    return Request(model, contents, config, CREATE_INTERACTION)


def ended(connection: Connection, asked: Request) -> Run:
    live = start(connection, asked)
    assert live.ended.wait(20)
    return live.run


def test_what_is_sent_of_a_video() -> None:
    picture = {"inline_data": {"mime_type": "image/png", "data": b"P"}}
    asked = request(
        {"text": "He waves"}, picture, response_format=SHAPE, background=True,
        video_config={"task": "image_to_video"}, previous_interaction_id="v1_before",
    )  # fmt: skip
    assert create_arguments(asked) == {
        "model": OMNI,
        "input": [
            {
                "type": "user_input",
                "content": [
                    {"type": "text", "text": "He waves"},
                    {"type": "image", "mime_type": "image/png", "data": b"P"},
                ],
            }
        ],
        "background": True,
        "previous_interaction_id": "v1_before",
        "generation_config": {"video_config": {"task": "image_to_video"}},
        "response_format": SHAPE,
    }
    assert left_out(asked.config) == []
    names = {"response_format", "background", "video_config", "previous_interaction_id"}
    assert set(for_api(asked, GENERATE_CONTENT)[1]) == names


@pytest.mark.parametrize("model", [OMNI, "lyria-3.5", "deep-research-preview-04-2026"])
def test_what_only_interactions_reach_has_no_other_api(model: str) -> None:
    assert by_other_api(request({"text": "A cat"}, model=model)) is None
    assert by_other_api(request({"text": "A cat"}, model="gemini-3.8-flash")) is not None


def test_a_video_that_comes_as_bytes(fake: FakeGemini, connection: Connection) -> None:
    fake.others = {"POST interactions": [generated("video/mp4", data=VIDEO)]}
    run = ended(connection, request({"text": "A cat"}, response_format=SHAPE))
    assert (run.outcome, run.problem) == ("done", None)
    [part] = run.candidates[0].parts
    assert part == {"inline_data": {"mime_type": "video/mp4", "data": VIDEO}}
    assert fake.seen[-1].body["response_format"] == SHAPE


def test_a_video_that_comes_as_a_file_is_waited_for_and_brought(
    fake: FakeGemini, connection: Connection
) -> None:
    fake.others = {
        "POST interactions": [generated("video/mp4", uri=f"{fake.url}/v1beta/files/abc1:download")],
        **generated_file("abc1", VIDEO, "PROCESSING", "ACTIVE"),
    }
    run = ended(connection, request({"text": "A cat"}))
    assert (run.outcome, run.problem) == ("done", None)
    [part] = run.candidates[0].parts
    assert part == {"inline_data": {"mime_type": "video/mp4", "data": VIDEO}}
    [download] = [seen for seen in fake.seen if "alt=media" in seen.path]
    assert download.headers["x-goog-api-key"] == "test-key-123456"


def test_a_download_follows_its_own_server_only(fake: FakeGemini, connection: Connection) -> None:
    other = FakeGemini()
    try:
        fake.others = {
            "GET files/a:download": [Reply(status=302, headers={"location": "/download/a?x=1"})],
            "GET a?x=1": [Reply(body=VIDEO)],
            "GET files/b:download": [Reply(status=302, headers={"location": f"{other.url}/x"})],
        }
        get = connection.download("files/a:download?alt=media")
        assert connection.submit(get).result(10) == VIDEO
        with pytest.raises(Exception, match="302"):
            connection.submit(connection.download("files/b:download?alt=media")).result(10)
        assert not other.seen  # the key was taken to nobody
    finally:
        other.close()


@pytest.mark.parametrize(
    ("replies", "words"),
    [
        (generated_file("abc1", VIDEO, "FAILED"), "isn't ready"),
        ({"GET files/abc1": [error(403, "PERMISSION_DENIED", "no")]}, "no permission"),
        ({**generated_file("abc1", VIDEO, "ACTIVE"), "GET files/abc1:download": [Reply(body=b"")]},
         "isn't ready"),
    ],
)  # fmt: skip
def test_a_file_that_can_t_be_had_stays_named_and_can_be_brought_later(
    fake: FakeGemini, connection: Connection, replies: Any, words: str
) -> None:
    uri = "https://generativelanguage.googleapis.com/v1beta/files/abc1:download?alt=media"
    fake.others = {"POST interactions": [generated("video/mp4", uri=uri)], **replies}
    run = ended(connection, request({"text": "A cat"}))
    assert run.problem is not None
    assert run.problem.title == "The file couldn't be downloaded"
    assert words in run.problem.cause
    assert [generated_files.file_name(part) for part in run.candidates[0].parts] == ["files/abc1"]
    fake.others = generated_file("abc1", VIDEO, "ACTIVE")
    assert connection.submit(generated_files.bring(connection, run)).result(10) is None
    assert run.candidates[0].parts[0]["inline_data"]["data"] == VIDEO


def test_a_video_of_cloud_storage_is_left_there() -> None:
    part = {"file_data": {"mime_type": "video/mp4", "file_uri": "gs://bucket/files/a.mp4"}}
    assert generated_files.file_name(part) is None


@pytest.mark.parametrize("how", ["inline_data", "file_data"])
def test_an_empty_answer_to_a_video_tells_of_the_region(
    fake: FakeGemini, connection: Connection, how: str
) -> None:
    fake.others = {"POST interactions": [generated()]}
    about = {"data": b"V"} if how == "inline_data" else {"file_uri": "https://x/files/a"}
    sent = {how: {"mime_type": "video/mp4", **about}}
    run = ended(connection, request(sent, {"text": "Make it anime"}))
    assert run.problem is not None
    assert run.problem.kind == "region"
    assert "European Economic Area" in run.problem.cause


def test_an_empty_answer_to_words_does_not(fake: FakeGemini, connection: Connection) -> None:
    fake.others = {"POST interactions": [generated()]}
    run = ended(connection, request({"text": "A cat"}))
    assert run.problem is not None
    assert (run.problem.kind, run.problem.title) == ("empty", "Nothing was generated")


def test_words_instead_of_a_song_are_said(fake: FakeGemini, connection: Connection) -> None:
    fake.others = {"POST interactions": [generated(text="I can't sing as somebody else.")]}
    run = ended(connection, request({"text": "As X sings"}, model="lyria-3.5"))
    assert run.problem is not None
    assert "I can't sing as somebody else." in run.problem.cause


def test_a_song_without_a_byte_is_none(fake: FakeGemini, connection: Connection) -> None:
    fake.others = {"POST interactions": [generated("audio/mp3", data=b"")]}
    run = ended(connection, request({"text": "A song"}, model="lyria-3.5"))
    assert run.problem is not None
    assert run.problem.title == "Nothing was generated"
    assert not songs(run.candidates[0].parts)


def test_a_song_comes_with_its_lyrics(fake: FakeGemini, connection: Connection) -> None:
    fake.others = {"POST interactions": [generated("audio/mp3", data=b"ID3", text="[Verse]\nLa")]}
    run = ended(connection, request({"text": "A song"}, model="lyria-3.5"))
    assert (run.outcome, run.problem) == ("done", None)
    assert [list(part) for part in run.candidates[0].parts] == [["text"], ["inline_data"]]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (generated(status="failed", errors=[{"code": "internal", "message": "Lost it"}]),
         "server_error"),
        (generated(status="cancelled"), "cancelled"),
        (Reply(status=429, body={"error": {"code": "rate_limit_exceeded", "message": "Slow"}}),
         "quota"),
        (Reply(status=400, body={"error": {"code": "invalid_request", "message": "16:10"}}),
         "bad_argument"),
    ],
)  # fmt: skip
def test_how_a_video_can_fail(
    fake: FakeGemini, connection: Connection, reply: Reply, kind: str
) -> None:
    fake.others = {"POST interactions": [reply]}
    run = ended(connection, request({"text": "A cat"}))
    assert run.outcome == "failed"
    assert run.problem is not None
    assert run.problem.kind == kind


@pytest.mark.parametrize("config", [{}, {"background": True}])
def test_a_stop_in_the_middle_of_a_download_keeps_where_it_is(
    fake: FakeGemini, connection: Connection, config: dict[str, Any]
) -> None:
    fake.others = {
        "POST interactions": [generated("video/mp4", uri="https://x/v1beta/files/abc1")],
        **generated_file("abc1", VIDEO, "ACTIVE"),
        "GET files/abc1:download": [Reply(then="hang")],
    }
    live = start(connection, request({"text": "A cat"}, **config))
    while not any("alt=media" in seen.path for seen in fake.seen):
        time.sleep(0.01)
    live.stop()
    assert live.ended.wait(5)
    assert (live.run.outcome, live.run.problem) == ("stopped", None)
    assert not any("cancel" in seen.path for seen in fake.seen)  # it has been made already
    assert any(map(generated_files.file_name, live.run.candidates[0].parts))


def test_media_in_the_request_are_base64_on_the_wire(
    fake: FakeGemini, connection: Connection
) -> None:
    fake.others = {"POST interactions": [generated("video/mp4", data=VIDEO)]}
    sent = {"inline_data": {"mime_type": "video/mp4", "data": VIDEO}}
    ended(connection, request(sent, {"text": "Anime"}, video_config={"task": "edit"}))
    content = fake.seen[-1].body["input"][0]["content"]
    assert content[0] == {"type": "video", "mime_type": "video/mp4", "data": encoded(VIDEO)}
