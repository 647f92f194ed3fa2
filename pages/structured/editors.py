"""The four ways to write a schema, in tabs; what is wrong with it, and Undo, below."""

from functools import partial

import streamlit as st

from components.pieces import draw_tabs
from components.schema.report import draw_errors, draw_findings, draw_report, draw_undo
from components.schema.table import draw_table
from components.schema.views import SchemaDraft, with_example, with_inferred, with_python, with_text
from components.session import bound
from gemini.format import counted

HEIGHT = 300  # pixels of a text


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
        draw_errors(draft.now)
    else:
        draw_report(draft.now)
        _draw_notes(draft)
    draw_undo(draft, "schema-undo", "schema")


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
        disabled=not views.example.strip(),
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
