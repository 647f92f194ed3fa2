"""A schema as a flat table of fields, one row a field, and back to JSON Schema.

A row's path places it: `seller.address.city` is a property of the object `seller.address`. What
the columns have no room for stays in `more`, so no keyword is lost on the way there and back;
a field that the columns can't describe at all has the type "json" and is wholly in `more`.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from gemini.structured.finding import Finding, JsonSchema, Reading
from gemini.structured.text import parse_json

Scalar = str | int | float

COLUMNS_BY_TYPE: dict[str, tuple[str, ...]] = {
    "string": ("enum", "format"),
    "integer": ("enum", "format", "minimum", "maximum"),
    "number": ("enum", "format", "minimum", "maximum"),
    "boolean": (),
    "object": (),
    "json": (),
}
"""The types a row can have, and the columns of values that apply to each."""
_VALUES = COLUMNS_BY_TYPE["number"]
_KEYWORDS = {"min_items": "minItems", "max_items": "maxItems"}


@dataclass(frozen=True, slots=True)
class Field:
    """One row.

    `path` are the names from the root down; the root itself is (). With `is_list` the field is a
    list, `type` and the columns of values are those of its items, and `nullable`,
    `description` and `more` are the list's own (the items' further keywords: `more["items"]`).
    A nullable enum doesn't list null; it is added in the schema.
    """

    path: tuple[str, ...]
    type: str = "string"
    is_list: bool = False
    required: bool = True
    nullable: bool = False
    description: str = ""
    enum: tuple[Scalar, ...] = ()
    format: str = ""
    minimum: float | None = None
    maximum: float | None = None
    min_items: int | None = None
    max_items: int | None = None
    more: JsonSchema = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldTable:
    """The answer as a whole (`root`, path ()), and its fields in the order of the properties.

    Siblings keep the order of their rows; children may stand anywhere.
    """

    root: Field
    fields: tuple[Field, ...] = ()


def format_path(path: tuple[str, ...]) -> str:
    r"""The names joined by dots; a dot or backslash in a name gets a backslash before it."""
    return ".".join(name.replace("\\", "\\\\").replace(".", "\\.") for name in path)


def parse_path(text: str) -> tuple[str, ...]:
    """The inverse of `format_path`."""
    names, name, escaped = [], "", False
    for character in text:
        if escaped or character not in "\\.":
            name += character
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            names.append(name)
            name = ""
    return (*names, name)


def write_fields(table: FieldTable) -> Reading:
    """The schema a table describes. Errors carry the row in `line`, counted from 1."""
    errors = tuple(_row_errors(table))
    if errors:
        return Reading(None, errors)
    children: dict[tuple[str, ...], list[Field]] = {}
    for row in table.fields:
        children.setdefault(row.path[:-1], []).append(row)
    return Reading(_schema(table.root, children))


def _row_errors(table: FieldTable) -> Iterator[Finding]:
    by_path: dict[tuple[str, ...], Field] = {(): table.root}
    for number, row in enumerate(table.fields, 1):
        if not row.path or "" in row.path:
            yield Finding("This field needs a name.", row.path, number)
        elif row.path in by_path:
            yield Finding(f"“{format_path(row.path)}” is there twice.", row.path, number)
        by_path.setdefault(row.path, row)
    for number, row in enumerate((table.root, *table.fields)):
        parent = by_path.get(row.path[:-1])
        name = format_path(row.path[:-1])
        if parent is None:
            reason = f"There is no field “{name}” to hold it; add one of type object."
            yield Finding(reason, row.path, number)
        elif row.path and parent.type != "object":
            where = f"“{name}”" if name else "The answer"
            reason = f"{where} is of type {parent.type}; only an object has fields of its own."
            yield Finding(reason, row.path, number)
        yield from (Finding(reason, row.path, number) for reason in _cell_errors(row))


def _cell_errors(row: Field) -> Iterator[str]:
    """Cells that don't go with the row's type."""
    if row.type not in COLUMNS_BY_TYPE:
        yield f"“{row.type}” isn't a type. The types are {', '.join(COLUMNS_BY_TYPE)}."
        return
    for column in sorted(_filled(row, *_VALUES).keys() - set(COLUMNS_BY_TYPE[row.type])):
        yield f"“{column}” doesn't apply to the type {row.type}; clear the cell."
    if not row.is_list and _filled(row, "min_items", "max_items"):
        yield "min_items and max_items apply to lists only; clear them, or make it a list."
    if row.type == "json":
        if row.is_list or row.nullable or row.description:
            yield "A field of type json is described by its JSON alone; clear the other cells."
        return
    for keyword in sorted(reserved(row.type, row.is_list) & row.more.keys()):
        yield f"“{keyword}” has a column of its own; take it out of the JSON."
    items = row.more.get("items", {})
    if row.is_list and not isinstance(items, dict):
        yield "“items” in the JSON must be an object."
    elif row.is_list:
        for keyword in sorted((reserved(row.type, is_list=False) - {"description"}) & items.keys()):
            yield f"“{keyword}” of the items has a column of its own; take it out of the JSON."


def _filled(row: Field, *columns: str) -> dict[str, Any]:
    """The cells of these columns that hold something."""
    cells = {column: getattr(row, column) for column in columns}
    return {column: cell for column, cell in cells.items() if cell not in ("", (), None)}


def reserved(type_name: str, is_list: bool) -> set[str]:
    """The keywords the columns of such a row stand for, so that `more` may not."""
    if is_list:
        return {"type", "description", "minItems", "maxItems"}
    own = {"properties", "required", "propertyOrdering"} if type_name == "object" else set()
    return own | {"type", "description", *COLUMNS_BY_TYPE[type_name]}


def _schema(row: Field, children: dict[tuple[str, ...], list[Field]]) -> JsonSchema:
    if row.type == "json":
        return dict(row.more)
    schema, more = _values_schema(row, children), row.more
    if row.is_list:
        schema = {"type": "array", "items": schema | more.get("items", {})}
        more = {key: value for key, value in more.items() if key != "items"}
    about = _filled(row, "description", "min_items", "max_items")
    schema |= {_KEYWORDS.get(column, column): cell for column, cell in about.items()}
    if row.nullable:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema | more


def _values_schema(row: Field, children: dict[tuple[str, ...], list[Field]]) -> JsonSchema:
    """The schema of the field's value, or of each item if it is a list."""
    schema: dict[str, Any] = {"type": row.type} | _filled(row, *_VALUES)
    if row.enum:
        schema["enum"] = list(row.enum)
    below = children.get(row.path, [])
    if row.type == "object" and below:
        schema["properties"] = {child.path[-1]: _schema(child, children) for child in below}
        if required := [child.path[-1] for child in below if child.required]:
            schema["required"] = required
    return schema


