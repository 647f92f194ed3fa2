"""What the compare page remembers: who is asked, the answers, and the vote."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import streamlit as st

from components.asking import ask
from components.history import record
from components.prices import cost_of
from components.run_settings import RunSettings, current_settings
from gemini.comparing import Row, agreements, answer_text, rows, sweep_values, with_value
from gemini.run import LiveRun, Run

PAGE = "compare"
MOST_COLUMNS = 4
LETTERS = "ABCDEFGH"

Mode = Literal["columns", "repeats", "sweep"]


@dataclass(frozen=True)
class Entry:
    """One of the answers: its letter, what was special about its request, and its run."""

    letter: str
    about: str
    live: LiveRun


@dataclass
class Comparison:
    """The page in one session. `columns` are the settings of each; repeats and sweeps
    use the first.

    `blind` holds for what is asked next, `hidden` for the answers on the screen: who gave which is
    not shown before the vote. `vote` is a letter, or "" for a tie; `votes` counts by what won.
    """

    columns: list[RunSettings] = field(default_factory=list)
    prompt: str = ""
    mode: Mode = "columns"
    count: int = 2
    times: int = 4
    swept: str = "temperature"
    blind: bool = False
    entries: list[Entry] = field(default_factory=list)
    hidden: bool = False
    vote: str | None = None
    votes: Counter[str] = field(default_factory=Counter)
    complaint: str = ""
    _rows: list[Row] | None = None

    @property
    def busy(self) -> bool:
        """Whether any answer is being written."""
        return any(entry.live.running for entry in self.entries)

    @property
    def runs(self) -> dict[str, Run]:
        """The runs by what they are called on the screen."""
        return {self.title(entry): entry.live.run for entry in self.entries}

    def title(self, entry: Entry) -> str:
        """What an answer is called: its letter alone while the vote is open."""
        return entry.letter if self.hidden else f"{entry.letter}: {entry.about}"

    def column(self, number: int) -> RunSettings:
        """The settings of a column; those of the sidebar, as they are at the first call."""
        while len(self.columns) <= number:
            self.columns.append(_copied(current_settings(), f"compare-{len(self.columns)}"))
        return self.columns[number]

    def take_sidebar(self) -> None:
        """Give every column the settings of the sidebar."""
        for settings in self.columns:
            settings.reset()  # the widgets of the columns are made anew
        self.columns.clear()

    def send(self) -> None:
        """Ask all at once; what was being written is stopped first, and stays in the history."""
        self.complaint = "" if self.prompt.strip() else "Write a prompt first."
        if self.complaint:
            return
        self.stop()
        asked = list(self._asked())
        self.hidden, self.vote, self._rows = self.blind and len(asked) > 1, None, None
        if self.hidden:
            random.shuffle(asked)
        contents = [{"role": "user", "parts": [{"text": self.prompt}]}]
        self.entries = []
        for letter, (about, settings) in zip(LETTERS, asked, strict=False):
            live = ask(contents, settings=settings)
            record(live, PAGE)
            self.entries.append(Entry(letter, about, live))

    def stop(self) -> None:
        """End all answers that are being written; what has come stays."""
        for entry in self.entries:
            entry.live.stop()

    def choose(self, letter: str) -> None:
        """Vote for an answer, or for none with ""; the models are shown from then on."""
        self.vote, self.hidden, self._rows = letter, False, None
        won = next((e.about for e in self.entries if e.letter == letter), "No winner")
        self.votes[won] += 1

    def rows(self) -> list[Row]:
        """The figures of the answers, made once when all have ended."""
        if self._rows is None:
            texts = [answer_text(run) for run in self.runs.values()]
            self._rows = rows(self.runs, cost_of, agreements(texts))
            if self.hidden:
                self._rows = [{k: v for k, v in r.items() if k != "Model"} for r in self._rows]
        return self._rows

    def _asked(self) -> Iterator[tuple[str, RunSettings]]:
        """What is special about each request, and its settings."""
        first = self.column(0)
        if self.mode == "columns":
            columns = [self.column(n) for n in range(self.count)]
            names = [settings.model.name for settings in columns]
            for name, settings in zip(names, columns, strict=True):
                yield name if names.count(name) == 1 else _told(settings), settings
        elif self.mode == "repeats":
            for number in range(self.times):
                yield f"time {number + 1}", first
        else:
            for value in sweep_values(self.swept, first.model, self.times):
                settings = _copied(first, first.keys)
                settings.values = with_value(first.values, self.swept, value)
                yield f"{self.swept} {value}", settings


def current_comparison() -> Comparison:
    """The comparison of this session, made at the first call."""
    if PAGE not in st.session_state:
        st.session_state[PAGE] = Comparison()
    return st.session_state[PAGE]


def _copied(settings: RunSettings, keys: str) -> RunSettings:
    values: dict[str, Any] = dict(settings.values)
    return RunSettings(settings.model.name, settings.model, values, settings.vertex, keys)


def _told(settings: RunSettings) -> str:
    """A model's name with the settings that are off their default, in short."""
    short = [
        f"{name} {settings.values[name]}"
        for name in ("temperature", "thinking_budget", "thinking_level", "seed")
        if name in settings.changed
    ]
    return ", ".join([settings.model.name, *short])
