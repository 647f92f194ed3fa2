"""Violations: path and reason in plain words; and nothing fetched, nothing that hangs."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini.structured.infer import infer
from gemini.structured.validate import violations

SCHEMA = {
    "type": "object",
    "properties": {
        "total": {"type": "number", "minimum": 0},
        "lines": {
            "type": "array",
            "minItems": 2,
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"enum": ["a", "b"]},
                    "day": {"type": "string", "format": "date"},
                },
                "required": ["kind"],
            },
        },
        "who": {
            "anyOf": [
                {"type": "null"},
                {"properties": {"age": {"type": "integer"}}, "type": "object"},
            ]
        },
    },
    "required": ["total", "who"],
    "additionalProperties": False,
}


def test_each_violation_has_its_path_and_reason():
    value = {
        "total": -1,
        "lines": [{"kind": "c", "day": "31.12.2025"}],
        "extra": 1,
        "who": {"age": "ten"},
    }
    assert {(f.where, f.reason) for f in violations(value, SCHEMA)} == {
        ("$", "has more than the schema allows: “extra”."),
        ("$.total", "-1 should be at least 0."),
        ("$.lines", "has 1 item, should have at least 2."),
        ("$.lines[0].kind", '"c" is none of the allowed values: "a", "b".'),
        ("$.lines[0].day", '"31.12.2025" isn\'t a valid date.'),
        (
            "$.who",
            "fits none of the alternatives; the closest: age should be an integer, "
            'but is the string "ten".',
        ),
    }


def test_each_missing_property_is_told():
    findings = violations({"lines": [{}, {"kind": "a"}]}, SCHEMA)
    assert [(f.where, f.reason) for f in findings if "missing" in f.reason] == [
        ("$.lines[0]", "“kind” is required and missing."),
        ("$", "“total” is required and missing."),
        ("$", "“who” is required and missing."),
    ]


REASONS: list[tuple[Any, dict[str, Any], str]] = [
    (True, {"type": "integer"}, "should be an integer, but is true."),
    (None, {"type": ["string", "integer"]}, "should be a string or an integer, but is null."),
    ({}, {"type": "array"}, "should be an array, but is an object."),
    ("abc", {"maxLength": 2}, "has 3 characters, should have at most 2."),
    ("abc", {"pattern": "^b"}, "doesn't match the pattern ^b."),
    (2, {"const": 3}, "should be 3, but is the number 2."),
    (3, {"multipleOf": 2}, "3 should be a multiple of 2."),
    ([1, 1], {"uniqueItems": True}, "has an item twice; each should be there once."),
    ("x", {"format": "email"}, '"x" isn\'t a valid email.'),
    ("2026-01-31", {"format": "date-time"}, '"2026-01-31" isn\'t a valid date-time.'),
    ("25:00:00", {"format": "time"}, '"25:00:00" isn\'t a valid time.'),
    (99, {"enum": list(range(20))}, "99 is none of the 20 allowed values."),
]


@pytest.mark.parametrize(("value", "schema", "reason"), REASONS)
def test_reasons_are_plain(value: Any, schema: dict[str, Any], reason: str):
    assert [finding.reason for finding in violations(value, schema)] == [reason]


def test_formats_that_fit():
    for name, text in {
        "date": "2026-02-28",
        "date-time": "2026-02-28T10:00:00Z",
        "time": "10:00:00",
        "email": "a@example.com",
        "unknown": "anything",
    }.items():
        assert violations(text, {"format": name}) == ()


def test_references_are_never_fetched(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: Any, **__: Any):
        raise AssertionError("a schema made a request")

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    monkeypatch.setattr("socket.create_connection", refuse)
    schema = {
        "properties": {"a": {"$ref": "http://127.0.0.1:9/schema.json"}, "b": {"type": "null"}}
    }
    assert [finding.where for finding in violations({"a": 1, "b": 1}, schema)] == ["$.b"]


def test_patterns_that_would_take_forever_in_python_do_not():
    text = "a" * 5000 + "b"
    schema = {"type": "string", "pattern": "^(a+)+$"}
    assert "doesn't match" in violations(text, schema)[0].reason
    closed = {"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False}
    assert "more than the schema allows" in violations({text: 1}, closed)[0].reason
    assert violations({text[:-1]: 1}, closed) == ()


def test_names_by_a_pattern_are_held_to_its_schema():
    schema = {
        "properties": {"a": {"type": "string"}},
        "patternProperties": {"^x-": {"type": "integer"}, "(?=no)": {"type": "null"}},
        "additionalProperties": {"type": "boolean"},
    }
    assert violations({"a": "", "x-1": 1}, schema) == ()
    assert [finding.where for finding in violations({"x-1": "1"}, schema)] == ["$['x-1']"]
    # What Rust can't match may be meant by the pattern, so nothing is said of other names.
    assert violations({"y": 1}, schema) == ()
    del schema["patternProperties"]["(?=no)"]
    assert [finding.where for finding in violations({"y": 1}, schema)] == ["$.y"]
    named = {"properties": {"patternProperties": {"type": "string"}}}
    assert violations({"patternProperties": 1}, named)


@pytest.mark.parametrize("schema", [{"$ref": "#"}, {"type": "strin"}, {"items": 5}, {"enum": 5}])
def test_a_schema_that_cannot_be_applied_is_a_finding(schema: dict[str, Any]):
    assert len(violations([1], schema)) == 1


def test_not_more_than_a_person_reads():
    assert len(violations(["x"] * 1000, {"items": {"type": "integer"}})) == 200


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["a", "b", "2026-01-31", "2026-01-31T10:00:00", "a@b.co", ""]),
    lambda inner: (
        st.lists(inner, max_size=10) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_an_example_fits_the_schema_inferred_from_it(value: Any):
    assert violations(value, infer(value)) == ()
