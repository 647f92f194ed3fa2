"""The table of a batch: typed, pasted, or from a file."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from components.format import table_height
from components.pieces import draw_tabs
from gemini.api.problems import Problem
from gemini.batches.inputs import RequestFile, requests_in, table_of_file, table_of_text
from gemini.embeddings.texts import Sheet
from gemini.format import counted
from gemini.template import variables
from pages.batches.draft import BatchDraft

WAYS = "batch-ways"  # session state: the tab of the way in that is open
GIVEN = "batch-given"  # session state: the editor's key, and the table that it began with


def draw_ways(draft: BatchDraft) -> None:
    """Draw the three ways in; the last two fill the table."""
    tabs = {"Table": _draw_table, "Paste": _draw_paste, "File": _draw_file}
    draw_tabs(WAYS, {name: partial(draw, draft) for name, draw in tabs.items()})


def _draw_table(draft: BatchDraft) -> None:
    """Draw the editor; of a table without rows the columns are the prompt's variables."""
    import pandas as pd

    columns = list(draft.sheet.columns)
    if not draft.sheet.rows:
        columns = variables(draft.template()) or columns
    key = f"batch-table-{draft.version}-{'|'.join(columns)}"
    if key not in st.session_state or st.session_state.get(GIVEN, ("",))[0] != key:
        rows = [dict(zip(draft.sheet.columns, row, strict=True)) for row in draft.sheet.rows]
        frame = pd.DataFrame(rows, columns=columns, dtype="object").fillna("")
        st.session_state[GIVEN] = (key, frame)
    edited = st.data_editor(
        st.session_state[GIVEN][1],
        key=key,
        num_rows="dynamic",
        hide_index=True,
        # Of what it began with: growing with each row it would move Send from under the click.
        height=table_height(max(len(st.session_state[GIVEN][1]) + 2, 6), most=10),
        column_config={name: st.column_config.TextColumn(width="medium") for name in columns},
        alt="The rows of the batch",
    )
    rows = (tuple(map(str, row)) for row in edited.fillna("").itertuples(index=False))
    filled = tuple(row for row in rows if any(cell.strip() for cell in row))
    changed = Sheet(tuple(columns), filled)
    if changed != draft.sheet:
        draft.sheet = changed


def draw_missing(draft: BatchDraft, missing: list[str]) -> None:
    """Say which variables of the prompt have no column: a slip, or columns to be added."""
    named = ", ".join(f"`{{{{{name}}}}}`" for name in missing)
    st.warning(f"The table has no column for {named}.", icon=":material/warning:")
    st.button(
        f"Add {counted(len(missing), 'column')}",
        key="batch-add-columns",
        icon=":material/add_column_right:",
        on_click=draft.add_columns,
        args=(missing,),
    )


def _take(draft: BatchDraft, read: Callable[[], Sheet | RequestFile]) -> None:
    """Have what is read, or say why there is none."""
    try:
        draft.take(read())
    except ValueError as error:
        remedy = "Fix it and try again. The table is unchanged."
        draft.problem = Problem("table", "This isn't a table", str(error), remedy)


def _draw_paste(draft: BatchDraft) -> None:
    text = st.text_area(
        "Rows",
        key="batch-paste",
        height=180,
        placeholder="One prompt per line, spreadsheet cells with column names in the first row, "
        "or JSONL (also whole Batch API requests)",
        persist_state="session",  # another tab is looked at meanwhile
    )

    def take() -> None:
        _take(draft, lambda: requests_in(text.encode()) or table_of_text(text))

    st.button("Fill the table", key="batch-take-paste", icon=":material/table_rows:", on_click=take)


def _draw_file(draft: BatchDraft) -> None:
    def take() -> None:
        file = st.session_state.get("batch-file")
        if file is not None:
            data = file.getvalue()
            _take(draft, lambda: requests_in(data) or table_of_file(file.name, data))

    st.file_uploader(
        "CSV or JSONL",
        type=["csv", "tsv", "txt", "jsonl", "ndjson"],
        key="batch-file",
        on_change=take,
        help="CSV in UTF-8 with column names in the first row, or JSONL with an object per line. "
        'Lines in the Batch API\'s format, `{"key", "request"}`, are sent unchanged.',
    )
