"""Half characters: joined where both halves come, U+FFFD where one stays alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini.api.connect import Connection
from gemini.api.surrogates import Halves, whole
from gemini.api.wire import shown_json
from gemini.request import Part, from_jsonable
from tests.fake_gemini import FakeGemini, Reply
from tests.gemini.test_run import ask

HIGH, LOW, FACE = "\ud83d", "\ude00", "\U0001f600"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        (f"a{HIGH}{LOW}b", f"a{FACE}b"),
        (f"{LOW}{HIGH}", "\ufffd\ufffd"),
        ({f"k{HIGH}": [f"{HIGH}{LOW}", 1, None, b"\xff"]}, {"k\ufffd": [FACE, 1, None, b"\xff"]}),
    ],
)
def test_data_is_made_whole(value: object, expected: object) -> None:
    assert whole(value) == expected
    assert from_jsonable(value) == expected


def test_what_the_inspector_shows_is_whole() -> None:
    assert shown_json(b'{"text": "a\\ud83d"}') == {"text": "a\ufffd"}


def fed(*parts: Part) -> list[Part]:
    halves = Halves()
    kept = [each for part in parts for each in halves.feed(part)]
    return [*kept, *halves.end()]


def test_a_half_waits_for_its_other_half() -> None:
    assert fed({"text": f"Nice {HIGH}"}, {"text": f"{LOW} work"}) == [
        {"text": "Nice "},
        {"text": f"{FACE} work"},
    ]
    assert fed({"text": HIGH}, {"text": LOW}) == [{"text": FACE}]


def test_a_half_that_stays_alone_is_marked_where_it_was() -> None:
    call = {"function_call": {"name": "f", "args": {"x": HIGH}}}
    assert fed({"text": f"a{HIGH}"}, call, {"text": f"{LOW}b"}) == [
        {"text": "a"},
        {"text": "\ufffd"},
        {"function_call": {"name": "f", "args": {"x": "\ufffd"}}},
        {"text": "\ufffdb"},
    ]
    assert fed({"text": f"a{HIGH}", "thought": True}, {"text": "b"}) == [
        {"text": "a", "thought": True},
        {"text": "\ufffd", "thought": True},
        {"text": "b"},
    ]
    assert fed({"text": HIGH}) == [{"text": "\ufffd"}]


def test_a_signature_between_two_halves_stays() -> None:
    signed = {"text": "", "thought_signature": b"s"}
    assert fed({"text": HIGH}, signed, {"text": LOW}) == [signed, {"text": FACE}]


@given(st.text(alphabet=f"ab{HIGH}{LOW}{FACE}", max_size=12), st.data())
def test_however_it_is_cut_the_text_is_the_same(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    made = fed(*({"text": piece} for piece in pieces))
    assert "".join(part["text"] for part in made) == whole(text)


def reply(*parts: Part) -> Reply:
    """One chunk a part, its half characters as escapes."""
    candidates = [{"index": 0, "content": {"role": "model", "parts": [part]}} for part in parts]
    candidates[-1]["finishReason"] = "STOP"
    candidates[-1]["groundingMetadata"] = {"webSearchQueries": [f"q{HIGH}"]}
    return Reply([json.loads(json.dumps({"candidates": [one]})) for one in candidates])


def test_a_run_holds_whole_characters_only(fake: FakeGemini, connection: Connection) -> None:
    fake.replies = [
        reply(
            {"text": f"Nice {HIGH}"},
            {"text": f"{LOW} work{HIGH}"},
            {"functionCall": {"name": "f", "args": {"x": "\ud800"}}},
        )
    ]
    run = ask(connection).run
    assert run.problem is None
    assert run.candidates[0].parts == [
        {"text": "Nice "},
        {"text": f"{FACE} work"},
        {"text": "\ufffd"},
        {"function_call": {"name": "f", "args": {"x": "\ufffd"}}},
    ]
    assert run.candidates[0].metadata["grounding_metadata"]["web_search_queries"] == ["q\ufffd"]


def test_a_stream_that_breaks_off_marks_its_half(fake: FakeGemini, connection: Connection) -> None:
    piece = {"candidates": [{"content": {"role": "model", "parts": [{"text": f"a{HIGH}"}]}}]}
    fake.replies = [Reply([piece], then="cut")]
    run = ask(connection).run
    assert run.outcome == "failed"
    assert run.candidates[0].parts == [{"text": "a"}, {"text": "\ufffd"}]


def test_media_without_a_type_get_the_one_that_their_bytes_show(
    fake: FakeGemini, connection: Connection
) -> None:
    pixel = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
        "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    fake.replies = [
        reply(
            {"inlineData": {"data": pixel}},
            {"inlineData": {"mimeType": "image/png"}},
            {"inlineData": {"data": "AAEC"}},
        )
    ]
    blobs = [part["inline_data"] for part in ask(connection).run.candidates[0].parts]
    assert [blob["mime_type"] for blob in blobs] == [
        "image/png",
        "image/png",
        "application/octet-stream",
    ]
    assert blobs[1]["data"] == b""
