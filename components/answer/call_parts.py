"""Calls of functions and their results as steps: in one line, with all of it folded below."""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

LONGEST = 72  # characters of a line


def draw_call(place: DeltaGenerator, call: Mapping[str, Any]) -> None:
    """Draw a `function_call`: `get_weather(city="Paris")`."""
    name, args = str(call.get("name") or ""), call.get("args") or {}
    given = ", ".join(f"{key}={_json(value)}" for key, value in args.items())
    label = f"Call {_code(f'{name}({given})')}" if name else "A call without a name"
    with place.status(label, state="complete", type="step"):
        st.json(args)


def draw_response(place: DeltaGenerator, response: Mapping[str, Any]) -> None:
    """Draw a `function_response`; one with an `error` is a step that failed."""
    name, result = str(response.get("name") or ""), response.get("response") or {}
    failed = "error" in result
    value = result["error"] if failed else result.get("output", result)
    text = value if isinstance(value, str) else _json(value)
    label = f"{'Error' if failed else 'Result'} of {_code(name)}: {_code(text)}"
    with place.status(label, state="error" if failed else "complete", type="step"):
        st.json(result)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _code(text: str) -> str:
    """Text in one line as code in Markdown, cut where it is long."""
    line = " ".join(text.replace("`", "'").split())
    line = line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
    return f"`{line}`" if line else "nothing"
