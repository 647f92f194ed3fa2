"""Calls that wait for their results: each with its arguments, and a field for what it returns."""

import json
from collections.abc import Callable

import streamlit as st

from components.markdown.literal import literal
from components.schema.report import code_span
from gemini.conversation import Turn
from gemini.structured.validate import violations
from gemini.tools.built_in import is_built_in, run
from gemini.tools.declarations import arguments_schema
from gemini.tools.results import FunctionCall, Result, calls_in, results_in
from pages.tools.state import ToolsState

HINT = 'What it returns: {"temperature": 21}, or plain words'


def draw_below(state: ToolsState, turn: Turn) -> None:
    """Draw what stands under a turn: which round it was, and the calls that wait."""
    if number := state.round_of(turn):
        limit = f" of at most {state.limit}" if state.auto else ""
        st.caption(f":material/sync: Round {number}{limit}")
    path = state.chat.conversation.path()
    if turn.id != path[-1].id or state.chat.busy or state.goes_on(turn):
        return
    calls = calls_in(turn.answer)
    if not calls:
        return
    state.handed.add(turn.id)
    _draw_why(state, number)
    for call in calls:
        _draw_call(state, turn, call)
    word = "result" if len(calls) == 1 else f"{len(calls)} results"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Send the {word}",
            key=f"give-{turn.id}",
            type="primary",
            icon=":material/send:",
            on_click=lambda: state.give(turn, calls),
        )
    _draw_complaint(state)


def draw_edited(state: ToolsState, turn: Turn) -> bool:
    """Draw the results of a turn to be changed and sent again; False where it has none."""
    results = results_in(turn.prompt)
    path = state.chat.conversation.turns
    calls = calls_in(path[turn.parent].answer) if turn.parent else []
    if not results or len(calls) != len(results):
        return False

    def close() -> None:
        state.chat.editing = None

    for call in calls:
        _draw_call(state, path[turn.parent or ""], call)
    with st.container(horizontal=True):
        st.button(
            "Send again",
            key=f"give-again-{turn.id}",
            type="primary",
            icon=":material/send:",
            on_click=lambda: state.give(path[turn.parent or ""], calls, replaced=turn),
        )
        st.button("Cancel", key=f"give-cancel-{turn.id}", on_click=close)
    _draw_complaint(state)
    return True


def _draw_complaint(state: ToolsState) -> None:
    if state.complaint:
        st.error(literal(state.complaint), icon=":material/error:")


def _draw_why(state: ToolsState, number: int) -> None:
    """Say why the calls wait, where something else might be expected."""
    if state.auto and number >= state.limit:
        st.warning(
            f"{number} rounds of calls since your prompt: the limit. Send the results yourself, "
            "or raise the limit.",
            icon=":material/front_hand:",
        )
    elif state.mode == "ANY" and number:
        st.info(
            "In mode ANY, the model has to call a function in every turn. For an answer in words, "
            "set the mode to AUTO before you send.",
            icon=":material/info:",
        )


def _draw_call(state: ToolsState, turn: Turn, call: FunctionCall) -> None:
    key = f"{turn.id}-{call.number}"
    typed = state.field_of(turn, call)

    def store(text: str) -> None:
        if text != typed.text:
            typed.text, state.complaint = text, ""
        st.session_state[f"result-{key}"] = text

    def store_error() -> None:
        typed.is_error = st.session_state[f"error-{key}"]

    # What stands in the browser wins: a change that came while the script ran is never undone.
    typed.text = st.session_state.setdefault(f"result-{key}", typed.text)
    typed.is_error = st.session_state.setdefault(f"error-{key}", typed.is_error)

    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/function: {code_span(call.name)} is waiting for its result")
            if call.id:
                st.caption(f"id {code_span(call.id)}", width="content")
        st.json(call.args, expanded=True)
        _draw_misfit(state, call)
        st.text_area(
            f"Result of {call.name}",
            key=f"result-{key}",
            height=90,
            placeholder=HINT,
            on_change=lambda: store(st.session_state[f"result-{key}"]),
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _draw_sources(state, call, key, store)
            st.toggle(
                "It's an error",
                key=f"error-{key}",
                on_change=store_error,
                help='Sent as {"error": …}: the model is told that the call failed.',
            )


def _draw_misfit(state: ToolsState, call: FunctionCall) -> None:
    """Say where a call isn't as its function was declared, which a model may get wrong."""
    declaration = state.declaration(call.name)
    if declaration is None:
        st.caption(f":material/warning: No function {code_span(call.name)} is declared now.")
        return
    try:
        wrong = violations(call.args, arguments_schema(declaration))
    except ValueError:
        return  # the declaration itself is wrong, which is said beside it
    for violation in wrong[:3]:
        st.caption(f":material/warning: {code_span(violation.where)}: {literal(violation.reason)}")


def _draw_sources(
    state: ToolsState, call: FunctionCall, key: str, store: Callable[[str], None]
) -> None:
    """Draw the other ways to a result than typing: run it, use the mock; and to keep one."""
    declaration = state.declaration(call.name)
    if declaration is not None and is_built_in(declaration):
        st.button(
            "Run it",
            key=f"run-{key}",
            icon=":material/play_arrow:",
            on_click=lambda: store(_text_of(run(call.name, call.args))),
        )
    if call.name in state.mocks:
        st.button(
            "Use mock",
            key=f"mock-{key}",
            icon=":material/inventory_2:",
            on_click=lambda: store(state.mocks[call.name]),
        )

    def save() -> None:
        typed = st.session_state[f"result-{key}"]
        if typed.strip():
            state.mocks[call.name] = typed

    st.button(
        "Save as mock",
        key=f"save-{key}",
        icon=":material/save:",
        help=f"Saved for this session: the next call of {call.name} starts with it.",
        on_click=save,
    )


def _text_of(result: Result) -> str:
    return json.dumps(result, ensure_ascii=False)
