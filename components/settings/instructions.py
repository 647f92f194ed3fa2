"""The library of system instructions at their field; some to start from."""

from dataclasses import dataclass
from typing import ClassVar

import streamlit as st

from components.library import Library, Starter, draw_library
from components.samples import samples
from components.session import state
from components.settings.run_settings import RunSettings, current_settings
from gemini.history.presets import INSTRUCTION, Preset, PresetKind
from gemini.history.store import HistoryStore
from gemini.request import Request

NAME = "system_instruction"  # of the setting


@dataclass
class InstructionLibrary(Library):
    """The library in one session, and what was typed in the field before one was opened."""

    KIND: ClassVar[PresetKind] = INSTRUCTION
    KEY: ClassVar[str] = "instruction-library"

    before: str = ""

    @property
    def current(self) -> str:
        text = instruction_of(current_settings())
        return text if text.strip() else ""

    def put(self, text: str) -> None:
        current = self.current
        if current and current != self.text:  # looking at two, one after the other, leaves the
            self.before = current  # way back to what was typed
        current_settings().values[NAME] = text

    def put_back(self) -> None:
        """Have what was typed before in the field again."""
        current_settings().values[NAME], self.before = self.before, ""
        self.close()

    def save(self, history: HistoryStore, name: str) -> None:
        super().save(history, name)
        if self.is_saved:
            self.before = ""

    def template(self, text: str) -> Request:
        return Request(current_settings().model.name, [], {NAME: text})

    def text_of(self, saved: Preset) -> str:
        text = saved.template.config.get(NAME)
        return text if isinstance(text, str) else ""


def instruction_of(settings: RunSettings) -> str:
    """The text in the field."""
    return settings.values.get(NAME) or ""


def draw_instructions() -> None:
    """Draw the way to the library below the field of this session, and what of it stands there."""
    library = state(InstructionLibrary.KEY, InstructionLibrary)
    starters = samples("instructions/start")["samples"]
    draw_library(library, [Starter(s["label"], s["text"].strip(), s["icon"]) for s in starters])
    if library.before:
        st.button(
            "Put back what was typed",
            key=f"{library.KEY}-put-back",
            icon=":material/undo:",
            type="tertiary",
            on_click=library.put_back,
        )
