"""A Request is plain data: it survives saving, and its parts are joined without loss."""

import json
from typing import Any

import pytest
from google.genai import types
from hypothesis import given
from hypothesis import strategies as st

from gemini.request import (
    BYTES_KEY,
    ESCAPE_KEY,
    Request,
    from_jsonable,
    joined,
    part_dict,
    text_of,
    to_jsonable,
    without_signatures,
)

REQUEST = Request(
    "gemini-2.5-flash",
    [
        {
            "role": "user",
            "parts": [
                {"text": "What is this?"},
                {"inline_data": {"mime_type": "image/png", "data": b"\x89PNG\x00\xff"}},
            ],
        }
    ],
    {"temperature": 0, "stop_sequences": ["a", "b"]},
)

NAMES = st.text() | st.sampled_from([BYTES_KEY, ESCAPE_KEY])
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
    max_leaves=10,
)


def test_a_request_comes_back_from_json() -> None:
    assert Request.from_json(json.loads(json.dumps(REQUEST.to_json()))) == REQUEST


@given(PLAIN)
def test_plain_data_comes_back_from_json(value: Any) -> None:
    assert from_jsonable(json.loads(json.dumps(to_jsonable(value)))) == value


@pytest.mark.parametrize(
    "own",
    [
        {BYTES_KEY: "eA=="},
        {BYTES_KEY: "no base64"},
        {BYTES_KEY: 5},
        {ESCAPE_KEY: {BYTES_KEY: "eA=="}},
        {ESCAPE_KEY: {ESCAPE_KEY: 1}},
        {ESCAPE_KEY: "text"},
    ],
)
def test_a_dictionary_of_a_models_own_is_not_taken_for_bytes(own: Any) -> None:
    call = {"function_call": {"name": "f", "args": {"blob": own, "list": [own, b"x"]}}}
    assert from_jsonable(json.loads(json.dumps(to_jsonable(call)))) == call


def test_what_was_written_before_there_was_an_escape_is_read_as_it_was() -> None:
    old = {"signature": {BYTES_KEY: "eA=="}, "args": {ESCAPE_KEY: {"a": 1}, "b": 2}}
    assert from_jsonable(old) == {"signature": b"x", "args": old["args"]}
    assert from_jsonable({ESCAPE_KEY: {"a": 1}}) == {ESCAPE_KEY: {"a": 1}}


def test_tuples_become_lists() -> None:
    assert to_jsonable({"a": (1, b"x")}) == {"a": [1, {BYTES_KEY: "eA=="}]}


@pytest.mark.parametrize("data", ["not base64!", "ключ", "YQ", 5, None])
def test_bytes_that_are_none_are_refused(data: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        from_jsonable({BYTES_KEY: data})


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"model": 5, "contents": []},
        {"model": "m"},
        {"model": "m", "contents": "hello"},
        {"model": "m", "contents": [], "config": [1]},
        {"model": "m", "contents": [{"parts": [{"txt": "hello"}]}]},
        {"model": "m", "contents": [5]},
        {"model": "m", "contents": [], "config": {"temprature": 1}},
        {"model": "m", "contents": [], "config": {"temperature": "warm"}},
    ],
)
def test_what_is_no_request_is_refused(data: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Request.from_json(data)


def test_a_part_of_an_answer_can_be_sent_back_unchanged() -> None:
    part = types.Part(text="Four.", thought_signature=b"signed")
    assert part_dict(part) == {"text": "Four.", "thought_signature": b"signed"}
    assert types.Part.model_validate(part_dict(part)) == part


def test_neighbouring_texts_are_joined() -> None:
    assert joined([{"text": "a"}, {"text": "b"}, {"text": "c"}]) == [{"text": "abc"}]


def test_nothing_is_joined_across_thoughts_signatures_and_media() -> None:
    parts = [
        {"text": "thinking", "thought": True},
        {"text": "answer"},
        {"text": "", "thought_signature": b"signed"},
        {"text": "more"},
        {"function_call": {"name": "f"}},
        {"text": "end"},
    ]
    assert joined(parts) == parts


def test_thoughts_are_joined_with_thoughts() -> None:
    parts = [{"text": "a", "thought": True}, {"text": "b", "thought": True}, {"text": "c"}]
    assert joined(parts) == [{"text": "ab", "thought": True}, {"text": "c"}]


def test_joining_leaves_the_parts_given_as_they_were() -> None:
    parts = [{"text": "a"}, {"text": "b"}]
    joined(parts)
    assert parts == [{"text": "a"}, {"text": "b"}]


def test_a_part_without_its_text_is_no_trouble() -> None:
    parts = [{"text": None}, {"text": "a"}]
    assert joined(parts) == parts
    assert text_of(parts) == "a"


@given(
    st.lists(
        st.fixed_dictionaries(
            {"text": st.text(max_size=3)},
            optional={"thought": st.just(True), "thought_signature": st.binary(max_size=2)},
        )
    )
)
def test_joining_loses_no_text_and_no_signature(parts: list[dict[str, Any]]) -> None:
    result = joined(parts)
    assert text_of(result) == text_of(parts)
    thoughts, joined_thoughts = (
        "".join(part["text"] for part in some if part.get("thought")) for some in (parts, result)
    )
    assert joined_thoughts == thoughts
    signatures = [p.get("thought_signature") for p in parts if "thought_signature" in p]
    assert [p["thought_signature"] for p in result if "thought_signature" in p] == signatures
    assert joined(result) == result


def test_another_model_gets_neither_thoughts_nor_signatures() -> None:
    parts = [
        {"text": "thinking", "thought": True},
        {"text": "answer", "thought_signature": b"signed"},
        {"text": "", "thought_signature": b"signed"},
        {"function_call": {"name": "f"}, "thought_signature": b"signed"},
    ]
    assert without_signatures(parts) == [{"text": "answer"}, {"function_call": {"name": "f"}}]


def test_text_and_thoughts_are_told_apart() -> None:
    parts = [{"text": "t", "thought": True}, {"text": "a"}, {"inline_data": {}}, {"text": "b"}]
    assert text_of(parts) == "ab"


@pytest.mark.parametrize("name", ["http_options", "httpOptions"])
def test_a_saved_request_cannot_send_the_key_elsewhere(name: str) -> None:
    saved = {"model": "m", "contents": [], "config": {name: {"base_url": "https://evil.example"}}}
    assert Request.from_json(saved).config == {}
