"""Calls that manage something: made with this session's connection, seen down to the wire."""

from functools import partial
from typing import Any

import streamlit as st

from components.answers.answer import duration
from components.answers.code import draw_call_code
from components.answers.inspector import draw_wire_request, draw_wire_response
from components.answers.problem import draw_problem
from components.client import connection
from components.limits import refusal
from components.open_tabs import draw_tabs
from gemini.call import Call, perform
from gemini.problems import WORDS, Problem

FREE = frozenset({"get", "list", "cancel", "delete"})  # use nothing up: no limit holds them back


def call(method: str, arguments: dict[str, Any] | None = None) -> Call:
    """Call a method of the SDK's client, `caches.create` say, and wait for its answer.

    Never raises: what failed is the Call's `problem`, also when there is no connection, or when
    a limit holds it back.
    """
    via = connection()
    if via is None:
        return Call(method, arguments or {}, problem=Problem("no_key", *WORDS["no_key"]))
    free = method.rpartition(".")[2] in FREE
    problem = None if free else refusal(via.target.backend)
    if problem is not None:
        return Call(method, arguments or {}, via.target.backend, problem=problem)
    return perform(via, method, arguments)


def draw_call(made: Call, key: str) -> None:
    """What went over the wire for a call, and its code, folded; a problem stands above it."""
    if made.problem:
        draw_problem(made.problem)
    took = f", {duration(made.seconds)}" if made.seconds is not None else ""
    with st.expander(f"`{made.method}`{took}", icon=":material/terminal:", key=f"call-{key}",
                     type="compact", on_change="rerun") as place:  # fmt: skip
        if place.open:
            _draw_tabs(made, key)


def _draw_tabs(made: Call, key: str) -> None:
    tabs = {
        "Request": partial(_draw_request, made),
        "Response": partial(_draw_response, made),
        "Code": partial(draw_call_code, made.method, made.arguments, key),
    }
    draw_tabs(f"call-{key}-tabs", tabs)


def _draw_request(made: Call) -> None:
    if made.exchanges:
        draw_wire_request(made.exchanges[-1])
    else:
        st.caption("Nothing was sent.")


def _draw_response(made: Call) -> None:
    if made.exchanges:
        draw_wire_response(made.exchanges)
    else:
        st.caption("Nothing was sent.")
