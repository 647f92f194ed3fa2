"""A library at a field: what was saved from it under names, in versions; one's own and the team's.

It lies with the saved prompts, each entry as a request with nothing but what stood in the field.
What the field holds, and how that is a request, is the library's kind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import streamlit as st

from components.format import in_words
from components.history import current_history, failing_said, history_trouble
from components.markdown.literal import literal
from components.people import audit, has_team, may_remove, team_library
from components.pieces import draw_deletion
from components.session import bound
from gemini.format import counted
from gemini.history.engine import HistoryError
from gemini.history.presets import KINDS, PROMPT, NameTakenError, Preset, PresetKind
from gemini.history.sharing import LONGEST_NAME
from gemini.history.store import HistoryStore
from gemini.request import Request

OWN, TEAM = "Mine", "Team"
PART = "library"  # of the page's address: TEAM where the team's part is meant
MOST_LISTED = 8  # of those saved; a search finds the others
LONGEST_HELP = 300  # characters
WIDTH = 320  # pixels


@dataclass(frozen=True)
class Starter:
    """What comes with the playground, to begin with."""

    name: str
    text: str
    icon: str


@dataclass
class Library:
    """A library in one session: the entry that was opened or saved last, by its name (its text as
    it is saved, the number of that version, and whether it is of the team's part).

    `team`: the team's part is on the screen. `number` tells the widgets of one entry from those of
    the next. `KEY` is how the keys of all of them begin, `LABEL` what stands on the button.
    """

    KIND: ClassVar[PresetKind] = PROMPT
    KEY: ClassVar[str] = ""
    LABEL: ClassVar[str] = "Library"

    name: str = ""
    text: str = ""
    version: int = 0
    versions: int = 0
    of_team: bool = False
    team: bool = False
    search: str = ""
    problem: str = ""
    deleting: bool = False
    number: int = 0

    @property
    def current(self) -> str:
        """What stands in the field and could be saved; "" for nothing."""
        raise NotImplementedError

    @property
    def blocked(self) -> str:
        """Why that can't be saved, where something is to be said of it."""
        return ""

    def put(self, text: str) -> None:
        """Have this in the field. What stands there can be had back."""
        raise NotImplementedError

    def template(self, text: str) -> Request:
        """It as it is saved."""
        raise NotImplementedError

    def text_of(self, saved: Preset) -> str:
        """The inverse of `template`."""
        raise NotImplementedError

    @property
    def is_open_here(self) -> bool:
        """Whether what is open is saved in the part on the screen."""
        return bool(self.version) and self.of_team == self.team

    @property
    def is_saved(self) -> bool:
        """Whether the field holds the newest version of what is open, in the part on the screen."""
        newest = self.is_open_here and self.version == self.versions
        return newest and self.current == self.text

    def open(self, name: str, text: str) -> None:
        """Put something into the field that is saved nowhere yet."""
        self.put(text)
        self.close()
        self.name, self.text = name, text

    def open_saved(self, saved: Preset) -> None:
        """Put a version of something saved, in the part on the screen, into the field."""
        self.open(saved.name, self.text_of(saved))
        self.version, self.versions, self.of_team = saved.version, saved.versions, self.team

    def close(self) -> None:
        """Have nothing of the library open; the field stays as it is."""
        self.name, self.text, self.version, self.versions = "", "", 0, 0
        self.problem, self.deleting = "", False
        self.number += 1

    def turn_to(self, *, team: bool) -> None:
        """Have the other part on the screen."""
        self.team = team
        self.problem, self.deleting = "", False

    def save(self, history: HistoryStore, name: str) -> None:
        """Save what is in the field under a name, as the next version where it has some."""
        name, text = _cleaned(name), self.current
        self.problem = "" if name else "Give it a name."
        if not name or not text:
            return
        try:
            version = history.save_preset(name, self.KIND, self.template(text))
        except NameTakenError as error:
            self.problem = f"{error}. Choose another one."
            return
        self.close()
        self.name, self.text, self.of_team = name, text, self.team
        self.version = self.versions = version
        self._note("saved", name)

    def rename(self, history: HistoryStore, name: str) -> None:
        """Give the one that is open another name; its versions stay with it."""
        name, before = _cleaned(name), self.name
        self.problem = ""
        if name in {"", before}:
            return
        if history.rename_preset(before, name):
            self.name = name
            self.number += 1
            self._note("renamed", f"{before} to {name}")
        else:
            self.problem = f"{name} is taken. Choose another name."

    def delete(self, history: HistoryStore) -> None:
        """Delete the one that is open with its versions. The field stays as it is."""
        history.delete_preset(self.name)
        self._note("deleted", self.name)
        self.close()

    def _note(self, what: str, detail: str) -> None:
        """Note what was done in the team's part; what is one's own is nobody else's business."""
        if self.team:
            audit(f"Team {KINDS[self.KIND]} {what}", detail)


def _cleaned(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME]


def draw_library(
    library: Library,
    starters: Sequence[Starter] = (),
    files: Callable[[], None] | None = None,
) -> None:
    """Draw the way to the library, and what of it stands in the field.

    `files` draws how something comes from a file, and goes into one.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover(
            library.LABEL,
            icon=":material/library_books:",
            type="tertiary",
            key=f"{library.KEY}-popover",
            on_change="rerun",
        ) as place:
            if place.open:
                with st.container(width=WIDTH):  # the same for either part
                    _draw_open(library, starters, files)
        if library.name and library.current:
            st.caption(_about(library), width="content")


def _about(library: Library) -> str:
    """Which one stands in the field, and whether it was changed since it was saved."""
    words = [literal(library.name), *(["team's"] if library.of_team else [])]
    if library.version:
        words.append(f"version {library.version}")
    if library.current != library.text:
        words.append(":orange[unsaved changes]" if library.version else "changed")
    return " · ".join(words)


def _draw_open(
    library: Library, starters: Sequence[Starter], files: Callable[[], None] | None
) -> None:
    try:
        _draw_entries(library, starters)
    except HistoryError as error:
        st.caption(f":material/error: {literal(str(error))}")
    if files is not None:
        files()


def _draw_entries(library: Library, starters: Sequence[Starter]) -> None:
    history = None if history_trouble() else _draw_part(library)
    saved = history.presets(library.KIND) if history is not None else []
    if history is None:
        st.caption(":material/history_toggle_off: Nothing can be saved just now.")
    if library.blocked:
        st.caption(f":material/block: {library.blocked}")
    elif history is not None and library.current:
        _draw_saving(library, history)
    if history is not None and library.is_open_here and _has(saved, library.name):
        _draw_versions(library, history)
    if saved or starters:
        st.text_input(
            "Search",
            placeholder="Search the library",
            label_visibility="collapsed",
            icon=":material/search:",
            **bound(f"{library.KEY}-search", library.search, partial(setattr, library, "search")),
        )
    _draw_lists(library, saved, starters)
    if history is not None and not (saved or starters):
        st.caption("Nothing saved yet.")


def _draw_part(library: Library) -> HistoryStore | None:
    """Draw the choice between one's own and the team's; the store of the one that is chosen."""
    library.team = library.team and has_team()
    if has_team():
        st.segmented_control(
            "Library",
            [OWN, TEAM],
            required=True,
            label_visibility="collapsed",
            **bound(
                f"{library.KEY}-part",
                TEAM if library.team else OWN,
                lambda chosen: library.turn_to(team=chosen == TEAM),
                "default",
            ),
        )
    if library.team:
        st.caption(
            ":material/group: Everyone here sees these and can save new versions. Earlier versions "
            "stay, each with who saved it."
        )
    return team_library() if library.team else current_history()


def _has(saved: Sequence[Preset], name: str) -> bool:
    return any(each.name == name for each in saved)


def _draw_lists(library: Library, saved: Sequence[Preset], starters: Sequence[Starter]) -> None:
    """Draw what the search leaves of what is saved, and of what there is to begin with."""
    texts = [(each, library.text_of(each)) for each in saved]
    left = [(each, text) for each, text in texts if _matches(library.search, each.name, text)]
    _draw_list(library, "The team's" if library.team else "Yours", [
        (Starter(each.name, text, "bookmark"), partial(library.open_saved, each))
        for each, text in left[:MOST_LISTED]
    ])  # fmt: skip
    if len(left) > MOST_LISTED:
        st.caption(f"{len(left) - MOST_LISTED:,} more: search for them.")
    shown = [s for s in starters if _matches(library.search, s.name, s.text)]
    _draw_list(library, "To start from", [
        (one, partial(library.open, one.name, one.text)) for one in shown
    ])  # fmt: skip
    if library.search and (saved or starters) and not left and not shown:
        st.caption(f"Nothing in the library has “{literal(library.search)}” in it.")


def _matches(search: str, name: str, text: str) -> bool:
    """Whether every word that is searched for is in a name or a text."""
    within = f"{name} {text}".casefold()
    return all(word in within for word in search.casefold().split())


def _draw_list(
    library: Library, title: str, items: Sequence[tuple[Starter, Callable[[], None]]]
) -> None:
    """Draw a button for each: its name, its text as help, its icon, what a click does."""
    if not items:
        return
    st.caption(title)
    with st.container(gap=None):
        for one, take in items:
            st.button(
                literal(one.name),
                key=f"{library.KEY}-{title}-{one.name}",
                icon=f":material/{one.icon}:",
                type="tertiary",
                help=literal(one.text[:LONGEST_HELP]),
                on_click=take,
            )


def _draw_saving(library: Library, history: HistoryStore) -> None:
    """The name to save it under; a name that is there already gets another version."""
    key = f"{library.KEY}-name-{library.number}"

    def save() -> None:
        with failing_said():
            library.save(history, st.session_state[key])

    def rename() -> None:
        with failing_said():
            library.rename(history, st.session_state[key])

    st.text_input(
        "Name", library.name, key=key, max_chars=LONGEST_NAME, placeholder="Name to save it under"
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Save as a new version" if library.is_open_here else "Save",
            key=f"{library.KEY}-save",
            icon=":material/bookmark_add:",
            disabled=library.is_saved,
            on_click=save,
        )
        if library.is_open_here and may_remove(team=library.team):
            st.button("Rename", key=f"{library.KEY}-rename", type="tertiary", on_click=rename)
    if library.problem:
        st.warning(literal(library.problem), icon=":material/warning:")


def _draw_versions(library: Library, history: HistoryStore) -> None:
    """The versions of the one that is open, to go back to; and the way to delete it."""
    versions = {each.version: each for each in history.preset_versions(library.name)}
    key = f"{library.KEY}-version-{library.number}"

    def show() -> None:
        library.open_saved(versions[st.session_state[key]])

    def delete() -> None:
        with failing_said():
            library.delete(history)

    if len(versions) > 1 or library.team:
        st.selectbox(
            "Version",
            list(versions),
            index=list(versions).index(library.version) if library.version in versions else 0,
            format_func=lambda version: version_words(versions[version]),
            key=key,
            on_change=show,
        )
    if not may_remove(team=library.team):
        return
    if not library.deleting:
        st.button(
            "Delete",
            key=f"{library.KEY}-delete",
            icon=":material/delete:",
            type="tertiary",
            on_click=partial(setattr, library, "deleting", True),
        )
    else:
        several = f" and its {counted(len(versions), 'version')}" if len(versions) > 1 else ""
        draw_deletion(
            library.KEY,
            f"{literal(library.name)}{several} will be deleted"
            f"{' for everyone' if library.team else ''}. The field keeps its text.",
            delete=delete,
            keep=partial(setattr, library, "deleting", False),
        )


def saved_presets(kind: PresetKind) -> dict[str, Preset]:
    """What one can choose of a kind, one's own and the team's, by what a list calls it."""
    own, team = current_history(), team_library() if has_team() else None
    by_label = {each.name: each for each in own.presets(kind)} if own is not None else {}
    shared = team.presets(kind) if team is not None else []
    return by_label | {f"{each.name} (team's)": each for each in shared}


def version_words(preset: Preset) -> str:
    """A version by its number, when it was saved, and by whom in the team's part."""
    by = f", {preset.author}" if preset.author else ""
    return f"{preset.version}, {in_words(preset.created)}{by}"
