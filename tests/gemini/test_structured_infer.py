"""Schemas from examples."""

from typing import Any

import pytest

from gemini.structured.infer import infer, infer_text

TEXT = {"type": "string"}

EXAMPLES: list[tuple[Any, dict[str, Any]]] = [
    ("hello", TEXT),
    (True, {"type": "boolean"}),
    (None, {"type": "null"}),
    ([1, 2.5], {"type": "array", "items": {"type": "number"}}),
    ([1, 2], {"type": "array", "items": {"type": "integer"}}),
    ([], {"type": "array"}),
    ({}, {"type": "object"}),
    (["a", None], {"type": "array", "items": {"type": ["string", "null"]}}),
    ([1, "a"], {"type": "array", "items": {"anyOf": [{"type": "integer"}, TEXT]}}),
    ("2026-01-31", {"type": "string", "format": "date"}),
    ("2026-01-31T10:00:00Z", {"type": "string", "format": "date-time"}),
    ("ann@example.com", {"type": "string", "format": "email"}),
    (["2026-01-31", "soon"], {"type": "array", "items": TEXT}),
    ("20260131", TEXT),
    ("2026-13-31", TEXT),
]


@pytest.mark.parametrize(("value", "schema"), EXAMPLES)
def test_single_values_and_lists(value: Any, schema: dict[str, Any]):
    assert infer(value) == schema


def test_objects_of_a_list_are_merged_and_keys_that_lack_are_optional():
    schema = infer(
        [{"z": 1, "a": "x"}, {"z": None, "b": {"c": 1}}, {"z": 3, "b": {"c": 2, "d": 3}}]
    )
    item = schema["items"]
    assert list(item["properties"]) == ["z", "a", "b"]
    assert item["required"] == ["z"]
    assert item["properties"]["z"] == {"type": ["integer", "null"]}
    assert item["properties"]["b"]["required"] == ["c"]


def test_an_enum_only_from_many_values_that_repeat():
    def of(texts: list[str]) -> dict[str, Any]:
        return infer([{"state": text} for text in texts])["items"]["properties"]["state"]

    assert of(["open", "closed", "open"] * 3) == {"type": "string", "enum": ["open", "closed"]}
    assert of(["open", "closed", "open"]) == TEXT
    assert of([f"name {n}" for n in range(12)]) == TEXT
    assert of(["open"] * 12) == TEXT
    assert of(["a sentence that is far too long to be a kind", "b"] * 6) == TEXT
    nullable = infer([*(["a", "b", "a"] * 3), None])["items"]
    assert nullable == {"type": ["string", "null"], "enum": ["a", "b", None]}


def test_text_that_is_no_json_says_where():
    reading = infer_text('{\n "a": 1,\n}')
    assert reading.schema is None
    assert (reading.errors[0].line, reading.errors[0].column) == (2, 8)
    assert infer_text('{"a": 1}').schema == infer({"a": 1})
    assert infer_text("3").notes


def test_deep_examples_are_left_open_at_the_bottom():
    value: Any = 1
    for _ in range(60):
        value = [value]
    schema: Any = infer(value)
    depth = 0
    while "items" in schema:
        schema, depth = schema["items"], depth + 1
    assert depth == 30
