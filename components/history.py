"""The history of this process, and this session's part of it."""

import logging
import math
import os
import threading
import time
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import streamlit as st

from components.connection import current_connection, usable_connection
from components.owner import current_owner, is_passing
from components.prices import cost_of
from gemini.api.last_known import FAILED
from gemini.conversation import Conversation
from gemini.filling import resume
from gemini.history.database import History, open_history
from gemini.history.engine import HistoryError
from gemini.history.limits import Spent, VariableError
from gemini.history.retention import retention_from
from gemini.history.store import HistoryStore
from gemini.interactions.background import is_running_there
from gemini.live_run import LiveRun
from gemini.run import Run

log = logging.getLogger(__name__)

SESSION = "history_session"  # session state: tells sessions apart in the counts of usage


class _Opening:
    """The history, or why there is none. Opened at once, and tried again now and then."""

    def __init__(self) -> None:
        self.history: History | None = None
        self.why = ""
        self._lock = threading.Lock()
        self._again_at = math.inf
        self._open()

    def look(self) -> tuple[History | None, str]:
        """What there is; another attempt is made beside whoever asks."""
        with self._lock:
            due = self.history is None and time.monotonic() >= self._again_at
            if due:
                self._again_at = math.inf
        if due:
            threading.Thread(target=self._open, name="history-opening", daemon=True).start()
        return self.history, self.why

    def _open(self) -> None:
        try:
            retention = retention_from(os.environ)
            url = os.environ.get("DATABASE_URL")
            self.history = open_history(url, retention=retention, price=cost_of)
        except (HistoryError, VariableError) as error:
            if str(error) != self.why:
                log.error("Nothing is kept: %s", error)
            self.why = str(error)
            self._again_at = time.monotonic() + FAILED
        else:
            self.why = ""

    def close(self) -> None:
        """Write what has come so far, and end."""
        if self.history is not None:
            self.history.close()


@st.cache_resource(show_spinner=False, on_release=_Opening.close)
def _opening() -> _Opening:
    return _Opening()


def _opened() -> tuple[History | None, str]:
    """The history of this process, or None and why there is none."""
    return _opening().look()


def close_history() -> None:
    """Write what has come so far. To be called when the server ends."""
    _opening.clear()


def history_trouble() -> str | None:
    """Why nothing is kept just now, in a sentence; None when all is well."""
    history, why = _opened()
    return history.trouble if history else why


def keeps_history() -> bool:
    """Whether runs are kept; they are not where PLAYGROUND_HISTORY is off."""
    history, _ = _opened()
    return history is not None and history.retention.keep


def can_be_found_again() -> bool:
    """Whether an address may name what is kept now: a reload finds it."""
    return keeps_history() and not history_trouble() and not is_passing()


def draw_trouble() -> None:
    """Say that nothing is kept, where that is so."""
    if why := history_trouble():
        st.warning(f"Runs aren't stored: {why}", icon=":material/history_toggle_off:")


@contextmanager
def failing_said() -> Iterator[None]:
    """For a widget's callback that uses the history: a failure is said, and the page is drawn."""
    try:
        yield
    except HistoryError as error:
        st.toast(str(error), icon=":material/error:")


def current_history() -> HistoryStore | None:
    """This person's part of the history; None when there is no history."""
    history, _ = _opened()
    return history.of(current_owner()) if history else None


def record(live: LiveRun, page: str, conversation: Conversation | None = None) -> None:
    """Keep a run from now on, and the turn it answers; never the key it was sent with."""
    history, connection = current_history(), current_connection()
    if history is not None:
        secrets = connection.target.secrets if connection else []
        history.record(live, page, session=session_id(), conversation=conversation, secrets=secrets)


def followed(run: Run) -> LiveRun:
    """A kept run as it is now: as this process fills it, from now on where it runs at the API.

    The Run in it is another one then. One that could not be followed waits for `follow_on`.
    """
    history = current_history()
    live = history.live(run.id) if history else None
    if live is None and is_running_there(run) and run.problem is None:
        live = follow_on(run)
    return live or LiveRun(run)


def follow_on(run: Run) -> LiveRun | None:
    """Follow a kept run on that goes on at the API, and keep what comes.

    None where this session's connection is to another place, or another process follows it.
    """
    history, (connection, _) = current_history(), usable_connection()
    if history is None or connection is None or connection.target.backend != run.backend:
        return None
    with failing_said():
        secrets = connection.target.secrets
        return history.resume(run.id, lambda same: resume(connection, same), secrets)
    return None


def session_id() -> str:
    """What this session is called in the counts of usage."""
    return st.session_state.setdefault(SESSION, uuid.uuid4().hex)


def spent(owner: str | None, without: Collection[str] = ()) -> Spent:
    """What an owner, or everyone (None), has used today; nothing where there is no history.

    Tokens and dollars are those of all runs but the ones `without` names, by their ids.
    """
    history, _ = _opened()
    return history.spent(owner, without) if history else Spent()
