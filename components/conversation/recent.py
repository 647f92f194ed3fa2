"""The list of a page's earlier chats in a session: what is looked for in it, and its actions.

The actions are made to be widgets' callbacks; drawing is in `components.conversation.recent_list`.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import groupby

import streamlit as st

from components import session
from components.conversation.naming import GONE
from components.conversation.state import PARAMETER, Chat
from components.format import local
from components.history import failing_said
from components.people import audit
from gemini.history.deletions import UNDONE_WITHIN
from gemini.history.listing import ConversationSummary
from gemini.history.store import HistoryStore

STEP = 30  # chats listed, and that a click on the button adds
PINNED, OLDER = "Pinned", "Older"
AGES = ((0, "Today"), (1, "Yesterday"), (7, "Last 7 days"), (30, "Last 30 days"))  # days, at most
TOO_LATE = "It's too late to undo this. The chat is deleted for good."


@dataclass(frozen=True)
class DeletedChat:
    """A chat that was deleted here, `at` by `time.monotonic`; `shown` where it was the open one."""

    deletion: str
    conversation_id: str
    title: str
    shown: bool
    at: float = field(default_factory=time.monotonic)


@dataclass
class RecentChats:
    """The list of a page in one session.

    `editing` is the chat whose title and tags are being changed, `deleted` are those that can be
    brought back, the last one last. `trouble` is why the list couldn't be read: it isn't tried
    again unasked, so that a database that is away holds nobody up. `number` tells one list from
    the next: a new one is closed.
    """

    page: str
    text: str = ""
    tag: str | None = None
    limit: int = STEP
    editing: str | None = None
    deleted: list[DeletedChat] = field(default_factory=list)
    trouble: str = ""
    number: int = 0

    @property
    def key(self) -> str:
        """How the keys of the widgets begin, which is that of the list."""
        return f"recent-{self.page}-{self.number}"

    def look_for(self, text: str) -> None:
        """List the chats with these words."""
        self.text, self.limit, self.trouble = text.strip(), STEP, ""

    def look_for_tag(self, tag: str | None) -> None:
        """List the chats with this tag."""
        self.tag, self.limit, self.trouble = tag, STEP, ""

    def show_more(self) -> None:
        """List some more."""
        self.limit += STEP

    def try_again(self) -> None:
        """Read the list again."""
        self.trouble = ""

    def open(self, conversation_id: str) -> None:
        """Show a chat; what is being written in the one before goes on."""
        self.text, self.tag, self.limit, self.editing = "", None, STEP, None
        self.number += 1
        st.query_params[PARAMETER] = conversation_id

    def edit(self, conversation_id: str | None) -> None:
        """Have the title and the tags of a chat changed; of none any more."""
        self.editing = conversation_id

    def delete(self, history: HistoryStore, chat: Chat, one: ConversationSummary) -> None:
        """Delete a chat. Where it is the open one, a new one is begun."""
        shown = chat.conversation.id == one.id
        with failing_said():
            deletion = history.delete_conversation(one.id)
            if deletion is None:
                st.toast(GONE, icon=":material/error:")
                return
            self.deleted.append(DeletedChat(deletion, one.id, one.title, shown))
            audit("Deleted", "A chat, which can be undone for ten minutes")
            if shown:
                chat.clear()

    def undo(self, history: HistoryStore, chat: Chat) -> None:
        """Bring back what was deleted last, and show it where it was open and nothing is now."""
        last = self.last_deleted
        if last is None:
            return
        with failing_said():
            back = history.undo_deletion(last.deletion)
            self.deleted.pop()
            if not back:
                st.toast(TOO_LATE, icon=":material/error:")
            elif last.shown and not chat.conversation.turns:
                self.open(last.conversation_id)

    @property
    def last_deleted(self) -> DeletedChat | None:
        """What was deleted last, while it can be brought back."""
        since = time.monotonic() - UNDONE_WITHIN.total_seconds()
        self.deleted = [one for one in self.deleted if one.at > since]
        return self.deleted[-1] if self.deleted else None

    def forget_deleted(self) -> None:
        """Offer no way back any more."""
        self.deleted.clear()


def recent_chats(page: str) -> RecentChats:
    """The list of a page in this session, made at the first call."""
    return session.state(f"recent-{page}", partial(RecentChats, page))


def grouped(
    chats: Iterable[ConversationSummary], today: date
) -> Iterator[tuple[str, list[ConversationSummary]]]:
    """Chats in the order they have, by what stands above them."""
    for group, some in groupby(chats, lambda one: _group_of(one, today)):
        yield group, list(some)


def _group_of(one: ConversationSummary, today: date) -> str:
    if one.pinned:
        return PINNED
    age = (today - local(one.updated).date()).days
    return next((name for most, name in AGES if age <= most), OLDER)
