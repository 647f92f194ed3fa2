"""The set of the embeddings page: texts in a table, pasted, or from a CSV file; media."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from components.format import table_height
from components.pieces import draw_tabs
from components.samples import draw_about, draw_sample_buttons
from gemini.embeddings.texts import MOST_TEXTS, Row, Sheet, lines_of, sheet_of
from gemini.format import counted
from pages.embeddings.media import draw_media
from pages.embeddings.state import PAGE, EmbeddingsState

WAYS = "embeddings-ways"  # session state: the tab of the way in that is open
PASTED = "embeddings-paste"  # session state: the text of that tab
COLUMNS = ("Text", "Label")
NO_LABEL = "(none)"


def draw_head(state: EmbeddingsState) -> None:
    """Draw what the page is for, and samples that run at a click."""
    draw_about(PAGE)
    draw_sample_buttons(PAGE, lambda sample: _run_sample(state, sample), "help")


def draw_texts(state: EmbeddingsState) -> None:
    """Draw the ways in; the second and third fill the table, media stand beside it."""
    tabs = {"Table": _draw_table, "Paste": _draw_paste, "CSV file": _draw_file, "Media": draw_media}
    draw_tabs(WAYS, {name: partial(draw, state) for name, draw in tabs.items()})


def _run_sample(state: EmbeddingsState, sample: dict[str, Any]) -> None:
    state.run_sample(sample)
    st.session_state[WAYS] = "Table"


def _draw_table(state: EmbeddingsState) -> None:
    """Draw the editor. Its own state is on top of what it was given when it was drawn anew."""
    import pandas as pd

    key, given = f"embeddings-table-{state.version}", "embeddings-table-given"
    if key not in st.session_state or given not in st.session_state:
        pairs = [(row.text, row.label) for row in state.rows]
        st.session_state[given] = pd.DataFrame(pairs, columns=list(COLUMNS), dtype="object")
    edited = st.data_editor(
        st.session_state[given],
        key=key,
        num_rows="dynamic",
        hide_index=True,
        height=table_height(max(len(state.rows) + 2, 4), most=10),
        column_config={
            "Text": st.column_config.TextColumn(width=230),
            "Label": st.column_config.TextColumn(
                width=90, help="Colors the map and orders the heat map. It isn't sent."
            ),
        },
    )
    pairs = edited.fillna("").itertuples(index=False)
    state.rows = [Row(str(text).strip(), str(label).strip()) for text, label in pairs]
    if len(state.rows) > MOST_TEXTS:
        state.rows = state.rows[:MOST_TEXTS]
        st.caption(f":material/info: Only the first {MOST_TEXTS} texts are embedded.")


def _draw_paste(state: EmbeddingsState) -> None:
    st.text_area(
        "Texts, one per line",
        key=PASTED,
        height=200,
        placeholder="A text\nAnother one\nA third one, its label after a tab\tnews",
        persist_state="session",
    )
    _draw_taking(state, lambda: lines_of(st.session_state.get(PASTED) or ""), "paste")


def _draw_file(state: EmbeddingsState) -> None:
    file = st.file_uploader("CSV file", type=["csv", "tsv", "txt"], key="embeddings-file")
    if file is None:
        st.caption(
            "In UTF-8, separated by commas, semicolons or tabs, with column names in the first row."
        )
        return
    try:
        sheet = sheet_of(file.getvalue())
    except ValueError as error:
        st.error(str(error), icon=":material/error:")
        return
    rows = _chosen(sheet)
    _draw_taking(state, lambda: rows, "file")


def _chosen(sheet: Sheet) -> list[Row]:
    """The rows of the columns that are chosen: at first that with the longest texts."""
    columns = list(sheet.columns)
    longest = max(range(len(columns)), key=lambda at: sum(len(row[at]) for row in sheet.rows[:50]))
    texts, labels = st.columns(2)
    text = texts.selectbox("Text column", columns, index=longest, key="embeddings-text-column")
    others = [NO_LABEL, *(name for name in columns if name != text)]
    label = labels.selectbox("Label column", others, key="embeddings-label-column")
    return sheet.texts(text, None if label == NO_LABEL else label)


def _draw_taking(state: EmbeddingsState, rows: Callable[[], list[Row]], key: str) -> None:
    """Draw the buttons that put these rows into the table.

    They are read at the click: a text that is typed just before it counts.
    """

    def take(before: list[Row]) -> None:
        if taken := rows():
            state.replace([*before, *taken])
            st.session_state[WAYS] = "Table"

    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Fill the table",
            key=f"embeddings-take-{key}",
            icon=":material/table_rows:",
            on_click=lambda: take([]),
        )
        st.button(
            "Add to the table",
            key=f"embeddings-add-{key}",
            icon=":material/playlist_add:",
            disabled=not state.rows,
            on_click=lambda: take(state.rows),
        )
        st.caption(counted(len(rows()), "text"))
