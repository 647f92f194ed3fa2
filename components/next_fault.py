"""A fault that this session's next request gets from the emulator; the fault lab arms it."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.connection import choice
from gemini.api.connect import Connection

NEXT = "next_fault"  # session state
PLACE = "next_fault_place"  # session state; where it is drawn: a fragment can use the fault up


@dataclass(frozen=True)
class NextFault:
    """A fault by the emulator's name for it, and its title."""

    name: str
    title: str


def arm(fault: NextFault) -> None:
    """Have the next request get this fault, in the place of one that was armed before."""
    st.session_state[NEXT] = fault


def disarm() -> None:
    """Have the next request get none."""
    st.session_state.pop(NEXT, None)


def next_fault() -> NextFault | None:
    """The fault that is armed; None where another service than the emulator is asked."""
    return st.session_state.get(NEXT) if choice() == "emulator" else None


def take_fault(connection: Connection) -> str:
    """The name of the fault for the request that leaves now, "" for none: it is used up."""
    if connection.target.backend != "emulator" or NEXT not in st.session_state:
        return ""
    fault: NextFault = st.session_state.pop(NEXT)
    if (place := st.session_state.pop(PLACE, None)) is not None:
        place.empty()
    return fault.name


def draw_next_fault() -> None:
    """Draw which fault the next request gets, with a button that takes it away."""
    if next_fault() is None:
        return
    place = st.session_state[PLACE] = st.empty()
    _draw(place.container(horizontal=True, vertical_alignment="center", gap="small"))


def _draw(row: DeltaGenerator) -> None:
    """Name the fault, with a button that takes it away."""
    fault = next_fault()
    said = f"Your next request will get: {fault.title}" if fault else ""
    row.markdown(f":orange-badge[:material/bug_report: {said}]", width="content")
    row.button(
        "Remove",
        key="next-fault-remove",
        icon=":material/close:",
        type="tertiary",
        on_click=disarm,
    )
