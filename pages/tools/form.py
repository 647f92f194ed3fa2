"""The functions as a form: one at a time, its parameters as a table edited in place."""

import streamlit as st

from components.schema.report import code_span
from components.schema.table import draw_rows
from components.session import bound
from gemini.structured.fields import Field, FieldTable, format_path, to_rows, write_rows
from gemini.structured.fields_reading import read_fields
from gemini.structured.finding import Finding
from gemini.tools.built_in import built_ins
from gemini.tools.declarations import arguments_schema
from pages.tools.draft import FunctionsDraft

SHOWN = ("path", "type", "required", "description", "enum", "list")
NEW = "A new one"


def draw_form(draft: FunctionsDraft) -> None:
    """Draw the choice of the function, and its name, description and parameters."""
    _draw_choice(draft)
    if not draft.declarations:
        st.caption("No function yet. Add one, or paste JSON or Python in the other tabs.")
        return
    index, declaration = draft.chosen, draft.declarations[draft.chosen]
    st.text_input(
        "Name",
        **bound(
            f"tools-name-{index}",
            str(declaration.get("name") or ""),
            lambda text: draft.edit(index, name=text.strip()),
        ),
    )
    st.text_area(
        "Description",
        height=80,
        placeholder="What it does and when to call it: the model decides by this.",
        **bound(
            f"tools-description-{index}",
            str(declaration.get("description") or ""),
            lambda text: draft.edit(index, description=text),
        ),
    )
    try:
        reading = read_fields(arguments_schema(declaration))
    except ValueError:
        reading = None  # the reason stands below, among what can't be sent
    if reading is None or reading.table is None or reading.table.root.type != "object":
        st.caption("The table can't show these parameters. Change them as JSON.")
        return
    _draw_parameters(draft, index, reading.table)


def _draw_choice(draft: FunctionsDraft) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if draft.declarations:
            numbers = range(len(draft.declarations))
            st.selectbox(
                "Function",
                numbers,
                format_func=lambda n: draft.names[n] if n < len(draft.names) else "",
                **bound("tools-chosen", draft.chosen, draft.show, "index", numbers),
            )
            st.button(
                "Remove",
                key="tools-remove",
                icon=":material/delete:",
                on_click=lambda: draft.remove(draft.chosen),
            )
        st.menu_button(
            "Add a function",
            [NEW, *built_ins()],
            key="tools-add",
            icon=":material/add:",
            format_func=lambda name: name if name == NEW else f"Built in: {name}",
            on_click=lambda: _add(draft, st.session_state["tools-add"]),
        )


def _add(draft: FunctionsDraft, name: str | None) -> None:
    if name == NEW:
        draft.add_new()
    elif name is not None:
        draft.add([built_ins()[name]])


def _draw_parameters(draft: FunctionsDraft, index: int, table: FieldTable) -> None:
    key = f"tools-table-{draft.version}-{index}"
    alt = "Parameters of the function"
    rows = draw_rows(draft, key, to_rows(table), SHOWN, alt=alt, path="Parameter")
    if rows is not None:
        draft.row_errors = _take(draft, index, table.root)
        st.rerun()


def _take(draft: FunctionsDraft, index: int, root: Field) -> tuple[Finding, ...]:
    """Take the rows as the function's parameters, or say why they can't be."""
    written = write_rows(draft.seen, root)
    if written.schema is None:
        return written.errors
    schema = written.schema if draft.seen else {**written.schema, "properties": {}}
    draft.edit_parameters(index, schema)
    return ()


def place_of(error: Finding) -> str:
    """Which parameter, or else which row, an error is about."""
    name = format_path(tuple(str(step) for step in error.path))
    return code_span(name) if name else f"Row {error.line}"
