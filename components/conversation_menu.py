"""The line above a conversation: how much of the context is used, and what to do with it all."""

import streamlit as st

from components.chat import Chat
from components.run_settings import current_settings


def draw_conversation_menu(chat: Chat) -> None:
    """Draw the line into the horizontal container that is open."""
    if chat.conversation.turns:
        _draw_context(chat)
        st.button(
            "New chat",
            key="chat-clear",
            icon=":material/edit_square:",
            type="tertiary",
            on_click=chat.clear,
        )
    with st.popover("Export, import", icon=":material/swap_vert:", type="tertiary"):
        _draw_files(chat)
    if chat.message:
        st.toast(chat.message)
        chat.message = ""


def _draw_context(chat: Chat) -> None:
    """How many tokens the conversation takes, of how many the model reads."""
    path = chat.conversation.path()
    used = next(
        (t.run.usage["total_token_count"] for t in reversed(path)
         if t.run and t.run.usage.get("total_token_count")),
        None,
    )  # fmt: skip
    limit = current_settings().model.input_token_limit
    if used is None:
        return
    share = f" of {limit:,}, {used / limit:.1%}" if limit else ""
    st.caption(f":material/data_usage: Context {used:,} tokens{share}", width="content")


def _draw_files(chat: Chat) -> None:
    st.download_button(
        "Export as JSON",
        chat.export,
        file_name="conversation.json",
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
        disabled=not chat.conversation.turns,
        width="stretch",
    )
    key = f"import-{chat.conversation.id}"
    st.file_uploader(
        "Import a conversation",
        "json",
        key=key,
        on_change=lambda: _load(chat, key),
    )


def _load(chat: Chat, key: str) -> None:
    file = st.session_state.get(key)
    if file is not None:
        chat.load(file.getvalue())
