"""The four ways to write a schema, in tabs; what is wrong with it, and Undo, below."""

from functools import partial

import streamlit as st

from components.markdown.markdown import shown
from components.pieces import draw_tabs
from components.schema.report import (
    SHOWN,
    code_span,
    draw_findings,
    draw_more,
    draw_undo,
    draw_unreadable,
    finding_list,
)
from components.session import bound
from gemini.format import counted
from gemini.structured.finding import Finding
from pages.structured.table import draw_table
from pages.structured.views import (
    SchemaDraft,
    SchemaViews,
    with_example,
    with_inferred,
    with_python,
    with_text,
)

HEIGHT = 300  # pixels of a text
NAMES = {
    "table": "table",
    "text": "JSON Schema",
    "example": "example",
    "pydantic": "Pydantic source",
}


def draw_editors(draft: SchemaDraft) -> None:
    """Draw the tabs, of which only the open one is built, and what is to be said of the schema."""
    tabs = {
        "Table": partial(draw_table, draft),
        "JSON Schema": partial(_draw_text, draft),
        "From an example": partial(_draw_example, draft),
        "Pydantic": partial(_draw_python, draft),
    }
    draw_tabs("schema-tabs", tabs)
    if draft.now.errors:
        _draw_errors(draft.now)
    else:
        _draw_report(draft.now)
        _draw_notes(draft)
    draw_undo(draft, "schema-undo", "schema")


def _draw_errors(views: SchemaViews) -> None:
    """Say why what was written last isn't a schema, with the line where it is a text."""
    text = {"text": views.text, "example": views.example, "pydantic": views.python}
    lines = [_row_line(e) for e in views.errors] if views.source == "table" else None
    draw_unreadable(
        f"The {NAMES[views.source]}",
        "the schema stays as it was",
        text.get(views.source, ""),
        views.errors,
        lines,
    )


def _row_line(error: Finding) -> str:
    name = code_span(".".join(map(str, error.path))) if any(error.path) else "A field"
    return f"{name}: {shown(error.reason)}"


def _draw_report(views: SchemaViews) -> None:
    """Say what must not be sent and why, and what the API will not take."""
    refused, marked = views.report.refused, views.report.marked
    if refused:
        st.error(
            "**This schema can't be sent.** It would fail, or never end:\n\n"
            + finding_list(refused[: 2 * SHOWN]),
            icon=":material/block:",
        )
    if marked:
        st.warning(
            f"**Good to know before it is sent:**\n\n{finding_list(marked[:SHOWN])}",
            icon=":material/rule:",
        )
        draw_more(marked[SHOWN:])


def _draw_notes(draft: SchemaDraft) -> None:
    if count := len(draft.now.notes):
        label = counted(count, "note")
        with st.expander(label, key="schema-notes", icon=":material/info:", type="compact"):
            draw_findings(draft.now.notes)


def _draw_text(draft: SchemaDraft) -> None:
    st.text_area(
        "JSON Schema",
        height=HEIGHT,
        label_visibility="collapsed",
        placeholder='{"type": "object", "properties": {...}}',
        **bound(
            "schema-text",
            draft.now.text,
            lambda text: draft.take(with_text(draft.now, text)),
        ),
    )


def _draw_example(draft: SchemaDraft) -> None:
    views = draft.now
    st.text_area(
        "Example of an answer, as JSON",
        height=HEIGHT,
        label_visibility="collapsed",
        placeholder='{"name": "Ada", "born": "1815-12-10"}',
        **bound(
            "schema-example",
            views.example,
            lambda text: draft.take(with_example(draft.now, text)),
        ),
    )
    st.button(
        "Make the schema from this example",
        key="schema-infer",
        icon=":material/auto_fix_high:",
        on_click=lambda: draft.take(with_inferred(draft.now)),
    )
    if views.misfits:
        st.caption("The example doesn't fit the schema:")
        draw_findings(views.misfits)
    elif views.misfits is not None:
        st.caption(":material/check: The example fits the schema.")


def _draw_python(draft: SchemaDraft) -> None:
    views = draft.now
    st.text_area(
        "Pydantic classes",
        height=HEIGHT,
        label_visibility="collapsed",
        placeholder="class Invoice(BaseModel):\n    number: str\n    total: float",
        **bound(
            "schema-python",
            views.python,
            lambda text: draft.take(with_python(draft.now, text)),
        ),
    )
    if len(views.models) > 1:
        st.selectbox(
            "The answer is",
            views.models,
            **bound(
                "schema-model",
                views.model,
                lambda name: draft.take(with_python(draft.now, draft.now.python, name)),
                "index",
                views.models,
            ),
        )
    st.caption("Paste your classes. They are read, never run.")
