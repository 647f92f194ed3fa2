"""Calls that stream in pieces, put together."""

from typing import Any

import pytest

from gemini.api.call_pieces import CallPieces


def call(**fields: Any) -> dict[str, Any]:
    return {"function_call": fields}


def joined(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    pieces = CallPieces()
    return [one for part in parts for one in pieces.feed(part)] + pieces.end()


def test_plain_parts_and_whole_calls_pass_at_once() -> None:
    pieces = CallPieces()
    for part in (
        {"text": "a"},
        call(name="f", args={"a": 1}),
        call(name="g"),
        call(),
        call(id="x"),
    ):
        assert pieces.feed(part) == [part]
    assert pieces.end() == []


@pytest.mark.parametrize(
    ("path", "args"),
    [
        ("$.a", {"a": "x"}),
        ("$.a.b", {"a": {"b": "x"}}),
        ("$.a[1].b", {"a": [None, {"b": "x"}]}),
        ("$['a.b']", {"a.b": "x"}),
        ('$["it\\"s"]', {'it"s': "x"}),
        ("$", {}),
        ("$.a[99999999]", {"a": []}),
        ("$[0]", {}),
    ],
)
def test_a_value_is_put_where_its_path_leads(path: str, args: dict[str, Any]) -> None:
    piece = {"json_path": path, "string_value": "x"}
    (part,) = joined(call(name="f", will_continue=True), call(partial_args=[piece]), call())
    assert part == call(name="f", args=args)


def test_values_of_each_kind_and_texts_bit_by_bit() -> None:
    values = [
        {"json_path": "$.whole", "number_value": 4.0},
        {"json_path": "$.part", "number_value": 0.5},
        {"json_path": "$.yes", "bool_value": False},
        {"json_path": "$.none", "null_value": "NULL_VALUE"},
        {"json_path": "$.text", "string_value": "by ", "will_continue": True},
        {"json_path": "$.text", "string_value": "", "will_continue": True},
        {"json_path": "$.text", "string_value": "night"},
    ]
    pieces = [call(partial_args=[value], will_continue=True) for value in values]
    (part,) = joined(call(name="f", id="c1", will_continue=True), *pieces, call())
    args = {"whole": 4, "part": 0.5, "yes": False, "none": None, "text": "by night"}
    assert part == call(name="f", id="c1", args=args)


def test_the_next_call_a_text_or_the_end_end_one_too() -> None:
    piece = call(partial_args=[{"json_path": "$.a", "bool_value": True}])
    begun = call(name="f", will_continue=True)
    whole = call(name="f", args={"a": True})
    assert joined(begun, piece, call(name="g")) == [whole, call(name="g")]
    assert joined(begun, piece, {"text": "So"}) == [whole, {"text": "So"}]
    assert joined(begun, piece) == [whole]
    assert joined(begun, piece, call(), begun, piece, call()) == [whole, whole]
