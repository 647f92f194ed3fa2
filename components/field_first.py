"""Has somebody who has just come see the field of the chat first, and then what is around it.

The browser draws the page anew with nearly each element that arrives, and shows what it has to
load the code of, as the field, when it gets a moment in between. So in the first run of a session's
script on the chat page everything else is drawn after the field, in places that were there before
it: nothing moves. Where the address names more than the page something may be running there, and
what is around it can't wait for its end.
"""

import time
from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.navigation import START
from gemini.taking_turns import waiting

FIRST = "field_first"  # session state: whether this run of the script draws the field first
PAUSE = 0.15  # seconds

Draw = Callable[[], object]


def begin_drawing(page: str) -> None:
    """Say that a run of the script begins to draw a page."""
    st.session_state[FIRST] = (
        FIRST not in st.session_state and page == START and not st.query_params
    )


def let_browser_draw() -> None:
    """Wait a moment where the field comes first: it has been sent, and nothing after it yet.

    Once: a prompt runs the fragment with the field again, and must not wait.
    """
    if st.session_state.get(FIRST):
        st.session_state[FIRST] = False
        with waiting():
            time.sleep(PAUSE)


class AroundField:
    """What is drawn around the field by one script, the page's or the shell's.

    A widget is another one where another script draws it, so each script draws its own.
    """

    def __init__(self) -> None:
        self._field_first = bool(st.session_state.get(FIRST))
        self._waiting: list[tuple[DeltaGenerator, Draw]] = []

    def add(self, place: DeltaGenerator, draw: Draw) -> None:
        """Draw into a place: now, or, where the field comes first, with `draw_waiting`."""
        if self._field_first:
            self._waiting.append((place, draw))
            return
        with place:
            draw()

    def draw_waiting(self) -> None:
        """Draw what waits for the field. To be called when that is drawn."""
        for place, draw in self._waiting:
            with place:
                draw()
