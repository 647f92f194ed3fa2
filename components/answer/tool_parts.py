"""What Gemini's own tools leave in an answer: code with what came of it, calls with their results.

https://ai.google.dev/gemini-api/docs/code-execution and /tool-combination.
"""

from enum import Enum
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.markdown.literal import literal
from gemini.request import Part

OUTCOMES = {
    "OUTCOME_OK": ("output", "Output"),
    "OUTCOME_FAILED": ("error", "The code failed"),
    "OUTCOME_DEADLINE_EXCEEDED": ("timer_off", "The code ran too long and was stopped"),
}
TALL = 24  # lines; more than that scroll
TALL_PIXELS = 420


def draw_tool_part(place: DeltaGenerator, part: Part) -> bool:
    """Draw a part that one of these tools made; False for any other."""
    if code := part.get("executable_code"):
        place.caption(":material/terminal: Code that the model wrote and ran")
        _draw_text(place, code.get("code") or "", _name(code.get("language")).lower() or "python")
    elif result := part.get("code_execution_result"):
        outcome = _name(result.get("outcome")) or "OUTCOME_OK"
        icon, title = OUTCOMES.get(outcome, ("help", literal(outcome)))
        place.caption(f":material/{icon}: {title}")
        _draw_text(place, result.get("output") or "(nothing was printed)", None)
    elif call := part.get("tool_call"):
        _draw_call(place, f"{_title(call)}: called", call.get("args"))
    elif answer := part.get("tool_response"):
        _draw_call(place, f"{_title(answer)}: answered", answer.get("response"))
    else:
        return False
    return True


def _draw_text(place: DeltaGenerator, text: str, language: str | None) -> None:
    tall = text.count("\n") > TALL
    place.code(text.rstrip("\n"), language=language, height=TALL_PIXELS if tall else "content")


def _draw_call(place: DeltaGenerator, label: str, data: Any) -> None:
    with place.status(label, state="complete", type="step"):
        st.json(data or {})


def _title(call: dict[str, Any]) -> str:
    """`GOOGLE_SEARCH_WEB` as people write it: Google search web."""
    return literal(_name(call.get("tool_type")).replace("_", " ").capitalize()) or "Tool"


def _name(value: Any) -> str:
    """An enum of the SDK, or its name as it is after a while in the history."""
    return str(value.value if isinstance(value, Enum) else value or "")
