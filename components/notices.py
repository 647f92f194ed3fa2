"""What is said once after a click: why a file wasn't taken, that something was saved."""

import time
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from components.markdown.literal import literal
from components.session import state

ARRIVES = 1.0  # seconds after which the browser has what was drawn
DRAW = {"error": st.error, "warning": st.warning, "success": st.success}
ICONS = {
    "error": ":material/error:",
    "warning": ":material/warning:",
    "success": ":material/check:",
}

Kind = Literal["error", "warning", "success"]


def arrived(drawn: float | None) -> bool:
    """Whether the browser must have what was first drawn at that moment, None if it never was.

    A run of the script that follows at once takes the place of what the one before has drawn and
    was not sent yet (`ForwardMsgQueue.clear` in Streamlit, which spares toasts only): what is drawn
    once only would be lost.
    """
    return drawn is not None and time.monotonic() - drawn > ARRIVES


@dataclass
class Notices:
    """Sentences that are drawn until the browser must have them, and with the next run no more."""

    lines: list[tuple[Kind, str]] = field(default_factory=list)
    drawn: float | None = None

    def say(self, sentence: str, kind: Kind = "error") -> None:
        """Have a plain sentence drawn, beside those that nobody has seen yet."""
        if arrived(self.drawn):
            self.lines = []
        self.lines.append((kind, sentence))
        self.drawn = None

    def draw(self) -> None:
        """Draw what there is to say. To be called in every run, where it is to be read."""
        if arrived(self.drawn):
            self.lines, self.drawn = [], None
        for kind, sentence in self.lines:
            DRAW[kind](literal(sentence), icon=ICONS[kind])
        if self.lines and self.drawn is None:
            self.drawn = time.monotonic()


def notices(key: str) -> Notices:
    """What is to be said at one place of this session, such as below a form."""
    return state(f"notices-{key}", Notices)
