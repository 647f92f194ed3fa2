"""The schema as a table of fields that can be edited in place."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.schema.draft import Draft
from components.schema.report import finding_line
from components.schema.views import SchemaDraft, with_rows
from components.session import bound
from gemini.structured.fields import COLUMNS, COLUMNS_BY_TYPE, Field, Row

if TYPE_CHECKING:
    from pandas import DataFrame

FEW = ("path", "type", "list", "required", "description", "enum")
NUMBERS = ("minimum", "maximum", "min_items", "max_items")
FLAGS = ("list", "required", "nullable")
EVERY_KEY = "schema-columns"  # session state: whether all columns are shown

OBJECT, OBJECTS, CHOICE = "An object", "A list of objects", "One of a list of words"
ROOTS: dict[str, Field] = {
    OBJECT: Field((), "object"),
    OBJECTS: Field((), "object", is_list=True),
    CHOICE: Field((), "string", enum=("yes", "no")),
}


def draw_table(draft: SchemaDraft) -> None:
    """Draw the kind of the answer and, for objects, the editor of its fields."""
    root = draft.now.root
    if root is None:
        for error in draft.now.table_errors:
            st.error(finding_line(error), icon=":material/error:")
        st.caption("The table can't show this schema. Change it as JSON Schema.")
        return
    _draw_root(draft, root)
    if root.type == "object":
        _draw_fields(draft, root)
    elif _kind(root) == CHOICE:
        _draw_choices(draft, root)
    else:
        st.caption("The table has no rows for this answer. Change it as JSON Schema.")


def _kind(root: Field) -> str | None:
    """Which of `ROOTS` the answer is like."""
    if root.type == "object":
        return OBJECTS if root.is_list else OBJECT
    return CHOICE if root.type == "string" and not root.is_list else None


def _draw_root(draft: SchemaDraft, root: Field) -> None:
    key = f"schema-root-{draft.version}"

    def store(kind: str | None) -> None:
        if kind is None:  # the chosen one was clicked again
            draft.redraw()
            return
        about = {"title": root.more["title"]} if "title" in root.more else {}
        changed = replace(ROOTS[kind], description=root.description, more=about)
        rows = draft.now.rows if changed.type == "object" else ()
        draft.take(with_rows(draft.now, rows, changed))

    st.segmented_control("The answer is", list(ROOTS), **bound(key, _kind(root), store, "default"))


def _draw_choices(draft: SchemaDraft, root: Field) -> None:
    def store(choices: list[str]) -> None:
        draft.take(with_rows(draft.now, (), replace(root, enum=tuple(choices))))

    words = [str(word) for word in root.enum]
    st.multiselect(
        "Words to choose from",
        words,
        accept_new_options=True,
        placeholder="Type a word and press Enter",
        **bound(f"schema-choices-{draft.version}", words, store, "default"),
    )


def _draw_fields(draft: SchemaDraft, root: Field) -> None:
    rows = draw_rows(
        draft,
        f"schema-table-{draft.version}",
        draft.now.rows,
        COLUMNS if st.session_state.get(EVERY_KEY) else FEW,
        alt="Fields of the schema",
    )
    if rows is not None:
        views = with_rows(draft.now, rows, root)
        draft.take(views, in_table=views.rows == rows)
        st.rerun()
    st.caption("A dot leads into an object: `seller.name`. The order of the fields is kept.")
    st.toggle(
        "All columns",
        key=EVERY_KEY,
        on_change=draft.redraw,
        help="Also nullable, format, bounds, and whatever else JSON Schema has, as JSON.",
    )


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
