"""The table of fields as rows of plain cells, as a data editor shows and returns them."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gemini.structured.fields import Field, FieldTable, Scalar, format_path, parse_path
from gemini.structured.finding import Finding
from gemini.structured.text import parse_json

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
"""The cells of a row: text, except list, required, nullable (true or false), enum (a list of
texts), the four bounds (numbers or None). `more` is a JSON object as text, or ""."""


@dataclass(frozen=True, slots=True)
class RowsReading:
    """The table, or None with `errors` that carry the row in `line`, counted from 1."""

    table: FieldTable | None
    errors: tuple[Finding, ...] = ()


def to_rows(table: FieldTable) -> list[dict[str, Any]]:
    """One dict a field with the cells `COLUMNS`; the root isn't among them."""
    return [_to_row(row) for row in table.fields]


def _to_row(row: Field) -> dict[str, Any]:
    return {
        "path": format_path(row.path),
        "type": row.type,
        "list": row.is_list,
        "required": row.required,
        "nullable": row.nullable,
        "description": row.description,
        "enum": [v if isinstance(v, str) else json.dumps(v) for v in row.enum],
        "format": row.format,
        "minimum": row.minimum,
        "maximum": row.maximum,
        "min_items": row.min_items,
        "max_items": row.max_items,
        "more": json.dumps(row.more, ensure_ascii=False) if row.more else "",
    }


def from_rows(rows: Iterable[Mapping[str, Any]], root: Field) -> RowsReading:
    """The inverse of `to_rows`. Cells left empty (None, NaN, missing) take their defaults.

    Rows without any text are those an editor adds and nobody filled: they are passed over.
    """
    fields: list[Field] = []
    errors: list[Finding] = []
    for number, cells in enumerate(rows, 1):
        filled = {key: cell for key, cell in cells.items() if not _empty(cell)}
        if not filled.keys() - {"list", "required", "nullable", "type"}:
            continue
        field, problems = _from_row(filled)
        errors += [Finding(problem, field.path, number) for problem in problems]
        fields.append(field)
    table = None if errors else FieldTable(root, tuple(fields))
    return RowsReading(table, tuple(errors))


def _empty(cell: Any) -> bool:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return True
    return isinstance(cell, (str, list, tuple)) and not len(cell)


def _from_row(cells: dict[str, Any]) -> tuple[Field, list[str]]:
    type_name = str(cells.get("type", "string"))
    problems: list[str] = []
    more, error = parse_json(str(cells["more"])) if "more" in cells else ({}, None)
    if error or not isinstance(more, dict):
        problems.append(f"The JSON of the last column: {error.reason if error else 'no object.'}")
        more = {}
    path = tuple(name.strip() for name in parse_path(str(cells.get("path", ""))))
    field = Field(
        path,
        type_name,
        is_list=bool(cells.get("list", False)),
        required=bool(cells.get("required", True)),
        nullable=bool(cells.get("nullable", False)),
        description=str(cells.get("description", "")),
        enum=_enum(cells.get("enum", ()), type_name, problems),
        format=str(cells.get("format", "")),
        minimum=_number(cells.get("minimum"), "minimum", problems),
        maximum=_number(cells.get("maximum"), "maximum", problems),
        min_items=_whole(cells.get("min_items"), "min_items", problems),
        max_items=_whole(cells.get("max_items"), "max_items", problems),
        more=more,
    )
    return field, problems


def _enum(texts: Iterable[Any], type_name: str, problems: list[str]) -> tuple[Scalar, ...]:
    if type_name not in {"integer", "number"}:
        return tuple(str(text) for text in texts)
    values: list[Scalar] = []
    for text in texts:
        value, error = parse_json(str(text))
        if error or not _is_number(value):
            problems.append(f"“{text}” in the enum isn't a number.")
        else:
            values.append(value)
    return tuple(values)


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and math.isfinite(cell)


def _number(cell: Any, column: str, problems: list[str]) -> float | None:
    if cell is None:
        return None
    if not _is_number(cell):
        problems.append(f"{column} should be a number.")
        return None
    # An editor returns 5.0 for 5, which would show as such in the schema.
    return int(cell) if float(cell).is_integer() else float(cell)


def _whole(cell: Any, column: str, problems: list[str]) -> int | None:
    number = _number(cell, column, problems)
    if number is not None and not isinstance(number, int):
        problems.append(f"{column} should be a whole number.")
        return None
    return number
