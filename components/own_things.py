"""Whose a thing at the API is, where several people share the server's key: a file, a cached
content, a batch, a tuning.

The API lists everybody's. Where others can reach the server a page lists a person's own, and
everyone's to operators who ask for it.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from components.connection import is_shared
from components.demo_mode import in_demo
from components.history import history_in_database, opened_history
from components.owner import current_owner, is_passing
from components.people import is_operator
from components.session import bound
from gemini.api.connect import Connection
from gemini.api.problems import Problem
from gemini.batches.tables import FolderTables, StoredTables, Tables
from gemini.history.engine import HistoryError, data_folder
from gemini.media.attachment import Attachment
from gemini.resources.files import Uploads
from gemini.resources.files import upload as begin_upload
from gemini.settings.config import CACHED_CONTENT

T = TypeVar("T")

OWN_NAMES = "own-names"  # session state: those that this session made
SHOWN = "show-everybodys"  # session state
BATCHES = "batches"  # session state: what the batches page remembers, tables among it


def remembering() -> Callable[[str], None]:
    """What notes, from any thread, that this person made the thing of a name."""
    if not is_shared():
        return lambda _: None
    own_names: set[str] = st.session_state.setdefault(OWN_NAMES, set())
    owner, passing, history = current_owner(), is_passing(), opened_history()

    def remember(name: str) -> None:
        own_names.add(name)
        if history is not None and not passing:  # else it is this session's own only
            history.people.add_own(owner, name)

    return remember


def upload(connection: Connection, attachments: Iterable[Attachment]) -> Uploads:
    """Store attachments with the Files API as this person's own, and return at once."""
    return begin_upload(connection, attachments, remembering())


def own_of(things: Iterable[T], name: Callable[[T], str]) -> list[T]:
    """Those to be listed: this person's own, or all where nobody shares them, or an operator wants
    to see them."""
    if not is_shared() or lists_everybodys():
        return list(things)
    names: set[str] = set(st.session_state.get(OWN_NAMES, ()))
    if history := opened_history():
        try:
            names |= history.people.own(current_owner()) | _noted_in_file(current_owner())
        except HistoryError as error:
            st.warning(f"Only what this tab made is listed. {error}", icon=":material/warning:")
    return [thing for thing in things if name(thing) in names]


def is_own(name: str) -> bool:
    """Whether this person may look at a thing by its name: a guessed one may be somebody else's."""
    return bool(own_of([name], str))


def trouble_with_cache(config: Mapping[str, Any]) -> Problem | None:
    """Why a request with this config isn't sent: its cached content is somebody else's.

    In a demo settings are the operator's, and so is what they name.
    """
    name = config.get(CACHED_CONTENT)
    if not name or in_demo() or is_own(name):
        return None
    return Problem(
        "not_own",
        "This cached content isn't yours",
        f"This server's key is shared, and {name} wasn't created by you.",
        "Create it on the Caches page, or remove it in the run settings, under Cache.",
    )


def _noted_in_file(owner: str) -> frozenset[str]:
    """What this owner made before names were kept in the database: lines of a file an owner."""
    path = data_folder() / "own" / f"{hashlib.sha256(owner.encode()).hexdigest()}.txt"
    try:
        return frozenset(path.read_text("utf-8").splitlines())
    except OSError:
        return frozenset()


def draw_whose(page: str) -> None:
    """Where the key is shared, say whose are listed, and draw operators' way to everyone's."""
    if not is_shared() or in_demo():
        return
    if is_operator():
        st.toggle(
            "Show everyone's",
            help="This server's key is shared: the API lists what everyone made with it.",
            **bound(
                f"{page}-everybodys",
                bool(st.session_state.get(SHOWN)),
                partial(st.session_state.__setitem__, SHOWN),
            ),
        )
    if lists_everybodys():
        st.caption(
            ":material/group: Other people's are listed too: what you delete or cancel is gone for "
            "them as well."
        )
    else:
        st.caption(":material/person: Only those you made here are listed.")


def lists_everybodys() -> bool:
    """Whether other people's things are listed."""
    return is_shared() and is_operator() and bool(st.session_state.get(SHOWN))


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
