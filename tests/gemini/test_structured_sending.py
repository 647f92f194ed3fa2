"""What the request's config gets: JSON mode, enum mode, the OpenAPI form."""

from typing import Any

import pytest
from google.genai import _transformers, types

from gemini.structured.check import check
from gemini.structured.gallery import gallery
from gemini.structured.openapi import to_openapi
from gemini.structured.sending import enum_choices, enum_mode, json_mode, sendable
from gemini.structured.subschemas import keywords, walk

TEXT = {"type": "string"}


def test_only_what_the_api_takes_is_sent_with_the_order_spelled_out():
    schema = {
        "$schema": "x",
        "type": "object",
        "properties": {
            "z": {"type": "string", "pattern": "a"},
            "pattern": {"type": "object", "properties": {"b": TEXT, "a": TEXT}, "default": {}},
        },
        "$defs": {"unused": TEXT},
    }
    assert sendable(schema) == {
        "type": "object",
        "properties": {
            "z": TEXT,
            "pattern": {
                "type": "object",
                "properties": {"b": TEXT, "a": TEXT},
                "propertyOrdering": ["b", "a"],
            },
        },
        "propertyOrdering": ["z", "pattern"],
    }
    assert "$schema" in schema


def test_an_order_that_is_given_stays():
    schema = {"properties": {"a": TEXT, "b": TEXT}, "propertyOrdering": ["b", "a"]}
    assert sendable(schema) == schema


@pytest.mark.parametrize("sample", gallery(), ids=lambda sample: sample.key)
def test_the_sdk_takes_both_forms_of_the_gallery(sample: Any):
    config = types.GenerateContentConfig(**json_mode(sample.schema))
    assert config.response_mime_type == "application/json"
    taken = set(keywords()["taken"])
    assert all(set(node) <= taken for _, node in walk(sendable(sample.schema)))
    older = to_openapi(sample.schema)
    assert older is not None
    assert isinstance(_transformers.t_schema(None, older), types.Schema)


def test_enum_mode_is_what_the_sdk_takes():
    config = types.GenerateContentConfig(**enum_mode(["yes", "no"]))
    assert config.response_mime_type == "text/x.enum"
    schema = _transformers.t_schema(None, config.response_schema)
    assert schema is not None
    assert (schema.type, schema.enum) == (types.Type.STRING, ["yes", "no"])
    for wrong in ([], ["a", "a"]):
        with pytest.raises(ValueError, match="only once"):
            enum_mode(wrong)


def test_a_schema_that_is_one_enum_of_texts_can_use_enum_mode():
    assert enum_choices({"type": "string", "enum": ["a", "b"]}) == ["a", "b"]
    assert enum_choices({"enum": ["a"]}) == ["a"]
    assert enum_choices({"type": "integer", "enum": [1]}) is None
    assert enum_choices({"enum": ["a", 1]}) is None
    assert enum_choices({"type": "object"}) is None


def test_the_openapi_form():
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": ["string", "null"], "enum": ["x", None], "description": "d"},
            "b": {"anyOf": [{"$ref": "#/$defs/B"}, {"type": "null"}]},
            "c": {"oneOf": [TEXT, {"type": "integer"}]},
            "d": {"const": "only"},
        },
        "required": ["a"],
        "additionalProperties": False,
        "$defs": {"B": {"type": "array", "items": {"type": "number"}, "maxItems": 3}},
    }
    older = to_openapi(schema)
    assert older == {
        "type": "OBJECT",
        "properties": {
            "a": {"type": "STRING", "nullable": True, "enum": ["x"], "description": "d"},
            "b": {"type": "ARRAY", "nullable": True, "items": {"type": "NUMBER"}, "maxItems": 3},
            "c": {"anyOf": [{"type": "STRING"}, {"type": "INTEGER"}]},
            "d": {"type": "STRING", "enum": ["only"]},
        },
        "required": ["a"],
        "propertyOrdering": ["a", "b", "c", "d"],
    }
    types.Schema.model_validate(older)


UNSAYABLE: list[dict[str, Any]] = [
    {"type": "object", "additionalProperties": TEXT},
    {"type": "array", "prefixItems": [TEXT]},
    {"type": "integer", "enum": [1, 2]},
    {"type": ["string", "integer"]},
    {"type": "object", "properties": {"a": True}},
    {"type": "array", "items": {"$ref": "#"}},
    {"type": "array", "minItems": 2, "maxItems": 1},
]


@pytest.mark.parametrize("schema", UNSAYABLE, ids=str)
def test_what_the_openapi_form_cannot_say_is_not_said_in_it(schema: dict[str, Any]):
    assert to_openapi(schema) is None


def test_the_keywords_are_those_the_sdk_documents():
    described = types.GenerateContentConfig.model_fields["response_json_schema"].description or ""
    for word in keywords()["taken"]:
        assert f"`{word}`" in described, word
    assert check({"type": "string"}).marked == ()
