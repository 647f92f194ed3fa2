"""The three ways to declare functions, in tabs; what is wrong with them, and Undo, below."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from components.connection import current_connection
from components.markdown.markdown import shown
from components.pieces import draw_tabs
from components.schema.report import code_span, draw_undo, draw_unreadable
from components.session import bound, bound_field
from components.settings.run_settings import current_settings
from gemini.format import counted
from gemini.settings.config import CACHED_CONTENT, fitting
from gemini.structured.finding import Finding
from gemini.tools.built_in import built_ins
from gemini.tools.calling import MODES, NAMING, Mode
from pages.tools.draft import FunctionsDraft
from pages.tools.form import draw_form, place_of
from pages.tools.state import LARGEST_LIMIT, ToolsState

HEIGHT = 320  # pixels of a text
SHOWN = 6  # findings
EMULATOR = (
    "The local emulator picks functions by the words they share with your message, and answers "
    "with what they returned. A Gemini model decides by itself."
)
WITHOUT_CACHE = (
    "The cached content from the run settings isn't used here: the API doesn't allow functions "
    "with it."
)
UNCHANGED = "the functions stay as they were"
PYTHON = '''def get_weather(city: str, days: int = 1) -> dict:
    """The weather in a city.

    Args:
        city: The city's name.
        days: For how many days.
    """'''


def draw_functions(draft: FunctionsDraft) -> None:
    """Draw the tabs, of which only the open one is built, and what is to be said of all."""
    tabs = {
        "Form": partial(draw_form, draft),
        "JSON": partial(_draw_text, draft),
        "Python": partial(_draw_python, draft),
    }
    draw_tabs("tools-tabs", tabs)
    draw_undo(draft, "tools-undo", "functions")
    # Below the buttons: a line more, for what was just typed, would move them from under a click.
    _draw_report(draft)


def draw_calling(state: ToolsState) -> None:
    """Draw the mode, the names allowed in it, and what is answered by itself."""
    _draw_mode(state)
    if state.mode in NAMING and state.draft.names:
        _draw_allowed(state)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _draw_auto(state)
    settings = current_settings()
    if state.draft.declarations and fitting(settings.values.get(CACHED_CONTENT), settings.model):
        st.caption(f":material/info: {WITHOUT_CACHE}")
    connection = current_connection()
    if connection is not None and connection.target.backend == "emulator":
        st.caption(f":material/info: {EMULATOR}")


def _draw_text(draft: FunctionsDraft) -> None:
    st.text_area(
        "Function declarations as JSON",
        height=HEIGHT,
        label_visibility="collapsed",
        placeholder='[{"name": "get_weather", "description": "…", "parametersJsonSchema": {…}}]',
        **bound("tools-text", draft.now.text, draft.write_text),
    )
    st.caption("As the API takes them. OpenAI's and MCP's forms are read as well.")


def _draw_python(draft: FunctionsDraft) -> None:
    def store(text: str) -> None:
        draft.python, draft.python_errors = text, ()

    st.text_area(
        "Python functions",
        height=HEIGHT,
        label_visibility="collapsed",
        placeholder=PYTHON,
        **bound("tools-python", draft.python, store),
    )
    st.button(
        "Add these functions",
        key="tools-add-python",
        icon=":material/add:",
        on_click=draft.add_python,
    )
    st.caption("Signature and docstring are read; nothing is ever run.")
    if draft.python_errors:
        draw_unreadable("The Python text", UNCHANGED, draft.python, draft.python_errors)


def _draw_report(draft: FunctionsDraft) -> None:
    now = draft.now
    for error in draft.row_errors:
        st.error(f"{place_of(error)}: {shown(error.reason)}", icon=":material/error:")
    if now.errors:
        draw_unreadable("The JSON", UNCHANGED, now.text, now.errors)
        return
    if now.report.refused:
        lines = _listed(now.report.refused, draft.names)
        st.error(f"**These functions can't be sent.**\n\n{lines}", icon=":material/block:")
    if marked := [*now.report.marked, *now.notes]:
        label = counted(len(marked), "note")
        with st.expander(label, key="tools-notes", icon=":material/info:", type="compact"):
            st.markdown(_listed(marked, draft.names))


def _listed(findings: Sequence[Finding], names: Sequence[str]) -> str:
    """Findings as a Markdown list, each with its function's name."""
    lines = [
        f"- {_of_function(finding, names)}{shown(finding.reason)}" for finding in findings[:SHOWN]
    ]
    more = len(findings) - SHOWN
    return "\n".join([*lines, f"- {more} more"] if more > 0 else lines)


def _of_function(finding: Finding, names: Sequence[str]) -> str:
    index, *inside = finding.path or (None,)
    if not isinstance(index, int) or index >= len(names):
        return f"Line {finding.line}: " if finding.line else ""
    where = ".".join(str(step) for step in inside[2:] if step != "properties")
    name = names[index] or f"function {index + 1}"
    return f"{code_span(name)}{f', {code_span(where)}' if where else ''}: "


def _draw_mode(state: ToolsState) -> None:
    def store(mode: Mode) -> None:
        state.mode = mode
        state.allow(state.allowed)

    st.segmented_control(
        "Mode", list(MODES), required=True, **bound("tools-mode", state.mode, store, "default")
    )
    st.caption(MODES[state.mode])


def _draw_allowed(state: ToolsState) -> None:
    known = [name for name in state.allowed if name in state.draft.names]
    st.multiselect(
        "Allowed functions",
        list(dict.fromkeys(state.draft.names)),
        placeholder="All",
        **bound("tools-allowed", known, state.allow, "default"),
    )


def _draw_auto(state: ToolsState) -> None:
    st.toggle(
        "Run automatically",
        help=f"Built-in functions ({', '.join(built_ins())}) are run, saved mocks are used, and "
        "the results sent. Any other call waits for you.",
        **bound("tools-auto", state.auto, state.run_automatically),
    )
    st.number_input(
        "Maximum rounds",
        min_value=1,
        max_value=LARGEST_LIMIT,
        width=150,
        disabled=not state.auto,
        help="How many rounds of calls are answered automatically after a prompt.",
        **bound_field(state, "limit", "tools"),
    )