COLUMNS = (
    "path",
    "type",
    "list",
    "required",
    "nullable",
    "description",
    "enum",
    "format",
    "minimum",
    "maximum",
    "min_items",
    "max_items",
    "more",
)
"""The cells of a row in an editor: text, except list, required, nullable (true or false), enum (a
list of texts), the four bounds (numbers or None). `more` is a JSON object as text, or ""."""
Row = dict[str, Any]
"""The cells by `COLUMNS`."""
_SAME = [column for column in COLUMNS if column not in {"path", "list", "enum", "more"}]


def to_rows(table: FieldTable) -> list[Row]:
    """One row a field; the root isn't among them."""
    return [
        {column: getattr(row, column) for column in _SAME}
        | {
            "path": format_path(row.path),
            "list": row.is_list,
            "enum": [v if isinstance(v, str) else json.dumps(v) for v in row.enum],
            "more": json.dumps(row.more, ensure_ascii=False) if row.more else "",
        }
        for row in table.fields
    ]


def write_rows(rows: Iterable[Row], root: Field) -> Reading:
    """The schema that an editor's rows describe. Errors carry the row in `line`, from 1."""
    fields: list[Field] = []
    errors: list[Finding] = []
    for number, cells in enumerate(rows, 1):
        row, problems = _from_row(cells)
        errors += [Finding(problem, row.path, number) for problem in problems]
        fields.append(row)
    return Reading(None, tuple(errors)) if errors else write_fields(FieldTable(root, tuple(fields)))


def _from_row(cells: Row) -> tuple[Field, list[str]]:
    problems: list[str] = []
    more, error = parse_json(cells["more"]) if cells["more"] else ({}, None)
    if error or not isinstance(more, dict):
        problems.append(f"The JSON of the last column: {error.reason if error else 'no object.'}")
        more = {}
    enum: list[Scalar] = list(cells["enum"])
    if cells["type"] in {"integer", "number"}:
        values = [parse_json(text)[0] for text in cells["enum"]]
        odd = [text for text, v in zip(enum, values, strict=True) if type(v) not in {int, float}]
        problems += [f"“{text}” in the enum isn't a number." for text in odd]
        enum = values
    path = tuple(name.strip() for name in parse_path(cells["path"]))
    same = {column: cells[column] for column in _SAME}
    return Field(path, is_list=cells["list"], enum=tuple(enum), more=more, **same), problems
