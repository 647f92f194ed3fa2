"""The title and the tags of a conversation, as fields that are written as they are changed."""

from collections.abc import Callable

import streamlit as st

from components.history import failing_said
from gemini.history.listing import LONGEST_TAG, MOST_TAGS, ConversationSummary
from gemini.history.schema import LONGEST_NAME
from gemini.history.store import HistoryStore

GONE = "This chat has been deleted."


def draw_naming(history: HistoryStore, one: ConversationSummary, key: str) -> None:
    """Draw the fields; `key` begins those of the widgets."""
    title_key, tags_key = f"{key}-title-{one.id}", f"{key}-tags-{one.id}"

    def rename() -> None:
        title = " ".join(st.session_state[title_key].split())
        if not title:
            st.session_state[title_key] = one.title
            return
        change(lambda: history.rename_conversation(one.id, title))

    def tag() -> None:
        change(lambda: history.tag_conversation(one.id, st.session_state[tags_key]))

    known = sorted({*history.tags(), *one.tags}, key=str.casefold)
    st.text_input(
        "Title of the conversation",
        one.title,
        key=title_key,
        max_chars=max(LONGEST_NAME, len(one.title)),
        on_change=rename,
    )
    st.multiselect(
        "Tags",
        known,
        list(one.tags),
        key=tags_key,
        accept_new_options=True,
        max_selections=MOST_TAGS,
        placeholder="Choose or type a tag",
        help=f"Up to {MOST_TAGS}, of {LONGEST_TAG} characters each.",
        on_change=tag,
    )


def change(write: Callable[[], bool]) -> None:
    """Write a change of a conversation, for a callback; a word where it can't be written."""
    with failing_said():
        if not write():
            st.toast(GONE, icon=":material/error:")
