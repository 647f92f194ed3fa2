"""Schemas that other products stumbled over, by their numbers in the list of public reports."""

import json
from typing import Any

import pytest
from google.genai import types

from gemini.api.connect import Target
from gemini.codegen.javascript import javascript
from gemini.codegen.python import python
from gemini.request import Request
from gemini.structured.check import check
from gemini.structured.fields import write_fields
from gemini.structured.fields_reading import read_fields
from gemini.structured.infer import infer
from gemini.structured.openapi import to_openapi
from gemini.structured.pydantic_source import read_pydantic
from gemini.structured.sending import json_mode, sendable
from gemini.structured.subschemas import inline
from gemini.structured.to_pydantic import to_pydantic
from gemini.structured.validate import violations
from gemini.tools.declarations import sent
from gemini.tools.declarations_text import read_declarations

TEXT = {"type": "string"}


def from_python(source: str) -> dict[str, Any]:
    reading = read_pydantic(source)
    assert reading.errors == ()
    assert reading.schema is not None
    return reading.schema


BOOK = {
    "type": "object",
    "title": "Book",
    "properties": {
        "title": TEXT,
        "type": {"type": "string", "enum": ["novel", "atlas"]},
        "properties": {
            "type": "object",
            "properties": {"default": {"type": "number"}},
            "required": ["default"],
        },
        "enum": {"type": "integer"},
        "$ref": TEXT,
    },
    "required": ["title", "type", "properties", "$ref"],
}


def test_33_properties_may_be_called_like_keywords() -> None:
    names = list(BOOK["properties"])
    assert check(BOOK).marked == check(BOOK).refused == ()
    assert sendable(BOOK) == BOOK | {"propertyOrdering": names}
    assert inline(BOOK) == (BOOK, ())
    response = to_openapi(BOOK)
    assert response is not None
    assert (list(response["properties"]), response["required"]) == (names, BOOK["required"])
    table = read_fields(BOOK).table
    assert table is not None
    assert write_fields(table).schema == BOOK
    module = to_pydantic(BOOK)
    assert list(from_python(module.source)["properties"]) == names
    answer = {"title": "a", "type": "novel", "properties": {"default": 1}, "enum": 1, "$ref": "x"}
    assert list(infer(answer)["properties"]) == names
    assert violations(answer, BOOK) == ()
    assert violations(answer | {"$ref": 1}, BOOK)
    contents = [{"role": "user", "parts": [{"text": "Go"}]}]
    request = Request("gemini-2.5-flash", contents, json_mode(BOOK))
    for code in (python(request, Target("gemini")), javascript(request, Target("gemini"))):
        assert all(f"{name}" in code for name in names)


def test_34_words_beside_a_reference_are_named_and_not_sent() -> None:
    reference = {"$ref": "#/$defs/Addr"}
    schema = {
        "type": "object",
        "properties": {
            "home": reference | {"description": "where", "title": "Home"},
            "work": reference | {"default": None},
        },
        "$defs": {"Addr": {"type": "object", "properties": {"city": TEXT}}},
    }
    assert sendable(schema)["properties"] == {"home": reference, "work": reference}
    said = [finding.reason for finding in check(schema).marked]
    assert any("description, title" in reason for reason in said)
    assert any("default" in reason for reason in said)
    tool = {"name": "f", "parametersJsonSchema": schema}
    (declaration,) = read_declarations(json.dumps(tool)).declarations
    assert sent(declaration)["parameters_json_schema"]["properties"]["home"] == reference


GUESTS = """
class Guest(BaseModel):
    name: str
    plus_one: "Guest | None" = None
    table: Optional["Table"] = None

class Table(BaseModel):
    guests: list[Guest]

class Party(BaseModel):
    host: Guest
"""


def test_35_circles_of_references_are_sent_with_what_they_name() -> None:
    schema = from_python(GUESTS)
    report = check(schema)
    assert report.refused == ()
    assert sum("back to itself" in finding.reason for finding in report.marked) == 3
    reduced = sendable(schema)
    assert reduced["properties"]["host"] == {"$ref": "#/$defs/Guest"}
    assert sorted(reduced["$defs"]) == ["Guest", "Table"]
    table = read_fields(schema)
    assert table.errors == ()
    module = to_pydantic(schema)
    assert sorted(from_python(module.source)["$defs"]) == ["Guest", "Table"]
    guest = schema["$defs"]["Guest"]
    guest["properties"]["plus_one"] = {"$ref": "#/$defs/Guest"}
    guest["required"] = ["name", "plus_one"]
    assert "aren't required" in check(schema).marked[-1].reason


PETS = """
class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int

class Dog(BaseModel):
    kind: Literal["dog"]
    tricks: list[str]

class Pet(BaseModel):
    animal: Annotated[Cat | Dog, Field(discriminator="kind")]
"""
AS_PYDANTIC_WRITES_IT = {
    "$defs": {
        "Cat": {
            "properties": {
                "kind": {"const": "cat", "type": "string"},
                "lives": {"type": "integer"},
            },
            "required": ["kind", "lives"],
            "type": "object",
        },
        "Dog": {
            "properties": {"kind": {"const": "dog"}, "tricks": {"type": "array", "items": TEXT}},
            "required": ["kind", "tricks"],
            "type": "object",
        },
    },
    "properties": {
        "animal": {
            "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/$defs/Cat"}},
            "oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}],
        }
    },
    "required": ["animal"],
    "type": "object",
}


