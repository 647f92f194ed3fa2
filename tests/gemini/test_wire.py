"""What went over the wire is shown event by event, and without secrets."""

import base64
import gzip
import json
import zlib
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini.api.wire import LONG_DATA, Chunk, Exchange, shown_json

STREAM = b'data: {"a": 1}\r\n\r\ndata: {"b": "\xc3\xa9"}\r\n\r\ndata: {"c": 3}\r\n\r\n'
EVENTS: list[Any] = [{"a": 1}, {"b": "é"}, {"c": 3}]


def exchange(chunks: list[bytes], encoding: str = "") -> Exchange:
    made = Exchange("POST", "http://box", {}, b"")
    made.response_headers = {"content-encoding": encoding} if encoding else {}
    made.chunks = [Chunk(float(i), data) for i, data in enumerate(chunks)]
    return made


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(c % (len(data) + 1) for c in cuts), len(data)]
    return [data[a:b] for a, b in pairwise(places)]


@given(st.lists(st.integers(0, 200), max_size=8))
def test_events_are_whole_however_the_body_was_cut(cuts: list[int]) -> None:
    assert [event for _, event in exchange(split(STREAM, cuts)).events()] == EVENTS


@given(st.lists(st.integers(0, 200), max_size=8), st.sampled_from(["gzip", "deflate"]))
def test_compressed_bodies_too(cuts: list[int], encoding: str) -> None:
    data = gzip.compress(STREAM) if encoding == "gzip" else zlib.compress(STREAM)
    assert [event for _, event in exchange(split(data, cuts), encoding).events()] == EVENTS


def test_comments_and_names_of_events_are_not_shown() -> None:
    data = (
        b': keep-alive\n\nevent: message\nid: 2\ndata:{"a":\ndata: 1}\n\n: bye\n\ndata: [DONE]\n\n'
    )
    assert [event for _, event in exchange([data[:20], data[20:]]).events()] == [{"a": 1}]


def test_a_page_in_place_of_an_answer_is_shown_as_text() -> None:
    page = "<html>\n<p>Not here</p>\n\n</html>"
    assert exchange([page.encode()]).events() == [(0.0, page)]


def test_an_event_has_the_time_of_the_chunk_that_completed_it() -> None:
    assert exchange([b'data: {"a"', b": 1}\r\n\r", b'\ndata: {"b": 2}\r\n\r\n']).events() == [
        (2.0, {"a": 1}),
        (2.0, {"b": 2}),
    ]


def test_a_body_that_was_cut_off_shows_its_rest() -> None:
    assert exchange([b'data: {"a": 1}\r\n\r\ndata: {"b']).events() == [
        (0.0, {"a": 1}),
        (0.0, '{"b'),
    ]


def test_a_body_that_is_no_stream_is_one_event() -> None:
    assert exchange([b'{"models":', b" []}"]).events() == [(1.0, {"models": []})]


@pytest.mark.parametrize(
    ("body", "expected"),
    [(b"", None), (b"<html>", "<html>"), (b"\xff", "�"), (b"data: [1]", [1])],
)
def test_what_is_not_json_is_text(body: bytes, expected: Any) -> None:
    assert shown_json(body) == expected


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("size", [LONG_DATA, 1000, 1001, 1002])
def test_long_base64_is_shown_as_its_size(encode: Any, size: int) -> None:
    for data in (encode(b"\xfb" * size).decode(), encode(b"\xfb" * size).decode().rstrip("=")):
        body = json.dumps({"inlineData": {"mimeType": "image/png", "data": data}}).encode()
        shown = shown_json(body)["inlineData"]
        assert shown == {"mimeType": "image/png", "data": f"<{size:,} bytes as base64>"}


def test_so_is_that_of_imagen_and_of_videos() -> None:
    data = base64.b64encode(b"\xfb" * 1000).decode()
    body = json.dumps({"video": {"bytesBase64Encoded": data}}).encode()
    assert shown_json(body) == {"video": {"bytesBase64Encoded": "<1,000 bytes as base64>"}}


def test_short_data_and_text_called_data_stay() -> None:
    text = "A long text, in a function's reply, that is no base64 at all. " * 10
    body = {"a": {"data": "YWJj"}, "b": [{"data": text}], "c": {"data": {"d": 1}}}
    assert shown_json(json.dumps(body).encode()) == body


def test_of_a_long_vector_the_first_numbers_are_shown_and_how_many_there_are() -> None:
    body = json.dumps({"values": [0.5] * 3072, "few": [1] * 32, "words": ["a"] * 40}).encode()
    assert shown_json(body) == {
        "values": [*[0.5] * 8, "<3,072 numbers>"],
        "few": [1] * 32,
        "words": ["a"] * 40,
    }
