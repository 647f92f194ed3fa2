"""A library of system instructions at their field: saved under names, in versions; some to start.

They are kept with the saved prompts, each as a request with nothing but the instruction.
"""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from components.format import in_words
from components.history import current_history, failing_said, history_trouble
from components.markdown.literal import literal
from components.pieces import draw_deletion
from components.samples import samples
from components.session import bound, state
from components.settings.run_settings import RunSettings
from gemini.format import counted
from gemini.history.engine import HistoryError
from gemini.history.presets import INSTRUCTION, NameTakenError, Preset
from gemini.history.sharing import LONGEST_NAME
from gemini.history.store import HistoryStore
from gemini.request import Request

NAME = "system_instruction"  # of the setting
STATE = "instruction-library"
MOST_LISTED = 8  # of one's own; a search finds the others
LONGEST_HELP = 300  # characters


@dataclass
class InstructionLibrary:
    """The library in one session: the instruction that was opened or saved last, by its name
    (its text as it is saved, and the number of that version), and what was typed before that.

    `number` tells the widgets of one instruction from those of the next.
    """

    name: str = ""
    text: str = ""
    version: int = 0
    versions: int = 0
    before: str = ""
    search: str = ""
    problem: str = ""
    deleting: bool = False
    number: int = 0

    def open(self, settings: RunSettings, name: str, text: str) -> None:
        """Put an instruction into the field; what stands there unsaved can be put back."""
        current = instruction_of(settings)
        unsaved = bool(current.strip()) and current != self.text
        if unsaved:  # looking at two, one after the other, leaves the way back to what was typed
            self.before = current
        self.name, self.text, self.version, self.versions = name, text, 0, 0
        self.problem, self.deleting = "", False
        self.number += 1
        settings.values[NAME] = text

    def open_saved(self, settings: RunSettings, saved: Preset) -> None:
        """Put a version of a saved one into the field."""
        self.open(settings, saved.name, _text(saved))
        self.version, self.versions = saved.version, saved.versions

    def put_back(self, settings: RunSettings) -> None:
        """Have what was typed before in the field again."""
        settings.values[NAME], self.before = self.before, ""
        self.name, self.text, self.version, self.versions = "", "", 0, 0
        self.number += 1

    def save(self, settings: RunSettings, history: HistoryStore, name: str) -> None:
        """Save the text of the field under a name, as the next version where it has some."""
        name, text = " ".join(name.split())[:LONGEST_NAME], instruction_of(settings)
        self.problem = ""
        if not name or not text.strip():
            self.problem = "Give it a name." if text.strip() else "Write an instruction first."
            return
        template = Request(settings.model.name, [], {NAME: text})
        try:
            version = history.save_preset(name, INSTRUCTION, template)
        except NameTakenError as error:
            self.problem = f"{error}. Choose another one."
            return
        self.name, self.text, self.before = name, text, ""
        self.version = self.versions = version
        self.number += 1

    def rename(self, history: HistoryStore, name: str) -> None:
        """Give the one that is open another name; its versions stay with it."""
        name = " ".join(name.split())[:LONGEST_NAME]
        self.problem = ""
        if not name or name == self.name:
            return
        if history.rename_preset(self.name, name):
            self.name = name
            self.number += 1
        else:
            self.problem = f"{name} is taken. Choose another name."

    def delete(self, history: HistoryStore) -> None:
        """Delete the one that is open with its versions. The field keeps its text."""
        history.delete_preset(self.name)
        self.name, self.text, self.version, self.versions = "", "", 0, 0
        self.deleting = False
        self.number += 1


def instruction_of(settings: RunSettings) -> str:
    """The text in the field."""
    return settings.values.get(NAME) or ""


def _text(saved: Preset) -> str:
    text = saved.template.config.get(NAME)
    return text if isinstance(text, str) else ""


def draw_instructions(settings: RunSettings) -> None:
    """Draw the way to the library below the field, and what of it stands there."""
    library = state(STATE, InstructionLibrary)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover(
            "Library",
            icon=":material/library_books:",
            type="tertiary",
            key=STATE + "-popover",
            on_change="rerun",
        ) as place:
            if place.open:
                try:
                    _draw_library(library, settings)
                except HistoryError as error:
                    st.caption(f":material/error: {literal(str(error))}")
        if library.name and instruction_of(settings):
            st.caption(_about(library, settings), width="content")
    if library.before:
        st.button(
            "Put back what was typed",
            key=f"{STATE}-put-back",
            icon=":material/undo:",
            type="tertiary",
            on_click=library.put_back,
            args=(settings,),
        )