@pytest.mark.parametrize("source", ["Pydantic", "JSON Schema"])
def test_37_a_tagged_union_stays_one(source: str) -> None:
    schema = from_python(PETS) if source == "Pydantic" else AS_PYDANTIC_WRITES_IT
    assert check(schema).refused == ()
    reduced = sendable(schema)
    animal = reduced["properties"]["animal"]
    union = animal.get("oneOf") or animal["anyOf"]
    options = [reduced["$defs"][o["$ref"][8:]] if "$ref" in o else o for o in union]
    assert [option["type"] for option in options] == ["object", "object"]
    kinds = [option["properties"]["kind"] for option in options]
    assert [(kind["type"], kind["enum"]) for kind in kinds] == [
        ("string", ["cat"]),
        ("string", ["dog"]),
    ]
    for judge in (schema, reduced):
        assert violations({"animal": {"kind": "cat", "lives": 9}}, judge) == ()
        assert violations({"animal": "cat"}, judge)


def test_38_enums_of_numbers_are_numbers_or_refused_in_words() -> None:
    schema = {
        "type": "object",
        "properties": {
            "stars": {"type": "integer", "enum": [1, 2, 3]},
            "on": {"enum": [True, False]},
            "mixed": {"enum": [1, "auto", None]},
        },
        "required": ["stars"],
    }
    assert check(schema).refused == check(schema).marked == ()
    assert sendable(schema)["properties"] == {
        "stars": {"type": "integer", "enum": [1, 2, 3]},
        "on": {"type": "boolean"},
        "mixed": {"enum": [1, "auto", None]},
    }
    assert to_openapi(schema) is None
    assert violations({"stars": "2"}, schema)
    assert violations({"stars": 2}, schema) == ()
    level = "class Level(IntEnum):\n    LOW = 1\n    HIGH = 2\nclass A(BaseModel):\n    at: Level\n"
    assert from_python(level)["properties"]["at"] == {"type": "integer", "enum": [1, 2]}
    (declaration,) = read_declarations(
        json.dumps({"name": "rate", "parametersJsonSchema": schema})
    ).declarations
    assert sent(declaration)["parameters_json_schema"] == sendable(schema)


def test_39_a_union_with_null_and_more_types() -> None:
    source = (
        "class Row(BaseModel):\n    code: str | int | None = None\n"
        "    tags: list[str] | None\n    note: Optional[Literal['a', 'b']]\n"
    )
    schema = from_python(source)
    code = sendable(schema)["properties"]["code"]
    assert code == {"anyOf": [TEXT, {"type": "integer"}, {"type": "null"}]}
    openapi = to_openapi(schema)
    assert openapi is not None
    assert openapi["properties"]["code"] == {
        "anyOf": [{"type": "STRING"}, {"type": "INTEGER"}],
        "nullable": True,
    }
    types.Schema.model_validate(openapi)


def test_41_the_order_of_properties_is_sent_at_every_level_for_tools_too() -> None:
    step = {"type": "object", "properties": {"why": TEXT, "result": TEXT}}
    steps = {"type": "array", "items": step}
    schema = {
        "type": "object",
        "properties": {"reasoning": TEXT, "answer": TEXT, "steps": steps},
    }
    for reduced in (
        sendable(schema),
        sent({"name": "f", "parameters_json_schema": schema})["parameters_json_schema"],
    ):
        assert reduced["propertyOrdering"] == ["reasoning", "answer", "steps"]
        inside = reduced["properties"]["steps"]["items"]
        assert inside["propertyOrdering"] == ["why", "result"]
    moved = schema | {"properties": dict(reversed(schema["properties"].items()))}
    assert sendable(moved)["propertyOrdering"] == ["steps", "answer", "reasoning"]


def test_42_formats_the_api_does_not_name_are_left_out_with_a_word() -> None:
    properties = {
        "site": {"type": "string", "format": "uri"},
        "mail": {"type": "string", "format": "email"},
        "n": {"type": "integer", "format": "uint8"},
        "on": {"type": "string", "format": "date-time"},
    }
    schema = {"type": "object", "properties": properties}
    assert [finding.where for finding in check(schema).marked] == [
        "$.properties.site.format",
        "$.properties.n.format",
    ]
    properties = sendable(schema)["properties"]
    assert [one.get("format") for one in properties.values()] == [None, "email", None, "date-time"]
    older = to_openapi(schema)
    assert older is not None
    formats = [one.get("format") for one in older["properties"].values()]
    assert formats == [None, None, None, "date-time"]
    source = "class A(BaseModel):\n    a: HttpUrl\n    b: UUID\n    c: Decimal\n    d: timedelta\n"
    kinds = [one["type"] for one in sendable(from_python(source))["properties"].values()]
    assert kinds == ["string", "string", "number", "string"]
