"""The saved prompt that is open in this session, and what can be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import streamlit as st

from components.asking import for_sidebar
from components.page_run import PageRun, current_run, name_in_address, reopen
from components.settings.run_settings import current_settings
from gemini.history.presets import PROMPT, Preset
from gemini.history.sharing import SharedPreset, SharingError, from_link
from gemini.history.store import HistoryStore
from gemini.request import Request
from gemini.template import fill, values_in, variables

PAGE = "prompts"
PARAMETER = "prompt"  # of the page's address: a prompt that somebody has shared
NAME = "name"  # of the page's address: the saved prompt that is open, for a reload

Origin = Literal["saved", "shared", "sample", "run"]


@dataclass(frozen=True)
class OpenPrompt:
    """A prompt on the screen. `version` of `versions` where it is saved; `left_out` counts the
    media that were not shared with it; `values` stand in the form at first. That of a "run" is as
    it was sent: a run doesn't say which saved prompt it was made from."""

    name: str
    page: str
    template: Request
    origin: Origin
    version: int = 0
    versions: int = 0
    left_out: int = 0
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass
class PromptsState:
    """The page in one session. `number` tells one opened prompt's widgets from the next one's;
    `link` is the one that was looked at last, `complaint` what was wrong with it; `team`: the
    team's prompts are on the screen."""

    opened: OpenPrompt | None = None
    number: int = 0
    link: str = ""
    complaint: str = ""
    team: bool = False

    @property
    def saved_name(self) -> str | None:
        """The name of the prompt that is open, where it is one of one's own."""
        opened = self.opened
        return opened.name if opened is not None and opened.origin == "saved" else None

    @property
    def run(self) -> PageRun:
        """The latest run of the prompt that is open."""
        return current_run(PAGE)

    def open(self, prompt: OpenPrompt | None) -> None:
        """Put a prompt on the screen, or none; the answer of another one leaves it."""
        self.run.leave()
        self.opened, self.complaint = prompt, ""
        self.number += 1
        if self.saved_name is not None:
            st.query_params[NAME] = self.saved_name
        else:
            st.query_params.pop(NAME, None)

    def close(self) -> None:
        """Put the prompt away; a callback."""
        self.leave_address()
        self.open(None)

    def open_saved(self, history: HistoryStore, name: str, version: int | None = None) -> None:
        """Open a saved prompt, the newest version or the one given; none when it is gone."""
        versions = [p for p in history.preset_versions(name) if p.kind == PROMPT]
        chosen = next((p for p in versions if version in (p.version, None)), None)
        self.open(from_preset(chosen) if chosen else None)

    def open_shared(self, shared: SharedPreset) -> None:
        """Open what somebody else has shared: it is neither saved nor run by that."""
        prompt = OpenPrompt(shared.name, shared.page, shared.template, "shared")
        self.open(replace(prompt, left_out=shared.left_out))

    def open_sample(self, sample: Mapping[str, Any]) -> None:
        """Open a sample, filled in, and run it."""
        parts = [{"text": sample["prompt"]}]
        instruction = sample.get("instruction")
        config = {"system_instruction": instruction} if instruction else {}
        contents = [{"role": "user", "parts": parts}]
        template = Request(current_settings().model.name, contents, config)
        prompt = OpenPrompt(sample["name"], PAGE, template, "sample", values=sample["values"])
        self.open(prompt)
        self.ask(dict(sample["values"]))

    def look_at_address(self, history: HistoryStore | None) -> None:
        """Open the prompt that the page's address brings, once; `complaint` says if it is none."""
        link = st.query_params.get(PARAMETER, "")
        name, saved = st.query_params.get(NAME), self.saved_name
        if name and history is not None and self.opened is None and not link:
            self.open_saved(history, name)
        elif saved is not None and saved != name:  # back from another page
            st.query_params[NAME] = saved
        if link == self.link:
            return
        self.link = link
        if not link:
            return
        try:
            self.open_shared(from_link(link))
        except SharingError as error:
            self.open(None)
            self.complaint = f"This link can't be opened: {error}."

    def reopen(self) -> None:
        """Show the run that the page's address names, with what was filled in for it."""
        if (live := reopen(self.run)) is None:
            return
        request = live.run.request
        if self.opened is None:  # from History; or a sample, which has no address of its own
            self.opened = OpenPrompt("", PAGE, request, "run")
        else:
            self.opened = replace(self.opened, values=values_in(self.opened.template, request))
        self.number += 1

    def leave_address(self) -> None:
        """Take the shared prompt out of the page's address."""
        st.query_params.pop(PARAMETER, None)
        self.link = ""

    def ask(self, values: dict[str, str], *, sidebar: bool = False) -> list[str]:
        """Run the prompt with these values; the names of those that are missing, if any."""
        assert self.opened is not None
        template = self.opened.template
        given = {name: value for name, value in values.items() if value.strip()}
        missing = [name for name in variables(template) if name not in given]
        if not missing:
            request = fill(template, given)
            self.run.send(for_sidebar(request) if sidebar else request)
            name_in_address(self.run)
        return missing


def from_preset(preset: Preset) -> OpenPrompt:
    """A version of a saved prompt, as it is on the screen."""
    return OpenPrompt(
        preset.name, preset.page, preset.template, "saved", preset.version, preset.versions
    )
