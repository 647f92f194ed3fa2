"""What the compare page remembers: who is asked, the answers, and the vote."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import streamlit as st

from components.asking import BESIDE, ask
from components.asking import BESIDE_PARAMETER as PARAMETER
from components.attachments.sent import media_of_request
from components.attachments.state import Attachments, attachments_of
from components.history import record
from components.page_run import kept_run
from components.prices import cost_of
from components.runtime import uninterrupted
from components.session import is_second_click
from components.settings.run_settings import RunSettings, current_settings, settings_of
from gemini.compare import (
    Matrix,
    Row,
    agreements,
    answer_text,
    rows,
    similarities,
    told_apart,
)
from gemini.live_run import LiveRun
from gemini.request import API_NAMES, Part, text_of
from gemini.run import Run
from gemini.settings.sweep import SWEPT, SweepError, sweep_values, typed_values, with_value
from gemini.settings.table import BY_NAME

PAGE = "compare"
MOST_COLUMNS = 4
BLIND = "blind"  # of the page's address: who gave which answer is hidden until the vote
LETTERS = "ABCDEFGH"

Mode = Literal["columns", "repeats", "sweep"]


@dataclass(frozen=True)
class ComparedRun:
    """One of the answers: its letter, what was special about its request, and its run."""

    letter: str
    about: str
    live: LiveRun


@dataclass
class CompareState:
    """The page in one session. `columns` are the settings of each; repeats and sweeps
    use the first.

    `typed` are values of a sweep as somebody wrote them, by setting; without any, `times` values
    are proposed. `blind` holds for what is asked next, `masked` for the answers on the screen: who
    gave which is not shown before the vote. `vote` is a letter, or "" for a tie; `votes` counts
    by what won.
    """

    columns: list[RunSettings] = field(default_factory=list)
    prompt: str = ""
    mode: Mode = "columns"
    count: int = 2
    times: int = 4
    swept: str = "temperature"
    typed: dict[str, str] = field(default_factory=dict)
    blind: bool = False
    entries: list[ComparedRun] = field(default_factory=list)
    masked: bool = False
    vote: str | None = None
    votes: Counter[str] = field(default_factory=Counter)
    complaint: str = ""
    _alike: Matrix | None = None

    @property
    def attachments(self) -> Attachments:
        """What is sent with the prompt."""
        return attachments_of(PAGE)

    @property
    def busy(self) -> bool:
        """Whether any answer is being written."""
        return any(entry.live.running for entry in self.entries)

    @property
    def hidden(self) -> bool:
        """Whether nothing may tell who gave which answer: until the vote, if there can be one."""
        open_vote = self.busy or any(entry.live.run.candidates for entry in self.entries)
        return self.masked and self.vote is None and open_vote

    @property
    def runs(self) -> dict[str, Run]:
        """The runs by what they are called on the screen."""
        return {self.title(entry): entry.live.run for entry in self.entries}

    @property
    def alike(self) -> Matrix:
        """Similarity of each pair of answers; compared once, when all have ended."""
        if self._alike is None:
            self._alike = similarities([answer_text(run) for run in self.runs.values()])
        return self._alike

    def title(self, entry: ComparedRun) -> str:
        """What an answer is called: its letter alone while the vote is open."""
        return entry.letter if self.hidden else f"{entry.letter}: {entry.about}"

    def column(self, number: int) -> RunSettings:
        """The settings of a column; those of the sidebar, as they are at the first call."""
        while len(self.columns) <= number:
            self.columns.append(_copied(current_settings(), _keys(len(self.columns))))
        return self.columns[number]

    def take_sidebar(self) -> None:
        """Give every column the settings of the sidebar."""
        for settings in self.columns:
            settings.reset()  # the widgets of the columns are made anew
        self.columns.clear()

    def values(self) -> list[Any]:
        """The values of the sweep, typed or proposed.

        Raises:
            SweepError: what was typed isn't such a list.
        """
        model, typed = self.column(0).model, self.typed.get(self.swept, "")
        if typed.strip():
            return typed_values(self.swept, typed, model)
        return sweep_values(self.swept, model, self.times)

    def send(self) -> None:
        """Ask all at once; what was being written is stopped first, and stays in the history."""
        if not self.prompt.strip() and not self.attachments.media:
            self.complaint = "Write a prompt first, or add a file."
            return
        try:
            columns = list(self._columns())
        except SweepError as error:
            self.complaint = str(error)
            return
        if self._just_asked:
            return
        self.leave()
        st.query_params.pop(PARAMETER, None)
        self.complaint, self.entries = "", []
        self.attachments.prepare(self.prompt, lambda parts: self._send(columns, parts))

    @property
    def _just_asked(self) -> bool:
        """Whether the prompt was asked by the first half of a double click."""
        runs = [entry.live.run for entry in self.entries]
        if not runs or any(run.problem or run.outcome == "stopped" for run in runs):
            return False
        same = text_of(runs[0].request.last_parts).strip() == self.prompt.strip()
        return same and is_second_click(runs[0].created)

    def stop(self) -> None:
        """End all answers that are being written; what has come stays."""
        for entry in self.entries:
            entry.live.stop()

    def leave(self) -> None:
        """Turn to something else: answers in the background go on, all others are stopped."""
        for entry in self.entries:
            entry.live.leave()

    def choose(self, letter: str) -> None:
        """Vote for an answer, or for none with ""; the models are shown from then on."""
        if self.vote is None:
            self.vote = letter
            st.query_params.pop(BLIND, None)
            won = next((e.about for e in self.entries if e.letter == letter), "No winner")
            self.votes[won] += 1

    def rows(self) -> list[Row]:
        """The figures of the answers, when all have ended."""
        return rows(self.runs, cost_of, agreements(self.alike))

    @uninterrupted()
    def _send(self, columns: list[tuple[str, RunSettings]], parts: list[Part]) -> None:
        self.masked, self.vote, self._alike = self.blind and len(columns) > 1, None, None
        if self.masked:
            random.shuffle(columns)
        self.entries = []
        for letter, (about, settings) in zip(LETTERS, columns, strict=False):
            live = ask([{"role": "user", "parts": parts}], settings=settings)
            record(live, PAGE)
            self.entries.append(ComparedRun(letter, about, live))
        st.query_params[PARAMETER] = self._named
        if self.masked:
            st.query_params[BLIND] = "1"
        else:
            st.query_params.pop(BLIND, None)

    @property
    def _named(self) -> str:
        return ",".join(entry.live.run.id for entry in self.entries)

    def look_at_address(self) -> None:
        """Show the answers that the page's address names, after a reload; else name those here.

        Or those that another page wants to be shown.
        """
        if lives := st.session_state.pop(BESIDE, None):
            self._show(lives)
            st.query_params[PARAMETER] = self._named
            return
        ids = st.query_params.get(PARAMETER, "")
        if not ids and self.entries:
            st.query_params[PARAMETER] = self._named
        elif ids not in {"", self._named}:
            self._reopen(ids.split(",")[: len(LETTERS)])

    def _reopen(self, ids: list[str]) -> None:
        lives = [live for run_id in ids if (live := kept_run(run_id)) is not None]
        if not lives:
            st.query_params.pop(PARAMETER)
            return
        self._show(lives)
        if not (self.columns or self.attachments.media):  # nothing is set here yet
            self._take_back(lives)

    def _take_back(self, lives: list[LiveRun]) -> None:
        """Have the form ask again what these runs were asked: as columns, a sweep, or repeats.

        Two that are the same are columns that nobody has changed yet.
        Columns come in an order that tells nothing of who gave which answer.
        """
        self.attachments.arrange(media_of_request(lives[0].run.request))
        each = [settings_of(live.run)[0] for live in lives]
        if self.masked:
            each.sort(key=lambda one: (one.model.name, repr(one.values)))
        first = each[0]
        differing = {
            name
            for one in each
            for name in one.values | first.values
            if one.values.get(name) != first.values.get(name)
        }
        several = len({one.model.name for one in each}) > 1
        swept = "" if several or len(differing) != 1 else next(iter(differing))
        if len(each) > 2 and not (several or differing):
            self.mode, self.times, each = "repeats", len(each), [first]
        elif len(each) > MOST_COLUMNS and swept in SWEPT:
            default = BY_NAME[swept].default(first.model)  # which isn't sent
            self.typed[swept] = ", ".join(str(one.values.get(swept, default)) for one in each)
            self.mode, self.swept, each = "sweep", swept, [first]
        else:
            each = each[:MOST_COLUMNS]
            self.mode, self.count = "columns", max(len(each), 2)
        for number, one in enumerate(each):
            one.chosen, one.keys = one.model.name, _keys(number)
            self.columns.append(one)

    def _show(self, lives: list[LiveRun]) -> None:
        """Have these answers on the page; what was being written there is stopped."""
        self.leave()
        requests = [live.run.request for live in lives]
        each = zip(LETTERS, told_apart(requests), lives, strict=False)
        self.entries = [ComparedRun(*entry) for entry in each]
        self.masked, self.vote, self._alike = BLIND in st.query_params, None, None
        self.prompt = self.prompt or text_of(requests[0].last_parts)

    def _columns(self) -> Iterator[tuple[str, RunSettings]]:
        """What is special about each request, and its settings as they are now."""
        first = self.column(0)
        if self.mode == "columns":
            columns = [self.column(n) for n in range(self.count)]
            names = [settings.model.name for settings in columns]
            same_api = len({settings.method for settings in columns}) == 1
            for name, settings in zip(names, columns, strict=True):
                about = name if names.count(name) == 1 else _about(settings)
                about += "" if same_api else f", {API_NAMES[settings.method]}"
                yield about, _copied(settings, settings.keys)
        elif self.mode == "repeats":
            for _ in range(self.times):
                yield first.model.name, _copied(first, first.keys)
        else:
            for value in self.values():
                settings = _copied(first, first.keys)
                settings.values = with_value(first.values, self.swept, value)
                yield f"{self.swept} {value}", settings


def _keys(number: int) -> str:
    """How the keys of a column's widgets begin."""
    return f"compare-{number}"


def _copied(settings: RunSettings, keys: str) -> RunSettings:
    values: dict[str, Any] = dict(settings.values)
    return RunSettings(settings.model.name, settings.model, values, settings.vertex, keys)


def _about(settings: RunSettings) -> str:
    """A model's name with the settings that are off their default, in short."""
    short = [
        f"{name} {settings.values[name]}"
        for name in ("temperature", "thinking_budget", "thinking_level", "seed")
        if name in settings.changed
    ]
    return ", ".join([settings.model.name, *short])
