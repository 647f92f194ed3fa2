"""A JSON Schema into the table of fields: see `fields` for what a row says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gemini.structured.check import check, fits_type, oversized
from gemini.structured.fields import COLUMNS_BY_TYPE, Field, FieldTable, reserved
from gemini.structured.finding import Finding, JsonSchema, Path
from gemini.structured.subschemas import inline, walk


@dataclass(frozen=True, slots=True)
class FieldReading:
    """The table, or None with `errors`. `notes` name what is shown as JSON or was left out."""

    table: FieldTable | None
    errors: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()


def read_fields(schema: JsonSchema) -> FieldReading:
    """The table of a schema. References are written out; recursive ones stay as JSON."""
    if too_large := oversized(schema):
        return FieldReading(None, (too_large,))
    notes: list[Finding] = []
    if any("$ref" in node for _, node in walk(schema)):
        report = check(schema)
        if not report.ok:
            return FieldReading(None, report.refused)
        schema, recursive = inline(schema)
        notes += [Finding(f"{ref} refers to itself: it stays as JSON.") for ref in recursive]
    root, *fields = _rows(schema, (), (), required=True, notes=notes)
    return FieldReading(FieldTable(root, tuple(fields)), notes=tuple(notes))


def _rows(
    node: Any, names: tuple[str, ...], path: Path, required: bool, notes: list[Finding]
) -> Iterator[Field]:
    """The row of `node` and those of all below it, depth first.

    `names` is the row's path, `path` the way to `node` in the schema.
    """
    row, values = _row(node, names, required)
    if row.type == "json":
        notes.append(Finding(_why_json(node), path))
    yield row
    if row.type == "object":
        inside = (*path, "items") if row.is_list else path
        properties, needed = values.get("properties", {}), values.get("required", [])
        for name in needed:
            if name not in properties:
                reason = f"“{name}” is required but isn't a property: left out."
                notes.append(Finding(reason, inside))
        for name in _in_order(values, inside, notes):
            below = (*inside, "properties", name)
            yield from _rows(properties[name], (*names, name), below, name in needed, notes)


def _in_order(node: JsonSchema, path: Path, notes: list[Finding]) -> list[str]:
    """The property names by `propertyOrdering`, those it leaves out last."""
    properties = node.get("properties", {})
    order = node.get("propertyOrdering", [])
    unknown = [name for name in order if name not in properties]
    if unknown:
        notes.append(Finding(f"propertyOrdering names “{unknown[0]}”: left out.", path))
    return list(dict.fromkeys([*(name for name in order if name in properties), *properties]))


def _row(node: Any, names: tuple[str, ...], required: bool) -> tuple[Field, JsonSchema]:
    """The row of `node`, and the schema of its values: its own, or that of its items."""
    if not isinstance(node, dict):
        node = {} if node is True else {"not": {}}  # what true and false stand for
    as_json = Field(names, "json", required=required, more=dict(node)), {}
    outer = _merged_null(node)
    type_name, nullable = _type(outer)
    is_list = type_name == "array"
    values = outer.get("items") if is_list else outer
    if not isinstance(values, dict):
        return as_json
    if is_list:
        type_name = values.get("type")
    if not isinstance(type_name, str) or type_name not in COLUMNS_BY_TYPE or type_name == "json":
        return as_json
    cells = _cells(outer, values, type_name, nullable and not is_list)
    if cells is None:
        return as_json
    more = _more(outer, values, type_name, is_list)
    row = Field(names, type_name, is_list, required, nullable, more=more, **cells)
    return row, values


def _merged_null(node: JsonSchema) -> JsonSchema:
    """`anyOf` of one simple type and null, as Pydantic writes it, as that type or null."""
    options = node.get("anyOf")
    if not isinstance(options, list) or len(options) != 2 or {"type": "null"} not in options:
        return node
    option = options[0] if options[1] == {"type": "null"} else options[1]
    if not isinstance(option, dict) or not isinstance(option.get("type"), str):
        return node
    merged = option | {key: value for key, value in node.items() if key != "anyOf"}
    merged["type"] = [option["type"], "null"]
    if isinstance(option.get("enum"), list):
        merged["enum"] = [*option["enum"], None]
    return merged


def _type(node: JsonSchema) -> tuple[Any, bool]:
    """The one type beside null, if there is one, and whether null is allowed too."""
    types = node.get("type")
    if isinstance(types, list) and len(types) == 2 and "null" in types:
        return next((name for name in types if name != "null"), None), True
    return types, False


def _cells(
    outer: JsonSchema, values: JsonSchema, type_name: str, nullable_enum: bool
) -> dict[str, Any] | None:
    """The cells of the columns, or None if a value doesn't fit its column."""
    columns = COLUMNS_BY_TYPE[type_name]
    if type_name == "object" and not _plain_object(values):
        return None
    cells: dict[str, Any] = {}
    places = [("description", "description", outer, str)]
    places += [("format", "format", values, str)] if "format" in columns else []
    places += [(w, w, values, (int, float)) for w in ("minimum", "maximum") if w in columns]
    if values is not outer:
        places += [("min_items", "minItems", outer, int), ("max_items", "maxItems", outer, int)]
    for column, word, holder, kind in places:
        if word in holder:
            cells[column] = holder[word]
            if not isinstance(cells[column], kind) or isinstance(cells[column], bool):
                return None
    if "enum" in columns and "enum" in values:
        enum = values["enum"]
        if not isinstance(enum, list) or nullable_enum != (None in enum):
            return None
        cells["enum"] = tuple(value for value in enum if value is not None)
        if not cells["enum"] or not all(fits_type(value, type_name) for value in cells["enum"]):
            return None
    return cells


def _plain_object(node: JsonSchema) -> bool:
    """Whether the properties can be rows: all named, and listed the way the keywords want."""
    properties, required = node.get("properties", {}), node.get("required", [])
    order = node.get("propertyOrdering", [])
    if not isinstance(required, list) or not isinstance(order, list):
        return False
    names = all(isinstance(name, str) for name in (*required, *order))
    return isinstance(properties, dict) and "" not in properties and names


def _more(outer: JsonSchema, values: JsonSchema, type_name: str, is_list: bool) -> JsonSchema:
    """The keywords no column stands for; those of a list's items under "items"."""
    taken = reserved(type_name, is_list)
    if not is_list:
        return {key: value for key, value in outer.items() if key not in taken}
    more = {key: value for key, value in outer.items() if key not in taken | {"items"}}
    own = reserved(type_name, is_list=False) - {"description"}
    items = {key: value for key, value in values.items() if key not in own}
    return more | ({"items": items} if items else {})


def _why_json(node: Any) -> str:
    words = ("$ref", "anyOf", "oneOf", "allOf", "not", "prefixItems", "const")
    if left := [word for word in words if isinstance(node, dict) and word in node]:
        return f"Kept as JSON: the table has no column for {', '.join(left)}."
    if isinstance(node, dict) and node.get("type") == "array":
        return "Kept as JSON: the table has no row for a list of such items."
    return "Kept as JSON: the table has no type for it."
