"""The chat of a page in this session, and how it is found again by the page's address.

A conversation's id is in the address before its answer streams, so that a reload, a bookmark or
another process finds it in the history; what wasn't sent yet is found here.
"""

from functools import partial
from typing import Any
from weakref import WeakValueDictionary

import streamlit as st

from components.conversation.state import PARAMETER, Chat, Preparation, chat_key
from components.history import can_be_found_again, current_history
from components.markdown.literal import literal
from components.owner import current_owner
from components.recordings import current_recordings
from components.session import state

NO_CHAT = "There is no such chat. It may have been deleted."
_waiting: WeakValueDictionary[tuple[str, str], Any] = WeakValueDictionary()
"""What waits to be sent in a conversation, by owner and conversation, as long as its session is
there: the one after a reload finds it."""


def current_chat(page: str, *, own_model: bool = False) -> Chat:
    """The chat of a page in this session, made at the first call.

    Where the page's address names a conversation, it is that one: reopened after a reload or a
    restart, and followed on where its answer is still being written. Its last run's settings are
    in force from then on; its model too, unless the page has a choice of its own (`own_model`).
    """
    chat = state(chat_key(page), partial(Chat, page))
    conversation_id = st.query_params.get(PARAMETER)
    if not conversation_id or conversation_id == chat.conversation.id:
        return chat
    recorded = conversation_id in current_recordings().conversations
    if current_history() is None and not (chat.conversation.turns or recorded):
        return chat
    if reopened := _reopened(page, conversation_id):
        reopened.take_over(chat)
        chat = st.session_state[chat_key(page)] = reopened
        if not recorded and chat.take_settings(own_model=own_model):
            st.rerun()  # the sidebar, which was drawn before
    return chat


def is_current(chat: Chat) -> bool:
    """Whether it is still the chat of its page: clearing and importing begin another one."""
    return st.session_state.get(chat_key(chat.page)) is chat


def _reopened(page: str, conversation_id: str) -> Chat | None:
    """The chat of a kept conversation; None, and a word about it, when there is none.

    Of a recording, too, which is in no history.
    """
    history = current_history()
    conversation = current_recordings().conversations.get(conversation_id)
    try:
        if conversation is None and history is not None:
            conversation = history.conversation(conversation_id)
    except ValueError as error:
        st.toast(f"The conversation couldn't be reopened: {literal(str(error))}.")
    if conversation is None:
        if (current_owner(), conversation_id) not in _waiting:
            st.query_params.pop(PARAMETER, None)
            if history is not None:
                st.toast(NO_CHAT, icon=":material/error:")
        return None
    chat = Chat(page, conversation)
    for turn in conversation.path()[-1:]:
        chat.look_after(turn)
    return chat


def name_in_address(chat: Chat) -> None:
    """Put the conversation's id, which nobody can guess, into the page's address."""
    if (
        chat.conversation.turns
        and st.query_params.get(PARAMETER) != chat.conversation.id
        and can_be_found_again()
    ):
        st.query_params[PARAMETER] = chat.conversation.id


def wait_for(chat: Chat, preparation: Preparation, what: Any) -> None:
    """Don't send before that has ended; a reload finds `what` waits until then.

    So the address names the conversation from now on, also one in which nothing was said yet.
    """
    chat.preparation = preparation
    if can_be_found_again():
        _waiting[current_owner(), chat.conversation.id] = what
        st.query_params[PARAMETER] = chat.conversation.id


def take_waiting(page: str) -> Any:
    """What waits since before a reload to be sent in the conversation of the address, once."""
    key = current_owner(), st.query_params.get(PARAMETER, "")
    what = _waiting.get(key)
    return _waiting.pop(key) if what is not None and what.page == page else None
