"""What is asked about a picture, and the fields of the form that say it."""

from dataclasses import dataclass

import streamlit as st

from gemini.spatial.prompts import Mode, advised_limit

MODE_KEY, FIND_KEY, LIMIT_KEY = "boxes-mode", "boxes-find", "boxes-limit"


@dataclass(frozen=True)
class BoxesQuestion:
    """What to look for: the mode, the user's words (empty: everything), and how many at most."""

    mode: Mode
    find: str
    limit: int


def fill_form(question: BoxesQuestion) -> None:
    """Have the form say what is asked. Only in a callback, before its fields are drawn."""
    st.session_state[MODE_KEY] = question.mode
    st.session_state[FIND_KEY] = question.find
    st.session_state[LIMIT_KEY] = question.limit


def question_in_form() -> BoxesQuestion:
    """What the form says now."""
    state = st.session_state
    limit = state.get(LIMIT_KEY) or advised_limit()
    return BoxesQuestion(state.get(MODE_KEY) or "boxes", state.get(FIND_KEY) or "", int(limit))
