"""The tables of an answer to be sorted, searched, copied and downloaded."""

import re
from functools import partial

import streamlit as st

from components.markdown.tables import Table, tables_in
from gemini.format import csv_text

TALLEST = 420  # pixels
ROW = 35  # pixels
NUMBER = re.compile(r"[-−]?(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,14})(?:\.\d+)?", re.ASCII)


def draw_tables(text: str, key: str) -> None:
    """Draw each table of an answer: a click on a column sorts it."""
    tables = tables_in(text)
    if not tables:
        st.caption("There's no table in this answer.")
    for number, table in enumerate(tables, 1):
        st.dataframe(
            _columns(table),
            key=f"table-{key}-{number}",
            hide_index=True,
            height=min(TALLEST, ROW * len(table) + 3),
        )
        st.download_button(
            "CSV",
            partial(_csv, table),
            file_name=f"table-{number}.csv",
            mime="text/csv",
            key=f"table-csv-{key}-{number}",
            icon=":material/download:",
            on_click="ignore",
        )


def _csv(table: Table) -> bytes:
    return csv_text(table).encode("utf-8-sig")  # so that spreadsheets know it's UTF-8


def _columns(table: Table) -> dict[str, list[str] | list[float | None]]:
    """The columns by their heads, each of which is told apart; numbers as numbers."""
    head, *rows = table
    columns: dict[str, list[str] | list[float | None]] = {}
    for number, name in enumerate(head):
        label = name or " " * (number + 1)
        while label in columns:
            label += " "
        columns[label] = _numbers([row[number] for row in rows])
    return columns


def _numbers(cells: list[str]) -> list[str] | list[float | None]:
    """The cells as numbers, where all that say something are; so that they are sorted as such."""
    if not any(cells) or not all(NUMBER.fullmatch(cell) for cell in cells if cell):
        return cells
    return [float(cell.replace(",", "").replace("−", "-")) if cell else None for cell in cells]
