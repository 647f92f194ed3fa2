"""The table of fields: there and back without loss."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini.structured.fields import (
    Field,
    FieldTable,
    format_path,
    parse_path,
    to_rows,
    write_fields,
    write_rows,
)
from gemini.structured.fields_reading import read_fields
from gemini.structured.gallery import gallery

ROOT = Field((), "object")
TEXT = {"type": "string"}


def there_and_back(schema: dict[str, Any]) -> dict[str, Any]:
    reading = read_fields(schema)
    assert reading.errors == ()
    assert reading.table is not None
    rows = to_rows(reading.table)
    written = write_rows(rows, reading.table.root)
    assert written.errors == ()
    assert written.schema is not None
    assert written == write_fields(reading.table)
    return written.schema


def order(schema: Any) -> Any:
    """The property names of a schema at every level, in their order."""
    if isinstance(schema, list):
        return [order(item) for item in schema]
    if not isinstance(schema, dict):
        return None
    names = list(schema.get("properties", {})) if isinstance(schema.get("properties"), dict) else []
    return names, {key: order(value) for key, value in sorted(schema.items())}


def normal(schema: Any) -> Any:
    """`required` as a set: its order says nothing."""
    if isinstance(schema, list):
        return [normal(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    node = {key: normal(value) for key, value in schema.items()}
    if isinstance(node.get("required"), list):
        node["required"] = sorted(node["required"])
    return node


@pytest.mark.parametrize("sample", gallery(), ids=lambda sample: sample.key)
def test_the_gallery_survives(sample: Any):
    schema = there_and_back(sample.schema)
    assert normal(schema) == normal(sample.schema)
    assert order(schema) == order(sample.schema)
    assert read_fields(sample.schema).notes == ()


NAMES = st.sampled_from(["a", "b", "z", "two words", "a.b", "back\\slash", "type", "é", "."])
KEYWORDS = st.fixed_dictionaries(
    {},
    optional={
        "description": st.sampled_from(["x", "y z"]),
        "title": st.just("T"),
        "pattern": st.just("a+"),
        "default": st.sampled_from([None, 1, "a"]),
    },
)
SCALARS = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={"enum": st.just(["a", "1"]), "format": st.sampled_from(["date", "email"])},
    ),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={
            "enum": st.just([1, 2]),
            "minimum": st.sampled_from([0, -1, 5]),
            "maximum": st.sampled_from([9, 10]),
            "minItems": st.just(3),
        },
    ),
    st.just({"type": "number", "minimum": 0.5, "enum": [0.5, 1.5]}),
    st.just({"type": "boolean"}),
    st.just({"type": ["string", "null"], "enum": ["a", None]}),
    st.just({"type": ["integer", "null"], "minimum": 1}),
    # What the columns can't say.
    st.just({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    st.just({"type": ["string", "integer"]}),
    st.just({"type": ["string", "null"], "enum": ["a"]}),
    st.just({"type": "string", "enum": ["a", 1]}),
    st.just({"type": "string", "description": 5}),
    st.just({"type": "array", "items": {"type": ["string", "null"]}}),
    st.just({"type": "array"}),
    st.just({"const": 1}),
    st.just({}),
)


def lists(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.sampled_from(["array", ["array", "null"]]), "items": inner},
        optional={"minItems": st.just(0), "maxItems": st.just(4), "description": st.just("d")},
    )


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    properties = draw(st.dictionaries(NAMES, inner, min_size=1, max_size=4))
    required = [name for name in properties if draw(st.booleans())]
    more = draw(st.sampled_from([{}, {"additionalProperties": False}, {"minimum": 1}]))
    kind = draw(st.sampled_from(["object", ["object", "null"]]))
    return {
        "type": kind,
        "properties": properties,
        **({"required": required} if required else {}),
        **more,
    }


NODES = st.recursive(
    st.builds(lambda a, b: b | a, SCALARS, KEYWORDS),
    lambda inner: lists(inner) | objects(inner),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(NODES)
def test_any_schema_survives_with_its_order(schema: dict[str, Any]):
    again = there_and_back(schema)
    assert normal(again) == normal(schema)
    assert order(again) == order(schema)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=6), min_size=1, max_size=4).map(tuple))
def test_paths_survive_text(path: tuple[str, ...]):
    assert parse_path(format_path(path)) == path


def test_what_the_columns_cannot_say_is_kept_as_json_and_reported():
    odd = {"anyOf": [TEXT, {"type": "integer"}]}
    schema = {"type": "object", "properties": {"a": odd, "b": {"type": "array", "items": odd}}}
    reading = read_fields(schema)
    assert reading.table is not None
    assert [row.type for row in reading.table.fields] == ["json", "json"]
    assert reading.table.fields[0].more == odd
    assert [note.where for note in reading.notes] == ["$.properties.a", "$.properties.b"]
    assert "anyOf" in reading.notes[0].reason


def test_property_ordering_orders_the_rows_and_what_it_gets_wrong_is_reported():
    schema = {
        "type": "object",
        "properties": {"a": TEXT, "b": TEXT, "c": TEXT},
        "propertyOrdering": ["c", "gone", "a"],
        "required": ["missing"],
    }
    reading = read_fields(schema)
    assert reading.table is not None
    assert [row.path for row in reading.table.fields] == [("c",), ("a",), ("b",)]
    reasons = " ".join(note.reason for note in reading.notes)
    assert "“gone”" in reasons
    assert "“missing”" in reasons


def test_references_are_written_out_and_recursive_ones_stay():
    person = {"type": "object", "properties": {"boss": {"$ref": "#/$defs/Person"}, "name": TEXT}}
    schema = {
        "type": "object",
        "properties": {"who": {"$ref": "#/$defs/Person"}, "where": {"$ref": "#/$defs/Place"}},
        "$defs": {"Person": person, "Place": {"type": "object", "properties": {"city": TEXT}}},
    }
    reading = read_fields(schema)
    assert reading.table is not None
    rows = {format_path(row.path): row for row in reading.table.fields}
    assert list(rows) == ["who", "who.boss", "who.name", "where", "where.city"]
    assert rows["who.boss"].more == {"$ref": "#/$defs/Person"}
    assert "$defs" in reading.table.root.more
    assert "refers to itself" in reading.notes[0].reason


def test_pydantic_optional_is_a_nullable_row():
    optional = {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}], "description": "d"}
    reading = read_fields({"type": "object", "properties": {"a": optional}})
    assert reading.table is not None
    (row,) = reading.table.fields
    assert (row.type, row.nullable, row.enum, row.description) == ("string", True, ("a",), "d")


def test_the_answer_itself_can_be_a_list_or_a_value():
    listed = {"type": "array", "items": {"type": "object", "properties": {"a": TEXT}}}
    reading = read_fields(listed)
    assert reading.table is not None
    assert reading.table.root.is_list
    assert there_and_back(listed) == listed
    assert there_and_back({"type": "string", "enum": ["x"]}) == {"type": "string", "enum": ["x"]}


ROWS = [
    ([Field(("a",)), Field(("a",))], 2, "twice"),
    ([Field(("a", "b"))], 1, "no field “a” to hold it"),
    ([Field(("a",)), Field(("a", "b"))], 2, "only an object"),
    ([Field(("",))], 1, "needs a name"),
    ([Field(("a",), "text")], 1, "isn't a type"),
    ([Field(("a",), "string", minimum=1)], 1, "“minimum” doesn't apply"),
    ([Field(("a",), "boolean", enum=("x",))], 1, "“enum” doesn't apply"),
    ([Field(("a",), "string", max_items=1)], 1, "lists only"),
    ([Field(("a",), "json", description="x")], 1, "by its JSON alone"),
    ([Field(("a",), more={"type": "integer"})], 1, "column of its own"),
    ([Field(("a",), is_list=True, more={"items": {"enum": [1]}})], 1, "of the items"),
]


@pytest.mark.parametrize(("fields", "row", "said"), ROWS)
def test_a_table_that_makes_no_schema_says_which_row(fields: list[Field], row: int, said: str):
    reading = write_fields(FieldTable(ROOT, tuple(fields)))
    assert reading.schema is None
    assert any(error.line == row and said in error.reason for error in reading.errors)


def test_children_may_stand_before_and_apart_from_their_parent():
    fields = (Field(("p", "x")), Field(("z",)), Field(("p",), "object"), Field(("p", "a")))
    schema = write_fields(FieldTable(ROOT, fields)).schema
    assert schema is not None
    assert list(schema["properties"]) == ["z", "p"]
    assert list(schema["properties"]["p"]["properties"]) == ["x", "a"]


def cells(**given: Any) -> dict[str, Any]:
    """A row of the editor, a field "a" of text but for what is given."""
    (row,) = to_rows(FieldTable(ROOT, (Field(("a",)),)))
    return row | given


def test_rows_of_an_editor():
    rows = [
        cells(type="integer", enum=["1", "2"]),
        cells(path=" b ", list=True, min_items=1, required=False),
    ]
    written = write_rows(rows, ROOT).schema
    assert written == {
        "type": "object",
        "properties": {
            "a": {"type": "integer", "enum": [1, 2]},
            "b": {"type": "array", "items": TEXT, "minItems": 1},
        },
        "required": ["a"],
    }


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"type": "integer", "enum": ["x"]}, "“x” in the enum isn't a number"),
        ({"type": "integer", "enum": ["true"]}, "“true” in the enum isn't a number"),
        ({"more": "{"}, "JSON of the last column"),
        ({"more": "[1]"}, "no object"),
    ],
)
def test_cells_that_make_no_sense_are_told_with_their_row(row: dict[str, Any], said: str):
    reading = write_rows([cells(), cells(path="b", **row)], ROOT)
    assert reading.schema is None
    assert reading.errors[0].line == 2
    assert said in reading.errors[0].reason
