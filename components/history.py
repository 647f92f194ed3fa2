"""The history of this process, and this session's part of it."""

import logging
import os
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from components.connection import current_connection, usable_connection
from components.environment import trouble_with
from components.observing import observe
from components.owner import current_owner, is_ours_alone, is_passing
from components.prices import cost_of
from components.recordings import current_recordings
from gemini.conversation import Conversation
from gemini.filling import resume
from gemini.history.database import History, open_history
from gemini.history.engine import HistoryError
from gemini.history.limits import Scope, Spent, VariableError
from gemini.history.retention import retention_from
from gemini.history.store import HistoryStore
from gemini.interactions.background import is_running_there
from gemini.live_run import LiveRun
from gemini.run import Run

log = logging.getLogger(__name__)

SESSION = "history_session"  # session state: tells sessions apart in the counts of usage
AGAIN = 5.0  # seconds after which a history that could not be opened is tried again

FOR_OTHERS = "the database can't be used just now. The reason is in the server's log."


class _Opening:
    """The history, or why there is none. Opened at once, and tried again until it is there."""

    def __init__(self) -> None:
        self.history: History | None = None
        self.why = ""
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._open()
        if self.history is None:
            threading.Thread(target=self._keep_trying, name="history-opening", daemon=True).start()

    def look(self) -> tuple[History | None, str]:
        """What there is, at once."""
        return self.history, self.why

    def close(self) -> None:
        """Write what has come so far, and end."""
        with self._lock:
            self._ended.set()
        if self.history is not None:
            self.history.close()

    def _keep_trying(self) -> None:
        while self.history is None and not self._ended.wait(AGAIN):
            self._open()
        if self.history is not None:
            log.warning("The history is open now: runs are stored.")

    def _open(self) -> None:
        try:
            if trouble := trouble_with("DATABASE_URL"):
                raise HistoryError(trouble)
            retention = retention_from(os.environ)
            opened = open_history(database_address(), retention=retention, price=cost_of)
        except (HistoryError, VariableError) as error:
            if str(error) != self.why:
                log.error("Nothing is kept: %s", error)
            self.why = str(error)
            return
        self.why = ""
        with self._lock:
            if not self._ended.is_set():
                self.history = opened
                return
        opened.close()  # the server has ended meanwhile


@st.cache_resource(show_spinner=False, on_release=_Opening.close)
def _opening() -> _Opening:
    return _Opening()


def _opened() -> tuple[History | None, str]:
    """The history of this process, or None and why there is none."""
    return _opening().look()


def database_address() -> str | None:
    """The database that the environment names; None where it is a file in the data folder."""
    return os.environ.get("DATABASE_URL", "").strip() or None


def history_in_database() -> History | None:
    """The history, where it is in a database that other processes use as well."""
    history, _ = _opened()
    return history if database_address() else None


def opened_history() -> History | None:
    """The history of this process, for what is no single owner's; None where there is none."""
    return _opened()[0]


def close_history() -> None:
    """Write what has come so far. To be called when the server ends."""
    _opening.clear()


def history_trouble() -> str | None:
    """Why nothing is kept just now, in a sentence; None when all is well."""
    history, why = _opened()
    return history.trouble if history else why


def check_history() -> None:
    """Whether runs can be stored just now: asks the database.

    Raises:
        HistoryError: they can't. The text says why.
    """
    history, why = _opened()
    if history is None:
        raise HistoryError(why)
    history.check()
    if history.trouble:
        raise HistoryError(history.trouble)


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
        shown = why if is_ours_alone() else FOR_OTHERS
        st.warning(f"Runs aren't stored: {shown}", icon=":material/history_toggle_off:")


@contextmanager
def failing_said() -> Iterator[None]:
    """For a widget's callback that uses the history: a failure is said, and the page is drawn."""
    try:
        yield
    except HistoryError as error:
        st.toast(str(error), icon=":material/error:")


def saying_failure(work: Callable[[], object]) -> Callable[[], None]:
    """The same around a callback."""

    def callback() -> None:
        with failing_said():
            work()

    return callback


def current_history() -> HistoryStore | None:
    """This person's part of the history; None when there is no history."""
    history, _ = _opened()
    return history.of(current_owner()) if history else None


def record(live: LiveRun, page: str, conversation: Conversation | None = None) -> None:
    """Keep and count a run from now on, and the turn it answers; never the key it was sent with."""
    observe(live, page)
    history, connection = current_history(), current_connection()
    if history is not None:
        secrets = connection.target.secrets if connection else []
        history.record(live, page, session=session_id(), conversation=conversation, secrets=secrets)


def followed(run: Run) -> LiveRun:
    """A kept run as it is now: as this process fills it, from now on where it runs at the API.

    The Run in it is another one then. One that could not be followed waits for `follow_on`.
    A recording is played.
    """
    if live := current_recordings().live(run.id):
        return live
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


def spent(scope: Scope, *, month: bool = False) -> Spent:
    """What was used in a scope today, and this month where asked for; nothing without a history."""
    history = opened_history()
    return history.spent(scope, month=month) if history else Spent()
