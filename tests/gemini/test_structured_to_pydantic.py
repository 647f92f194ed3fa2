"""Generated Pydantic source: run, and asked for its own schema; read back, and compared."""

import sys
import types
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from gemini.structured.check import check
from gemini.structured.gallery import gallery
from gemini.structured.pydantic_source import read_pydantic
from gemini.structured.subschemas import inline
from gemini.structured.to_pydantic import to_pydantic

SAMPLES = {sample.key: sample for sample in gallery()}


def run(source: str, name: str) -> type[BaseModel]:
    module = types.ModuleType(f"generated_{abs(hash(source))}")
    sys.modules[module.__name__] = module
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(source, "generated", "exec"), module.__dict__)
    return getattr(module, name)


def said(schema: Any, optional: bool = False) -> Any:
    """What a schema says, however it says it: references written out, titles aside, null as a
    type, and null allowed where a property may be left out (Pydantic can't tell these apart)."""
    node = {k: v for k, v in schema.items() if k not in {"title", "$defs", "propertyOrdering"}}
    kinds = {"null"} if optional else set()
    while len(plain := [o for o in node.get("anyOf", []) if o.get("type") != "null"]) == 1:
        kinds |= {"null"} if len(node.pop("anyOf")) > 1 else set()
        node = {k: v for k, v in plain[0].items() if k != "title"} | node
    if plain:
        kinds |= {"null"} if len(plain) < len(node["anyOf"]) else set()
        node["anyOf"] = [said(option) for option in plain]
    types_of = node.pop("type", [])
    kinds |= set(types_of) if isinstance(types_of, list) else {types_of}
    if node.get("default", ...) is None:
        del node["default"]
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if "enum" in node:
        node["enum"] = [value for value in node["enum"] if value is not None]
    if "properties" in node:
        required = node.pop("required", [])
        node["properties"] = [
            (name, name in required, said(child, name not in required))
            for name, child in node["properties"].items()
        ]
    for word in ("items", "additionalProperties"):
        if isinstance(node.get(word), dict):
            node[word] = said(node[word])
    if "prefixItems" in node:
        node["prefixItems"] = [said(child) for child in node["prefixItems"]]
    if node.get("additionalProperties", False) in (True, {}):
        del node["additionalProperties"]
    if node.get("items", ...) == {}:
        del node["items"]
    return node | ({"type": sorted(kinds)} if kinds else {})


def written_out(schema: dict[str, Any]) -> dict[str, Any]:
    return inline(schema)[0]


@pytest.mark.parametrize("key", SAMPLES)
def test_the_gallery_as_classes_says_the_same(key: str):
    sample = SAMPLES[key]
    module = to_pydantic(sample.schema, sample.title)
    assert module.notes == ()
    model = run(module.source, module.root)
    assert said(written_out(model.model_json_schema())) == said(sample.schema)
    model.model_validate(sample.example)


@pytest.mark.parametrize("key", SAMPLES)
def test_the_gallery_as_classes_reads_back(key: str):
    module = to_pydantic(SAMPLES[key].schema)
    reading = read_pydantic(module.source, module.root)
    assert reading.errors == ()
    assert reading.schema is not None
    assert said(reading.schema) == said(SAMPLES[key].schema)


def test_a_recursive_schema_makes_classes_that_work():
    node = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
            "twin": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
        },
        "required": ["name"],
    }
    schema = {"$ref": "#/$defs/Node", "$defs": {"Node": node}}
    module = to_pydantic(schema)
    model = run(module.source, module.root)
    tree = {"name": "a", "children": [{"name": "b"}], "twin": {"name": "c"}}
    assert model.model_validate(tree).model_dump(exclude_none=True) == tree
    with pytest.raises(ValidationError):
        model.model_validate({"name": "a", "children": [{"nam": "b"}]})


def test_names_that_python_or_pydantic_keep_for_themselves_get_an_alias():
    names = ["class", "list", "model_dump", "json", "two words", "1st", "_x", "x", "é", "Any", "A"]
    schema = {
        "type": "object",
        "title": "A",
        "properties": {name: {"type": "array", "items": {"type": "string"}} for name in names},
        "required": names,
    }
    module = to_pydantic(schema)
    model = run(module.source, module.root)
    assert list(model.model_json_schema()["properties"]) == names
    value = {name: ["v"] for name in names}
    assert model.model_validate(value).model_dump(by_alias=True) == value


HOSTILE = st.text(alphabet='"\'\\\n\r\t{}()#;\x00\u2028é ax"', max_size=12)


@settings(max_examples=60, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_nothing_in_a_schema_becomes_code(name: str, description: str, value: str):
    schema = {
        "type": "object",
        "title": description,
        "description": description,
        "properties": {name: {"type": "string", "description": value, "enum": [value, "b"]}},
        "required": [name],
    }
    model = run((module := to_pydantic(schema)).source, module.root)
    field = model.model_json_schema()["properties"][name]
    assert field["enum"] == list(dict.fromkeys([value, "b"]))
    assert field.get("description", "") == value


@st.composite
def schemas(draw: st.DrawFn, depth: int = 3) -> dict[str, Any]:
    kind = draw(st.sampled_from(["string", "integer", "number", "boolean", "array", "object"]))
    if kind in {"array", "object"} and depth == 0:
        kind = "string"
    schema: dict[str, Any] = {"type": kind}
    if draw(st.booleans()):
        schema["description"] = draw(st.sampled_from(["One line.", "Two\nlines.", 'A "quote"']))
    if kind == "string":
        schema |= draw(
            st.sampled_from([{}, {"enum": ["a", "b c"]}, {"format": "date"}, {"format": "email"}])
        )
    if kind in {"integer", "number"} and draw(st.booleans()):
        schema |= {"minimum": draw(st.integers(-3, 3)), "maximum": draw(st.integers(4, 9))}
    if kind == "array":
        schema["items"] = draw(schemas(depth=depth - 1))
        schema |= draw(st.sampled_from([{}, {"minItems": 1}, {"minItems": 0, "maxItems": 3}]))
    if kind == "object":
        names = draw(
            st.lists(
                st.sampled_from(["a", "b", "list", "date", "Items", "x-y"]), unique=True, min_size=1
            )
        )
        schema["properties"] = {name: draw(schemas(depth=depth - 1)) for name in names}
        required = [name for name in names if draw(st.booleans())]
        schema |= {"required": required} if required else {}
    if draw(st.integers(0, 4)) == 0:
        schema["type"] = [kind, "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema


@settings(max_examples=60, deadline=None)
@given(schemas())
def test_any_schema_as_classes_says_the_same_and_reads_back(schema: dict[str, Any]):
    assert check(schema).ok
    module = to_pydantic(schema)
    model = run(module.source, module.root)
    assert said(written_out(model.model_json_schema())) == said(schema)
    reading = read_pydantic(module.source, module.root)
    assert reading.errors == ()
    assert reading.schema is not None
    assert said(reading.schema) == said(schema)


def test_what_classes_cannot_say_is_noted():
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "array", "prefixItems": [{"type": "string"}]},
            "b": {"not": {"type": "string"}},
        },
        "additionalProperties": {"type": "string"},
    }
    places = {note.where for note in to_pydantic(schema).notes}
    assert places == {
        "$.properties.a.prefixItems",
        "$.properties.b.not",
        "$.additionalProperties",
    }
