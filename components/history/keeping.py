"""The history of this process, and this session's part of it."""

import os
import uuid
from collections.abc import Collection

import streamlit as st

from components.client import connection
from components.history.owner import current_owner
from components.tokens.prices import cost_of
from gemini.conversation import Conversation
from gemini.history import (
    History,
    HistoryError,
    RetentionError,
    Shelf,
    open_history,
    retention_from,
)
from gemini.history.limits import Spent
from gemini.run import LiveRun

SESSION = "history_session"  # session state: tells sessions apart in the counts of usage


def _close(opened: tuple[History | None, str]) -> None:
    if opened[0] is not None:
        opened[0].close()


@st.cache_resource(show_spinner=False, on_release=_close)
def _opened() -> tuple[History | None, str]:
    """The history, or None and why there is none. Opened once per process."""
    try:
        kept = retention_from(os.environ)
        return open_history(os.environ.get("DATABASE_URL"), retention=kept, price=cost_of), ""
    except (HistoryError, RetentionError) as error:
        return None, str(error)


def close_history() -> None:
    """Write what has come so far. To be called when the server ends."""
    _opened.clear()


def history_trouble() -> str | None:
    """Why nothing is kept just now, in a sentence; None when all is well."""
    history, why = _opened()
    return history.trouble if history else why


def keeps_history() -> bool:
    """Whether runs are kept; they are not where PLAYGROUND_HISTORY is off."""
    history, _ = _opened()
    return history is not None and history.retention.keep


def shelf() -> Shelf | None:
    """This person's part of the history; None when there is no history."""
    history, _ = _opened()
    return history.of(current_owner()) if history else None


def record(live: LiveRun, page: str, conversation: Conversation | None = None) -> None:
    """Keep a run from now on, and the turn it answers; never the key it was sent with."""
    mine, via = shelf(), connection()
    if mine is not None:
        secrets = via.target.secrets if via else []
        mine.record(live, page, session=session_id(), conversation=conversation, secrets=secrets)


def session_id() -> str:
    """What this session is called in the counts of usage."""
    return st.session_state.setdefault(SESSION, uuid.uuid4().hex)


def spent(session: str | None, without: Collection[str] = ()) -> Spent:
    """What a session, or everyone (None), has used today; nothing where there is no history.

    Tokens and dollars are those of all runs but the ones `without` names, by their ids.
    """
    history, _ = _opened()
    return history.spent(session, without) if history else Spent()
