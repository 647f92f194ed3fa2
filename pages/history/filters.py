"""What the history page looks for: words, a conversation, a page, a model, an outcome, a day."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from components.conversation.naming import change, draw_naming
from gemini.history.listing import ConversationSummary
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
    """Draw the search field and the filters, once there is a run; what they say."""
    choices = history.choices()
    if not choices.pages:
        return Filter()
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
    """The choice of a conversation, and beside it the title, tags and pin of the one chosen."""
    listed = {c.id: c for c in sorted(history.conversations(), key=lambda c: not c.pinned)}
    titles = {c.id: _label(c) for c in listed.values()}
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
    if one := listed.get(chosen) or history.summary(chosen):
        with st.popover("Title and tags", icon=":material/edit:", key=f"rename-{chosen}"):
            draw_naming(history, one, "history")
            _draw_pin(history, one)
    return chosen


def _label(one: ConversationSummary) -> str:
    """The title as a list of plain texts has it, with what marks it."""
    tags = "".join(f" #{tag}" for tag in one.tags)
    return f"{'Pinned: ' if one.pinned else ''}{one.title or 'Untitled'}{tags}"


def _draw_pin(history: HistoryStore, one: ConversationSummary) -> None:
    key = f"history-pin-{one.id}"

    def pin() -> None:
        change(lambda: history.pin_conversation(one.id, pinned=st.session_state[key]))

    st.toggle("Pinned", one.pinned, key=key, help="Listed first", on_change=pin)
