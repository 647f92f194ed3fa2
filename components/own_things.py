"""Whose the files, cached contents and batches are, where several people share the server's key.

The API lists everybody's. Others can reach the server: then a page lists a person's own by default.
"""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import streamlit as st

from components.connection import choice
from components.demo_mode import in_demo
from components.history import history_in_database
from components.owner import current_owner, is_ours_alone, is_passing
from components.session import bound
from gemini.api.connect import Connection
from gemini.batches.tables import FolderTables, StoredTables, Tables
from gemini.history.engine import data_folder
from gemini.media.attachment import Attachment
from gemini.resources.files import Uploads
from gemini.resources.files import upload as begin_upload

T = TypeVar("T")

OWN_NAMES = "own-names"  # session state: those that this session made
SHOWN = "show-everybodys"  # session state
FOLDER = "own"
BATCHES = "batches"  # session state: what the batches page remembers, tables among it
MOST = 5000  # names remembered of an owner: the newest


class OwnNames:
    """The names of what each owner made, which the API doesn't tell: a line each, a file an owner.

    Any thread may add to them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def add(self, owner: str, name: str) -> None:
        """Remember that this owner made it.

        Raises:
            OSError: the folder can't be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._path(owner).open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")

    def of(self, owner: str) -> frozenset[str]:
        """What this owner made, as far as is known."""
        try:
            return frozenset(self._path(owner).read_text("utf-8").splitlines()[-MOST:])
        except OSError:
            return frozenset()

    def _path(self, owner: str) -> Path:
        return self._folder / f"{hashlib.sha256(owner.encode()).hexdigest()}.txt"


def is_shared() -> bool:
    """Whether others ask with the same key: it is the server's, and they can reach the server."""
    return choice() != "own key" and (in_demo() or not is_ours_alone())


def remembering() -> Callable[[str], None]:
    """What notes, from any thread, that this person made the thing of a name."""
    if not is_shared():
        return lambda _: None
    own_names: set[str] = st.session_state.setdefault(OWN_NAMES, set())
    owner, passing = current_owner(), is_passing()

    def remember(name: str) -> None:
        own_names.add(name)
        if not passing:
            with suppress(OSError):  # then it is this session's own only
                OwnNames(data_folder()).add(owner, name)

    return remember


def upload(connection: Connection, attachments: Iterable[Attachment]) -> Uploads:
    """Store attachments with the Files API as this person's own, and return at once."""
    return begin_upload(connection, attachments, remembering())


def own_of(things: Iterable[T], name: Callable[[T], str]) -> list[T]:
    """Those to be listed: this person's own, or all where that is wanted or nobody shares them."""
    if not is_shared() or lists_everybodys():
        return list(things)
    own_names: set[str] = st.session_state.get(OWN_NAMES, set())
    names = own_names if is_passing() else own_names | OwnNames(data_folder()).of(current_owner())
    return [thing for thing in things if name(thing) in names]


def draw_whose(page: str) -> None:
    """Where the key is shared, say whose are listed, and draw the way to see everybody's."""
    if not is_shared() or in_demo():
        return
    shown = lists_everybodys()
    st.toggle(
        "Show everyone's",
        help="This server's key is shared: the API lists what everyone made with it.",
        **bound(f"{page}-everybodys", shown, partial(st.session_state.__setitem__, SHOWN)),
    )
    if shown:
        st.caption(
            ":material/group: Other people's are listed too: what you delete is gone for them as "
            "well."
        )
    else:
        st.caption(":material/person: Only those you made here are listed.")


def lists_everybodys() -> bool:
    """Whether other people's things are listed."""
    return is_shared() and not in_demo() and bool(st.session_state.get(SHOWN))


def batch_tables() -> Tables:
    """The tables of batch jobs: in the database that DATABASE_URL names, else in the folder."""
    if (history := history_in_database()) is not None:
        return StoredTables(history.of)
    return FolderTables(data_folder() / "batches")


def forget_tables() -> None:
    """Remove this person's tables of all jobs, stored and in this session.

    The jobs stay with the API; their results are then called by their keys.

    Raises:
        TablesError: a table can't be removed.
    """
    st.session_state.pop(BATCHES, None)
    batch_tables().forget(current_owner())
