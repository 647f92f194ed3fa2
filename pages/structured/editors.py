"""The four ways to write a schema, in tabs; what is wrong with it, and Undo, below."""

from functools import partial

import streamlit as st

from components.bound_fields import draw_editor
from components.pieces import draw_tabs
from components.schema.report import draw_errors, draw_findings, draw_report
from components.schema.table import draw_table
from components.schema.views import SchemaDraft, with_example, with_inferred, with_python, with_text
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
    st.button(
        "Undo",
        key="schema-undo",
        icon=":material/undo:",
        type="tertiary",
        disabled=not draft.past,
        on_click=draft.undo,
        help="Undo the last change to the schema.",
    )


def _draw_notes(draft: SchemaDraft) -> None:
    if count := len(draft.now.notes):
        label = counted(count, "note")
        with st.expander(label, key="schema-notes", icon=":material/info:", type="compact"):
            draw_findings(draft.now.notes)


def _draw_text(draft: SchemaDraft) -> None:
    draw_editor(
        "JSON Schema",
        "schema-text",
        draft.now.text,
        lambda text: draft.take(with_text(draft.now, text)),
        '{"type": "object", "properties": {...}}',
        height=HEIGHT,
    )


def _draw_example(draft: SchemaDraft) -> None:
    views = draft.now
    draw_editor(
        "Example of an answer, as JSON",
        "schema-example",
        views.example,
        lambda text: draft.take(with_example(draft.now, text)),
        '{"name": "Ada", "born": "1815-12-10"}',
        height=HEIGHT,
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
    draw_editor(
        "Pydantic classes",
        "schema-python",
        views.python,
        lambda text: draft.take(with_python(draft.now, text)),
        "class Invoice(BaseModel):\n    number: str\n    total: float",
        height=HEIGHT,
    )
    if len(views.models) > 1:
        key = "schema-model"
        if st.session_state.get(key) != views.model:
            st.session_state[key] = views.model
        st.selectbox(
            "The answer is",
            views.models,
            key=key,
            on_change=lambda: draft.take(
                with_python(draft.now, draft.now.python, st.session_state[key])
            ),
        )
    st.caption("Paste your classes. They are read, never run.")
