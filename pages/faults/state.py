"""What the fault lab remembers: the fault that is chosen, and the last request that had one."""

from dataclasses import dataclass

import streamlit as st

from components.connection import CHOICE
from components.next_fault import NextFault, arm, disarm, next_fault
from components.page_run import PageRun, current_run, name_in_address
from gemini.api.faults import FAULT_HEADER, KnownFault

PAGE = "faults"
PROMPT = "Name three moons of Jupiter, with one sentence about each."
FIRST = "429"


@dataclass
class FaultsState:
    """The page in one session; `chosen` is the name of a fault."""

    chosen: str = FIRST

    @property
    def page_run(self) -> PageRun:
        """The request that is on the screen."""
        return current_run(PAGE)

    @property
    def tried(self) -> str:
        """The name of the fault that the request on the screen had, "" where it is unknown."""
        live = self.page_run.live
        exchanges = live.run.exchanges if live else []
        return exchanges[0].headers.get(FAULT_HEADER, "") if exchanges else ""

    def arm(self, fault: KnownFault) -> None:
        """Have the next request on any page get this fault."""
        arm(NextFault(fault.name, fault.title))

    def try_here(self, fault: KnownFault) -> None:
        """Send a small prompt that gets this fault; one that was armed stays for the next."""
        armed = next_fault()
        self.arm(fault)
        try:
            self.page_run.ask([{"role": "user", "parts": [{"text": PROMPT}]}])
        finally:
            disarm()
            if armed:
                arm(armed)
        st.session_state[f"inspector-{PAGE}"] = "Response"
        name_in_address(self.page_run)


def use_emulator() -> None:
    """Have this session ask the local emulator from now on."""
    st.session_state[CHOICE] = "emulator"
