"""What the tuning page remembers in a session: the examples, and the tuning that is followed."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from components.calls import Calls, Steps
from components.own_things import is_own, remembering
from components.settings.run_settings import current_settings
from gemini.api.call import Method
from gemini.api.problems import Problem
from gemini.embeddings.texts import Sheet
from gemini.resources.tunings import (
    Example,
    Hyperparameters,
    Tuning,
    cancelling,
    creation,
    examples_of,
    look,
    tuning_of,
)

PAGE = "tuning"
PARAMETER = "tuning"  # of the page's address: the tuning that is followed
COLUMNS = ("prompt", "answer")


@dataclass
class TuningState:
    """The page in one session.

    `followed` is the name of the tuning that was asked for last, "" for none yet; `refused` that it
    isn't this person's. `version` counts the tables, so that a new one is drawn anew. `complaint`
    is why no tuning was begun.
    """

    sheet: Sheet = field(default_factory=lambda: Sheet(COLUMNS, ()))
    version: int = 0
    tuning: Tuning | None = None
    followed: str = ""
    refused: bool = False
    calls: Calls = field(default_factory=Calls)
    problem: Problem | None = None
    complaint: str = ""

    @property
    def examples(self) -> list[Example]:
        """The examples of the columns that are chosen."""
        return examples_of(self.sheet, self.column("prompt", 0), self.column("answer", -1))

    def column(self, name: str, otherwise: int) -> str:
        """The column that holds the prompts, or the answers."""
        chosen = st.session_state.get(f"tuning-{name}-column")
        return chosen if chosen in self.sheet.columns else self.sheet.columns[otherwise]

    def take(self, sheet: Sheet) -> None:
        """Have other examples."""
        self.problem = None
        if len(sheet.columns) < 2:
            words = "There is one column; examples need prompts and answers."
            self.problem = Problem(
                "table", "This isn't a table of examples", words, "Add the other."
            )
            return
        self.sheet = sheet
        self.version += 1

    def start(self) -> None:
        """Begin to tune, unless the examples are missing."""
        there = (_value("source") or "").strip().startswith("gs://")
        self.complaint = "" if there else "Examples must be the gs:// URI of a JSONL file."
        if there:
            self.calls.begin(self._start(_creation()))

    def follow(self, name: str) -> None:
        """Look at a tuning of this person's, and have the page's address name it."""
        if name := name.strip():
            self.refused = not is_own(name)
            if self.refused:
                self.followed, self.tuning = name, None
            else:
                self.calls.begin(self._follow(name))

    def cancel(self, name: str) -> None:
        """End a tuning of this person's, and look what has become of it."""
        if is_own(name):
            self.calls.begin(self._cancel(name))

    def _start(self, creation: Method) -> Steps:
        remember = remembering()
        call = yield creation
        if not call.problem:
            self.tuning, self.refused = tuning_of(call.response), False
            self.followed = self.tuning.name
            remember(self.followed)

    def _follow(self, name: str) -> Steps:
        self.followed = name
        call = yield look(name)
        self.tuning = None if call.problem else tuning_of(call.response)

    def _cancel(self, name: str) -> Steps:
        call = yield cancelling(name)
        if not call.problem:
            yield from self._follow(name)


def _creation() -> Method:
    """The call for what the form holds."""
    how = Hyperparameters(_value("epochs"), _value("rate"), _value("adapter"))
    model = (_value("base") or "").strip() or current_settings().model.name
    source, validation = (_value(name) or "" for name in ("source", "validation"))
    return creation(model, source.strip(), validation.strip(), how, _value("title") or "")


def _value(name: str) -> Any:
    return st.session_state.get(f"tuning-{name}")
