"""Schemas as text: errors at line and column, in words."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemini.structured.check import check
from gemini.structured.text import parse_json, place, positions, read_text, write_text

ERRORS = [
    ('{"a": 1,}', 1, 8, "comma too many"),
    ('{"a": [1,\n\n]}', 1, 9, "comma too many"),
    ('{"a": }', 1, 7, "value is missing"),
    ('{\n  "a" 1\n}', 2, 7, "colon is missing"),
    ("{'a': 1}", 1, 2, "double quotes"),
    ('{"a": True}', 1, 7, "true in lower case"),
    ('{"a": None}', 1, 7, "writes null"),
    ('{"a": 1\n "b": 2}', 2, 2, "comma or a closing bracket"),
    ('{"a": [1, 2}', 1, 12, "doesn't match"),
    ('{"type": "object"', 1, 18, "closing bracket is missing"),
    ('{"a": "x', 1, 7, "no closing double quote"),
    ('{"a": "x\ny"}', 1, 9, "line break"),
    ('{"a": "\\x"}', 1, 8, "backslash"),
    ('{"a": 1} {"b": 2}', 1, 10, "only one"),
    ('{"a": // why\n 1}', 1, 7, "no comments"),
    ("{“a”: 1}", 1, 2, "typographic"),
    ('{\n "a": NaN}', 2, 7, "isn't a JSON number"),
    ('{"a": 1,\n "b": {"c": 1, "c": 2}}', 2, 16, "“c” is there twice"),
    ("", 1, 1, "nothing here"),
    ("[1]", 1, 1, "is an object"),
    ("[" * 100_000, 1, 1, "nested too deeply"),
    (f'{{"a": {"9" * 5000}}}', 1, 1, "digits"),
]


@pytest.mark.parametrize(("text", "line", "column", "said"), ERRORS)
def test_errors_have_a_place_and_plain_words(text: str, line: int, column: int, said: str):
    reading = read_text(text)
    assert reading.schema is None
    (error,) = reading.errors
    assert said in error.reason
    assert (error.line, error.column) == (line, column)


def test_order_survives_text():
    schema = {"type": "object", "properties": {"z": {}, "a": {}, "é": {}}, "required": ["z"]}
    text = write_text(schema)
    assert read_text(text).schema == schema
    assert json.dumps(read_text(text).schema) == json.dumps(schema)
    assert "é" in text


@given(st.text(alphabet="{}[]\":,\\ \n1aeE-.+tfn“'/u", max_size=40))
def test_parsing_never_raises(text: str):
    value, error = parse_json(text)
    assert error is None or value is None
    assert error is None or (error.line or 0) >= 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    below: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        below = list(value.items())
    elif isinstance(value, list):
        below = list(enumerate(value))
    return {path}.union(*(paths(child, (*path, step)) for step, child in below))


@given(VALUES, st.sampled_from([None, 0, 2]), st.booleans())
def test_every_part_of_a_text_has_its_place(value: Any, indent: int | None, ascii_only: bool):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    places = positions(text)
    assert places.keys() == paths(value)
    lines = text.split("\n")
    for path, at in places.items():
        rest = lines[at.line - 1][at.column - 1 :]
        if path and isinstance(path[-1], str):
            assert rest.startswith(json.dumps(path[-1], ensure_ascii=ascii_only))


def test_a_fenced_schema_is_read_with_its_lines():
    text = 'So:\n```json\n{"type": "array",\n "minItems": 2, "maxItems": 1}\n```\n'
    schema = read_text(text).schema
    assert schema == {"type": "array", "minItems": 2, "maxItems": 1}
    assert place(text, check(schema).refused)[0].line == 4
    assert read_text('{"description": "```"}').schema == {"description": "```"}


def test_the_spelling_of_openapi_is_read_as_json_schema():
    text = """{"type": "OBJECT", "properties": {
      "type": {"type": "STRING", "format": "enum", "enum": ["OBJECT"], "nullable": true},
      "tags": {"type": "ARRAY", "items": {"type": "INTEGER"}, "maxItems": "3"},
      "other": {"anyOf": [{"type": "STRING"}, {"type": "NUMBER"}], "nullable": true}}}"""
    reading = read_text(text)
    assert "OpenAPI" in reading.notes[0].reason
    assert reading.schema == {
        "type": "object",
        "properties": {
            "type": {"type": ["string", "null"], "enum": ["OBJECT", None]},
            "tags": {"type": "array", "items": {"type": "integer"}, "maxItems": 3},
            "other": {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "null"}]},
        },
    }
    assert read_text('{"type": "string"}').notes == ()
