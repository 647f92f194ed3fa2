"""Schemas from the wild, those of check-jsonschema and of generators, through every step."""

import json
from pathlib import Path
from typing import Any

import check_jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini.structured.check import check
from gemini.structured.fields import write_fields
from gemini.structured.fields_reading import read_fields
from gemini.structured.pydantic_source import read_pydantic
from gemini.structured.sending import sendable
from gemini.structured.subschemas import keywords, resolve, walk
from gemini.structured.to_pydantic import to_pydantic
from gemini.structured.validate import violations

INPUTS = Path(__file__).parents[1] / "inputs/schema"
VENDORED = Path(next(iter(check_jsonschema.__path__))) / "builtin_schemas"
TOO_LARGE = {"azure-pipelines", "renovate"}  # 5,000 and 20,000 parts
FILES = sorted([*VENDORED.rglob("*.json"), *INPUTS.glob("*.json")])


def loaded(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"))


def example(name: str) -> dict[str, Any]:
    return loaded(INPUTS / f"{name}.json")


def assert_sendable(sent: dict[str, Any]) -> None:
    """Only words the API takes, and no reference without its target."""
    taken = set(keywords()["taken"])
    for path, node in walk(sent):
        assert set(node) <= taken, path
        if "$ref" in node:
            assert isinstance(resolve(sent, node["$ref"]), dict), node
            assert all(word.startswith("$") for word in node), node
            assert node["$ref"] == "#" or node["$ref"].startswith("#/$defs/")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_real_schema_goes_through_every_step(path: Path):
    schema = loaded(path)
    report = check(schema)
    if path.stem in TOO_LARGE:
        assert "2000 parts" in report.refused[0].reason
        return
    assert report.refused == ()
    sent = sendable(schema)
    assert_sendable(sent)
    assert check(sent).refused == ()
    for value in ({}, [], "a", {"name": "a"}, {"on": "push", "jobs": {"a": {"steps": []}}}):
        if not violations(value, schema):
            assert not violations(value, sent)
    table = read_fields(schema)
    assert table.errors == ()
    assert table.table is not None
    assert write_fields(table.table).errors == ()
    module = to_pydantic(schema)
    compile(module.source, "answer.py", "exec")
    back = read_pydantic(module.source, module.root)
    assert back.errors == ()
    assert back.schema is not None
    assert_sendable(sendable(back.schema))


def test_definitions_become_defs_with_their_references():
    sent = sendable(example("schema_definitions"))
    assert sent["properties"] == {"a": {"$ref": "#/$defs/A"}}
    assert list(sent["$defs"]) == ["A"]
    assert check(example("schema_definitions")).marked == ()


@pytest.mark.parametrize(
    "name", ["schema_anyof_required", "schema_if_then", "schema_zod", "schema_pydantic_v1"]
)
def test_what_is_left_out_is_said(name: str):
    schema = example(name)
    said = {finding.where for finding in check(schema).marked}
    assert (
        said
        == {
            "schema_anyof_required": {"$.anyOf"},
            "schema_if_then": {"$.if", "$.then"},
            "schema_zod": {"$.definitions.Order.properties.id.pattern"},
            "schema_pydantic_v1": {
                "$.properties.address.allOf[0]['$ref']",
                "$.properties.home['$ref']",
            },
        }[name]
    )


def test_a_pointer_deeper_into_defs_names_something():
    schema = {
        "properties": {"a": {"$ref": "#/$defs/plugins/x"}},
        "$defs": {"plugins": {"x": {"$ref": "#/$defs/plugins/y"}, "y": {"type": "string"}}},
    }
    assert check(schema).refused == ()
    sent = sendable(schema)
    assert sent["properties"]["a"] == {"$ref": "#/$defs/x"}
    assert sent["$defs"] == {"x": {"$ref": "#/$defs/y"}, "y": {"type": "string"}}


def test_a_reference_in_such_a_place_that_names_nothing_is_refused():
    schema = {
        "properties": {"a": {"$ref": "#/$defs/plugins/x"}},
        "$defs": {"plugins": {"x": {"$ref": "#/$defs/nowhere"}}},
    }
    places = [finding.where for finding in check(schema).refused]
    assert places == ["$.properties.a['$ref']", "$['$defs'].plugins.x['$ref']"]


def test_two_definitions_of_one_name_stay_two():
    schema = {
        "prefixItems": [{"$ref": "#/definitions/A"}, {"$ref": "#/$defs/A"}],
        "definitions": {"A": {"type": "string"}},
        "$defs": {"A": {"type": "integer"}},
    }
    sent = sendable(schema)
    assert sent["prefixItems"] == [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/A_2"}]
    assert sent["$defs"] == {"A": {"type": "string"}, "A_2": {"type": "integer"}}


def test_all_of_is_merged():
    assert sendable(example("schema_allof")) == {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
        "required": ["b"],
        "propertyOrdering": ["a", "b"],
    }
    assert check(example("schema_allof")).marked == ()


def test_a_recursive_reference_in_all_of_ends():
    schema = {
        "$defs": {
            "N": {
                "type": "object",
                "properties": {"next": {"allOf": [{"$ref": "#/$defs/N"}, {"required": ["x"]}]}},
            }
        },
        "$ref": "#/$defs/N",
    }
    sent = sendable(schema)
    assert_sendable(sent)
    assert any("leads back" in finding.reason for finding in check(schema).marked)


def test_a_constant_is_an_enum_of_one_with_its_type():
    sent = sendable(example("schema_const_union"))
    kinds = [option["properties"]["kind"] for option in sent["oneOf"]]
    assert kinds == [{"enum": ["cat"], "type": "string"}, {"enum": ["dog"], "type": "string"}]
    assert check(example("schema_const_union")).marked == ()


def test_a_closed_tuple_ends_with_its_places():
    schema = example("schema_tuple")
    assert sendable(schema) == {
        "type": "array",
        "prefixItems": [{"type": "number"}, {"type": "string"}],
        "minItems": 2,
        "maxItems": 2,
    }
    assert "tuple[float, str]" in to_pydantic(schema).source
    older = {"type": "array", "items": schema["prefixItems"], "additionalItems": False}
    older["$schema"] = "http://json-schema.org/draft-07/schema#"
    assert sendable(older)["maxItems"] == 2
    assert violations([1, 2], older)


def test_words_beside_a_reference_are_left_out_or_merged():
    assert sendable(example("schema_ref_description"))["properties"]["home"] == {
        "$ref": "#/$defs/Addr"
    }
    narrowed = {"$ref": "#/$defs/A", "required": ["a"], "$defs": {"A": {"properties": {"a": {}}}}}
    assert sendable(narrowed) == {"properties": {"a": {}}, "required": ["a"]}


def test_names_by_a_pattern_are_further_properties():
    schema = {
        "type": "object",
        "patternProperties": {"^x-": {"type": "string"}},
        "additionalProperties": False,
    }
    assert sendable(schema)["additionalProperties"] == {"type": "string"}
    assert sendable(schema | {"additionalProperties": True}) == {"type": "object"}


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
SMALL = st.sampled_from(
    [
        TEXT,
        NUMBER,
        {"const": "a"},
        {"const": True},
        {"enum": ["a", 1, None]},
        {"type": "number", "exclusiveMinimum": 1},
        {"type": "integer", "exclusiveMaximum": 1},
        {"type": "array", "items": False},
        {"type": "array", "prefixItems": [TEXT], "items": False},
        {"type": "array", "prefixItems": [TEXT], "items": NUMBER, "minItems": 1},
        {"properties": {"a": TEXT}, "required": ["a"]},
        {"properties": {"a": {"const": "a"}, "b": False}},
        {"properties": {"a": {}}, "additionalProperties": False},
        {"patternProperties": {"^b": TEXT}, "additionalProperties": False},
        {"patternProperties": {"^b": TEXT, "a": NUMBER}, "additionalProperties": False},
        {"additionalProperties": NUMBER},
        {"required": ["b"]},
        {"not": {"type": "null"}},
        True,
        {"$ref": "#/$defs/A"},
        {"$ref": "#/$defs/B", "required": ["a"]},
        {"$ref": "#"},
    ]
)
SCHEMAS = st.recursive(
    SMALL,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda options: {"allOf": options}),
        st.lists(inner, min_size=1, max_size=3).map(lambda options: {"anyOf": options}),
        st.tuples(inner, inner).map(lambda two: {"allOf": [two[0]], "properties": {"b": two[1]}}),
        inner.map(lambda one: {"type": "object", "properties": {"a": one}}),
        inner.map(lambda one: {"type": "array", "items": one}),
    ),
    max_leaves=6,
)
LEAVES = st.sampled_from([None, True, 0, 1, 2, 1.5, "a", "b"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)


@settings(max_examples=100, deadline=None)
@given(SCHEMAS, SCHEMAS, st.lists(VALUES, min_size=5, max_size=5))
def test_what_is_sent_allows_all_that_the_schema_allows(root: Any, target: Any, values: list[Any]):
    schema = {"allOf": [root], "$defs": {"A": target, "B": {"properties": {"b": TEXT}}}}
    if not check(schema).ok:  # a reference that leads only to itself, say
        return
    sent = sendable(schema)
    assert_sendable(sent)
    for value in values:
        if not violations(value, schema):
            assert not violations(value, sent), (value, sent)
