"""What the history page looks for: words, a conversation, a page, a model, an outcome, a day."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from components.history import failing_said
from gemini.history.search import Filter
from gemini.history.store import HistoryStore
from gemini.run import Outcome

ANY = "Any"
DAYS = {ANY: None, "The last 24 hours": 1, "The last 7 days": 7, "The last 30 days": 30}
OUTCOMES: dict[Outcome, str] = {
    "done": "Done",
    "running": "Running",
    "stopped": "Stopped",
    "failed": "Failed",
}
CONVERSATION = "history-conversation"  # session state
KEYS = (
    "history-text",
    CONVERSATION,
    "history-page",
    "history-model",
    "history-outcome",
    "history-day",
    "history-starred",
)


def draw_filters(history: HistoryStore) -> Filter:
    """Draw the search field and the filters; what they say."""
    choices = history.choices()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Search",
            key="history-text",
            placeholder="Words in prompts and answers",
            width="stretch",
        )
        starred = st.toggle("Starred only", key="history-starred")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        conversation = _draw_conversation(history)
        page = st.selectbox("Page", [ANY, *choices.pages], key="history-page", width=130)
        model = st.selectbox("Model", [ANY, *choices.models], key="history-model", width=190)
        outcome = st.selectbox(
            "Outcome",
            [ANY, *OUTCOMES],
            key="history-outcome",
            format_func=lambda o: OUTCOMES.get(o, str(o)),
            width=130,
        )
        day = st.selectbox("When", list(DAYS), key="history-day", width=160)
    days = DAYS[day]
    return Filter(
        text=text.strip(),
        conversation_id=conversation,
        page=None if page == ANY else page,
        model=None if model == ANY else model,
        outcome=next((o for o in OUTCOMES if o == outcome), None),
        starred=True if starred else None,
        since=datetime.now(UTC) - timedelta(days=days) if days else None,
    )


def clear_filters() -> None:
    """Have every filter look for anything again; to be used as a callback."""
    for key in KEYS:
        st.session_state.pop(key, None)


def only_conversation(conversation_id: str) -> None:
    """Have the page show the runs of one conversation, and no other filter; a callback."""
    clear_filters()
    st.session_state[CONVERSATION] = conversation_id


def _draw_conversation(history: HistoryStore) -> str | None:
    """The choice of a conversation, and beside it the way to rename the one chosen."""
    titles = {c.id: c.title or "Untitled" for c in history.conversations()}
    chosen = st.session_state.get(CONVERSATION, ANY)
    if chosen not in {ANY, *titles}:  # an older one, or one that was deleted meanwhile
        titles[chosen] = "Another conversation"
    chosen = st.selectbox(
        "Conversation",
        [ANY, *titles],
        key=CONVERSATION,
        format_func=lambda c: titles.get(c, str(c)),
        width=220,
    )
    if chosen == ANY:
        return None
    with st.popover("Rename", icon=":material/edit:", key=f"rename-{chosen}"):
        _draw_title(history, chosen, titles[chosen])
    return chosen


def _draw_title(history: HistoryStore, conversation_id: str, title: str) -> None:
    key = f"title-{conversation_id}"

    def rename() -> None:
        name = st.session_state[key].strip()
        with failing_said():
            if name and not history.rename_conversation(conversation_id, name):
                st.toast("This conversation has been deleted.", icon=":material/error:")

    st.text_input("Title of the conversation", title, key=key, on_change=rename)
