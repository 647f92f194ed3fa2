"""The schema as a table of fields, below the kind of its answer."""

from dataclasses import replace

import streamlit as st

from components.schema.report import finding_line
from components.schema.table import draw_rows
from components.session import bound
from gemini.structured.fields import COLUMNS, Field
from pages.structured.views import SchemaDraft, with_rows

FEW = ("path", "type", "list", "required", "description", "enum")
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
