"""What a browser's session keeps between two runs of the script."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

State = TypeVar("State")


def state(key: str, make: Callable[[], State]) -> State:
    """What the session keeps under `key`, a page's name mostly; made at the first call."""
    if key not in st.session_state:
        st.session_state[key] = make()
    return st.session_state[key]
