"""A JSON value as a table: a list of objects to rows, nested ones flattened, and CSV and JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gemini.format import csv_text
from gemini.structured.finding import Path

Cell = str | int | float | bool | None

_LARGEST_INTEGER = 2**63 - 1  # what a column of a data frame holds


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """Rows of cells, as many as there are `columns`; a missing value is None.

    `path` leads to the list in the answer. Each column holds values of one kind (text, numbers,
    or true and false); where the answer mixes them the column is text.
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(value: Any) -> tuple[AnswerTable, ...]:
    """Every list of objects in the answer, outermost only, in its order; () if there is none."""
    return tuple(_table(path, items) for path, items in _lists(value, ()))


def _lists(value: Any, path: Path) -> Iterator[tuple[Path, list[dict[str, Any]]]]:
    if isinstance(value, list):
        if value and all(isinstance(item, dict) for item in value):
            yield path, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _lists(item, (*path, name))


def _table(path: Path, items: list[dict[str, Any]]) -> AnswerTable:
    flat = [flatten(item) for item in items]
    columns = tuple(dict.fromkeys(name for row in flat for name in row))
    mixed = {name for name in columns if len(_kinds(row.get(name) for row in flat)) > 1}
    rows = tuple(
        tuple(
            _text(row[name]) if name in mixed and name in row else row.get(name) for name in columns
        )
        for row in flat
    )
    return AnswerTable(path, columns, rows)


def flatten(item: dict[str, Any]) -> dict[str, Cell]:
    """An object's values by dotted name: {"a": {"b": 1}} is {"a.b": 1}.

    Lists become JSON text. Of two values whose dotted names are the same, the second is named
    with " (2)".
    """
    row: dict[str, Cell] = {}
    for name, value in _leaves(item, ""):
        free, number = name, 1
        while free in row:
            number += 1
            free = f"{name} ({number})"
        row[free] = _cell(value)
    return row


def _leaves(item: dict[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in item.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _cell(value: Any) -> Cell:
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
        return str(value)
    return value


def _kinds(cells: Iterator[Cell]) -> set[type]:
    kinds = {type(cell) for cell in cells if cell is not None}
    return {float} if kinds == {int, float} else kinds


def _text(cell: Cell) -> Cell:
    """A cell of a column that mixes kinds: as the answer's JSON has it."""
    return cell if cell is None or isinstance(cell, str) else json.dumps(cell)


def to_csv(table: AnswerTable) -> str:
    """The table as CSV (RFC 4180) with a header row.

    A text that a spreadsheet would run as a formula gets an apostrophe before it; numbers, also
    negative ones, stay as they are.
    """
    return csv_text([table.columns, *(map(_bare, row) for row in table.rows)])


def _bare(cell: Cell) -> Cell:
    return json.dumps(cell) if isinstance(cell, bool) else cell


def to_json(value: Any) -> str:
    """The value as JSON text, indented by two, in its own order."""
    return json.dumps(value, indent=2, ensure_ascii=False)
