"""What is refused, what is marked, and where."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini.structured.check import check
from gemini.structured.infer import infer
from gemini.structured.text import place, read_text

TEXT = {"type": "string"}


def nested(depth: int, **keywords: Any) -> dict[str, Any]:
    schema: dict[str, Any] = TEXT
    for _ in range(depth):
        schema = {"type": "array", "items": schema, **keywords}
    return schema


def doubling(levels: int) -> dict[str, Any]:
    """Each definition names the next one twice: small as text, 2^levels written out."""
    definitions: dict[str, Any] = {
        f"d{n}": {"type": "object", "properties": {k: {"$ref": f"#/$defs/d{n + 1}"} for k in "ab"}}
        for n in range(levels)
    }
    return {"$ref": "#/$defs/d0", "$defs": definitions | {f"d{levels}": TEXT}}


def recursive(required: bool) -> dict[str, Any]:
    node = {
        "type": "object",
        "properties": {"next": {"$ref": "#/$defs/N"}},
        "required": ["next"] if required else [],
    }
    return {"$ref": "#/$defs/N", "$defs": {"N": node}}


REFUSED: list[tuple[Any, str, str]] = [
    ({"type": "array", "minItems": 5, "maxItems": 2}, "$.minItems", "nothing fits both"),
    ({"type": "integer", "minimum": 3, "maximum": 2}, "$.minimum", "nothing fits both"),
    ({"type": "integer", "minimum": 0.2, "maximum": 0.8}, "$.minimum", "no whole number"),
    ({"type": "string", "minLength": 3, "maxLength": 2}, "$.minLength", "nothing fits both"),
    ({"enum": []}, "$.enum", "empty"),
    ({"type": "string", "enum": [1, 2]}, "$.enum", "None of the enum's values"),
    ({"properties": {"a": TEXT}, "propertyOrdering": "a"}, "$.propertyOrdering", "a list"),
    ({"properties": {"a": False}, "required": ["a"]}, "$.properties", "false"),
    ({"type": "array", "items": False, "minItems": 1}, "$.items", "false"),
    ({"type": "STRING"}, "$.type", "written “string”"),
    ({"properties": {"a": {"type": "text"}}}, "$.properties.a.type", "isn't a type"),
    ({"type": "array", "minItems": "3"}, "$.minItems", 'the string "3"'),
    ({"type": "array", "minItems": -1}, "$.minItems", "at least 0"),
    ({"properties": {"type": 5}}, "$.properties.type", "should be an object or a boolean"),
    ({"minimum": float("nan")}, "$.minimum", "finite"),
    ([1], "$", "is an object"),
    ({"$ref": "#/$defs/Nowhere"}, "$['$ref']", "names nothing"),
    ({"$defs": {"A": {"$ref": "#/$defs/A"}}, "$ref": "#/$defs/A"}, "$['$ref']", "itself"),
    (doubling(30), "$", "too large"),
    ({"properties": {str(n): TEXT for n in range(3000)}}, "$", "more than 2000 parts"),
]


@pytest.mark.parametrize(("schema", "where", "reason"), REFUSED)
def test_what_cannot_work_is_refused_with_path_and_reason(schema: Any, where: str, reason: str):
    report = check(schema)
    assert not report.ok
    assert any(finding.where == where and reason in finding.reason for finding in report.refused), (
        report
    )


@pytest.mark.parametrize("depth", [33, 500, 20_000])
def test_deep_nesting_is_refused(depth: int):
    report = check(nested(depth))
    assert "32 levels" in report.refused[0].reason


def test_a_long_chain_of_references_is_refused_and_does_not_exhaust_the_stack():
    definitions = {f"d{n}": {"items": {"$ref": f"#/$defs/d{n + 1}"}} for n in range(900)}
    report = check({"$ref": "#/$defs/d0", "$defs": definitions | {"d900": TEXT}})
    assert not report.ok


def test_a_value_nested_deeply_in_an_enum_is_refused():
    value: Any = 1
    for _ in range(5000):
        value = [value]
    assert not check({"enum": [value]}).ok


MARKED: list[tuple[dict[str, Any], str, str]] = [
    ({"type": "object", "properties": {"a": TEXT}, "required": ["b"]}, "$.required", "“b”"),
    ({"properties": {"a": TEXT}, "propertyOrdering": ["b"]}, "$.propertyOrdering", "“b”"),
    ({"type": "string", "pattern": "a+"}, "$.pattern", "“pattern”"),
    ({"properties": {"a": {"const": {}}}}, "$.properties.a.const", "strings and numbers"),
    ({"properties": {"a": {"const": True}}}, "$.properties.a.const", "can't be told [true]"),
    ({"$ref": "https://example.com/a.json"}, "$['$ref']", "another document"),
    ({"type": "object", "properties": {"a": TEXT}, "$schema": "x"}, "$['$schema']", "$schema"),
    ({"type": "array"}, "$.type", "without items"),
    ({"type": "object"}, "$.type", "without properties"),
    ({"enum": [True]}, "$.enum", "can't be told [true]"),
    ({"enum": [{"a": 1}]}, "$.enum", "strings and numbers"),
    ({"type": "string", "enum": ["a", 1]}, "$.enum", "isn't of the type"),
    ({"enum": [str(n) for n in range(300)]}, "$.enum", "many"),
    ({"type": "array", "items": TEXT, "maxItems": 5000}, "$.maxItems", "costly"),
    (recursive(required=False), "$['$defs'].N.properties.next['$ref']", "back to itself"),
    (recursive(required=True), "$['$defs'].N.properties.next['$ref']", "that aren't required"),
    ({"enum": [str(n) for n in range(3000)]}, "$.enum", "many"),
    ({"type": "array", "items": TEXT, "maxItems": 10**9}, "$.maxItems", "costly"),
    (
        {"properties": {"a": {"$ref": "#/$defs/A", "description": "x"}}, "$defs": {"A": TEXT}},
        "$.properties.a['$ref']",
        "nothing beside",
    ),
]


@pytest.mark.parametrize(("schema", "where", "reason"), MARKED)
def test_what_the_api_does_not_take_is_marked_only(schema: dict[str, Any], where: str, reason: str):
    report = check(schema)
    assert report.ok, report.refused
    assert any(finding.where == where and reason in finding.reason for finding in report.marked), (
        report
    )


def test_a_property_may_be_called_like_a_keyword():
    names = ["pattern", "type", "enum", "$ref", "required", "minItems", "properties"]
    report = check({"type": "object", "properties": dict.fromkeys(names, TEXT), "required": names})
    assert (report.refused, report.marked) == ((), ())


def test_findings_are_placed_in_the_text():
    text = (
        '{\n  "type": "array",\n  "items": {\n    "pattern": "x"},\n  "minItems": 5, "maxItems": 2}'
    )
    schema = read_text(text).schema
    assert schema is not None
    report = check(schema)
    places = {f.where: (f.line, f.column) for f in place(text, report.refused + report.marked)}
    assert places == {"$.minItems": (5, 3), "$.items.pattern": (4, 5)}


KEYWORDS = ["type", "items", "properties", "required", "enum", "minItems", "maxItems", "anyOf", "a"]
KEYWORDS += ["$ref", "$defs", "propertyOrdering", "minimum", "const", "oneOf"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(KEYWORDS),
            inner | st.sampled_from(["string", "object", "array", "#", "#/$defs/a", ["a"]]),
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_checking_anything_gives_a_report(schema: Any):
    report = check(schema)
    for finding in (*report.refused, *report.marked):
        assert finding.reason
        assert finding.where.startswith("$")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=15,
)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_what_is_inferred_from_an_example_can_be_sent(value: Any):
    assert check(infer(value)).ok


def test_the_bomb_of_a_thousand_lists_is_refused_quickly_as_text_too():
    text = json.dumps(nested(200, minItems=3))
    schema = read_text(text).schema
    assert schema is not None
    assert not check(schema).ok
