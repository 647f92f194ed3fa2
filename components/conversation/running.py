"""The answers of a page that are still being written in conversations other than the one shown."""

import streamlit as st

from components.conversation.state import PARAMETER, Chat
from components.history import current_history
from components.markdown.literal import literal
from gemini.history.engine import HistoryError
from gemini.history.search import Filter, RunSummary

MOST = 3  # listed


def draw_running_elsewhere(chat: Chat) -> None:
    """Draw the way to them, on a page where nothing has been asked yet."""
    place = st.empty()  # always: what stood here would stay, faded, until the answer has ended
    if chat.conversation.turns or not (runs := _running(chat.page)):
        return
    with place.container(gap=None):
        st.caption("Still running:")
        for run in runs:
            st.button(
                literal((run.name or run.prompt or run.model)[:80]),
                key=f"running-{run.id}",
                icon=":material/cloud:",
                type="tertiary",
                on_click=_open,
                args=(run.conversation_id,),
            )


def _running(page: str) -> list[RunSummary]:
    history = current_history()
    try:
        runs = (
            history.find(Filter(page=page, outcome="running"), limit=MOST).runs if history else []
        )
    except HistoryError:  # said elsewhere
        return []
    return [run for run in runs if run.conversation_id]


def _open(conversation_id: str) -> None:
    st.query_params[PARAMETER] = conversation_id