def _about(library: InstructionLibrary, settings: RunSettings) -> str:
    """Which one stands in the field, and whether it was changed since it was saved."""
    words = [literal(library.name)]
    if library.version:
        words.append(f"version {library.version}")
    if instruction_of(settings) != library.text:
        words.append(":orange[unsaved changes]" if library.version else "changed")
    return " · ".join(words)


def _draw_library(library: InstructionLibrary, settings: RunSettings) -> None:
    history = None if history_trouble() else current_history()
    saved = history.instructions() if history is not None else []
    if history is not None and instruction_of(settings).strip():
        _draw_saving(library, settings, history)
        if any(each.name == library.name for each in saved):
            _draw_versions(library, settings, history)
    st.text_input(
        "Search",
        placeholder="Search the library",
        label_visibility="collapsed",
        icon=":material/search:",
        **bound(f"{STATE}-search", library.search, lambda text: setattr(library, "search", text)),
    )
    own = [each for each in saved if _matches(library.search, each.name, _text(each))]
    _draw_list("Yours", [
        (each.name, _text(each), "bookmark", lambda each=each: library.open_saved(settings, each))
        for each in own[:MOST_LISTED]
    ])  # fmt: skip
    if len(own) > MOST_LISTED:
        st.caption(f"{len(own) - MOST_LISTED:,} more: search for them.")
    starters = [
        (s["label"], s["text"].strip(), s["icon"]) for s in samples("instructions/start")["samples"]
    ]
    shown = [s for s in starters if _matches(library.search, s[0], s[1])]
    _draw_list("To start from", [
        (name, text, icon, lambda name=name, text=text: library.open(settings, name, text))
        for name, text, icon in shown
    ])  # fmt: skip
    if not own and not shown:
        st.caption(f"Nothing in the library has “{literal(library.search)}” in it.")


def _matches(search: str, name: str, text: str) -> bool:
    """Whether every word that is searched for is in a name or a text."""
    within = f"{name} {text}".casefold()
    return all(word in within for word in search.casefold().split())


def _draw_list(title: str, items: list[tuple[str, str, str, Callable[[], None]]]) -> None:
    """Draw a button for each: its name, its text as help, its icon, what a click does."""
    if not items:
        return
    st.caption(title)
    with st.container(gap=None):
        for name, text, icon, take in items:
            st.button(
                literal(name),
                key=f"{STATE}-{title}-{name}",
                icon=f":material/{icon}:",
                type="tertiary",
                help=literal(text[:LONGEST_HELP]),
                on_click=take,
            )


def _draw_saving(library: InstructionLibrary, settings: RunSettings, history: HistoryStore) -> None:
    """The name to save it under; a name that is there already gets another version."""
    key = f"{STATE}-name-{library.number}"

    def save() -> None:
        with failing_said():
            library.save(settings, history, st.session_state[key])

    def rename() -> None:
        with failing_said():
            library.rename(history, st.session_state[key])

    st.text_input(
        "Name", library.name, key=key, max_chars=LONGEST_NAME, placeholder="Name to save it under"
    )
    with st.container(horizontal=True, gap="small"):
        current = instruction_of(settings)
        unsaved = current != library.text or not 0 < library.version == library.versions
        st.button(
            "Save as a new version" if library.version else "Save",
            key=f"{STATE}-save",
            icon=":material/bookmark_add:",
            disabled=not unsaved,
            on_click=save,
        )
        if library.version:
            st.button("Rename", key=f"{STATE}-rename", type="tertiary", on_click=rename)
    if library.problem:
        st.warning(literal(library.problem), icon=":material/warning:")


def _draw_versions(
    library: InstructionLibrary, settings: RunSettings, history: HistoryStore
) -> None:
    """The versions of the one that is open, to go back to; and the way to delete it."""
    versions = {each.version: each for each in history.preset_versions(library.name)}
    key = f"{STATE}-version-{library.number}"

    def show() -> None:
        library.open_saved(settings, versions[st.session_state[key]])

    def delete() -> None:
        with failing_said():
            library.delete(history)

    if len(versions) > 1:
        st.selectbox(
            "Version",
            list(versions),
            index=list(versions).index(library.version) if library.version in versions else 0,
            format_func=lambda v: f"{v}, {in_words(versions[v].created)}",
            key=key,
            on_change=show,
        )
    if not library.deleting:
        st.button(
            "Delete",
            key=f"{STATE}-delete",
            icon=":material/delete:",
            type="tertiary",
            on_click=lambda: setattr(library, "deleting", True),
        )
    else:
        several = f" and its {counted(len(versions), 'version')}" if len(versions) > 1 else ""
        draw_deletion(
            STATE,
            f"{literal(library.name)}{several} will be deleted. The field keeps its text.",
            delete=delete,
            keep=lambda: setattr(library, "deleting", False),
        )
