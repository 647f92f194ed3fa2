"""Fields of a schema as rows that are edited in place."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.schema.draft import Draft
from gemini.structured.fields import COLUMNS, COLUMNS_BY_TYPE, Row

if TYPE_CHECKING:
    from pandas import DataFrame

NUMBERS = ("minimum", "maximum", "min_items", "max_items")
FLAGS = ("list", "required", "nullable")


def draw_rows(
    draft: Draft[Any],
    key: str,
    rows: Sequence[Row],
    shown: Sequence[str],
    *,
    alt: str,
    path: str = "Field",
) -> tuple[Row, ...] | None:
    """Draw an editor of fields with the `shown` columns, that of their names headed `path`.

    Returns all rows when they were edited, else None. The editor keeps what is edited upon the
    draft's `base`, as long as it stays on the screen: `key` changes with its `version`.
    """
    if key not in st.session_state:
        draft.base = tuple(rows)
        draft.seen = tuple(rows_of(frame(draft.base)))
    table = st.data_editor(
        frame(draft.base),
        key=key,
        num_rows="dynamic",
        hide_index=True,
        column_order=shown,
        column_config=columns(path),
        placeholder="",
        alt=alt,
    )
    edited = tuple(rows_of(table))
    if edited == draft.seen:
        return None
    draft.seen = edited
    return edited


def columns(path: str) -> dict[str, Any]:
    column = st.column_config
    return {
        "path": column.TextColumn(path, required=True, width=140),
        "type": column.SelectboxColumn(
            "Type", options=list(COLUMNS_BY_TYPE), required=True, default="string", width=80
        ),
        "list": column.CheckboxColumn("List", default=False, width=64),
        "required": column.CheckboxColumn("Required", default=True, width=96),
        "nullable": column.CheckboxColumn("Nullable", default=False, width=96),
        "description": column.TextColumn("Description", width="medium"),
        "enum": column.MultiselectColumn(
            "Enum", options=[], accept_new_options=True, width="medium"
        ),
        "format": column.TextColumn("Format", width="small"),
        "minimum": column.NumberColumn("Minimum", width=104),
        "maximum": column.NumberColumn("Maximum", width=104),
        "min_items": column.NumberColumn("Min items", width=104, min_value=0, step=1),
        "max_items": column.NumberColumn("Max items", width=104, min_value=0, step=1),
        "more": column.TextColumn("More (JSON)", width="medium"),
    }


def frame(rows: tuple[Row, ...]) -> "DataFrame":
    """The rows with a type for every column, which an empty table would not have."""
    import pandas as pd

    bounded = [row | {name: _bound(row[name]) for name in NUMBERS} for row in rows]
    frame = pd.DataFrame(bounded, columns=list(COLUMNS))
    types = dict.fromkeys(NUMBERS, "Float64") | dict.fromkeys(FLAGS, "boolean")
    texts = set(COLUMNS) - set(types) - {"enum"}
    return frame.astype(types | dict.fromkeys(texts, "str") | {"enum": "object"})


def _bound(number: float | None) -> float | None:
    """A bound as the editor's columns hold it."""
    try:
        return None if number is None else float(number)
    except OverflowError:
        return math.inf


def rows_of(frame: "DataFrame") -> list[Row]:
    """The rows of the editor as `to_rows` gives them; those not filled yet are left out."""
    rows = [_row(cells) for cells in frame.to_dict("records")]
    return [row for row in rows if row["path"]]


def _row(cells: dict[str, Any]) -> Row:
    row: Row = {}
    for name in COLUMNS:
        cell = cells[name]
        if name == "enum":
            row[name] = [] if not _given(cell) else [str(word) for word in cell]
        elif name in FLAGS:
            row[name] = bool(cell) if _given(cell) else name == "required"
        elif name in NUMBERS:
            whole = _given(cell) and float(cell).is_integer()
            row[name] = (int(cell) if whole else float(cell)) if _given(cell) else None
        else:
            empty = "string" if name == "type" else ""
            row[name] = str(cell) if _given(cell) else empty
    return row


def _given(cell: Any) -> bool:
    """Whether a cell holds something; an editor leaves None, NaN or pandas' NA in empty ones."""
    import pandas as pd

    return bool(len(cell)) if isinstance(cell, (list, tuple)) else not pd.isna(cell)
