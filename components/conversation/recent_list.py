"""The chats that were there before on a page: found, opened, pinned, named, tagged, deleted.

Nothing is looked up before somebody opens the list, and all is drawn by the page itself: a click
in a fragment would wait for the end of an answer.
"""

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from components import session
from components.conversation.naming import change, draw_naming
from components.conversation.recent import RecentChats, grouped, recent_chats
from components.conversation.state import Chat
from components.conversation.titles import draw_switch
from components.demo_mode import in_demo
from components.format import local
from components.history import current_history, history_trouble, keeps_history
from components.markdown.literal import literal
from gemini.format import shortened
from gemini.history.engine import HistoryError
from gemini.history.listing import ConversationSummary
from gemini.history.store import HistoryStore

STYLE = Path(__file__).with_name("recent.css")
WIDTH = 380  # pixels
LONGEST_TITLE = 120  # characters; the browser cuts them to its width
UNTITLED = "Untitled"
PIN, UNPIN, NAME, DELETE = "Pin", "Unpin", "Title and tags", "Delete"
ICONS = {PIN: "keep", UNPIN: "keep_off", NAME: "edit", DELETE: "delete"}
NOTHING = "No chats yet. What you ask on this page is listed here."
NO_MATCH = "No chats match."


def draw_recent(chat: Chat) -> None:
    """Draw the button that opens the list, and the list where it is open."""
    recent = recent_chats(chat.page)
    with st.popover(
        "Recent", icon=":material/history:", type="tertiary", key=recent.key, on_change="rerun"
    ) as place:
        if place.open:
            st.html(STYLE)
            with st.container(width=WIDTH, gap="small"):
                _draw_list(recent, chat)


def draw_way_back(chat: Chat) -> None:
    """Draw the way to bring back the chat that was open, where the list is closed."""
    recent, history = recent_chats(chat.page), current_history()
    is_open = st.session_state.get(recent.key)
    if history is not None and not is_open and (last := recent.last_deleted) and last.shown:
        _draw_undo(recent, history, chat, "page")


def _draw_list(recent: RecentChats, chat: Chat) -> None:
    history = current_history()
    if history is None or not keeps_history():
        why = history_trouble() or "PLAYGROUND_HISTORY is off."
        st.caption(f":material/history_toggle_off: Chats aren't stored: {why}")
        return
    _draw_undo(recent, history, chat, "list")
    if recent.trouble:
        _draw_trouble(recent)
        return
    st.text_input(
        "Search chats",
        placeholder="Search titles and texts",
        icon=":material/search:",
        label_visibility="collapsed",
        **session.bound(f"{recent.key}-text", recent.text, recent.look_for),
    )
    try:
        _draw_tags(recent, history.tags(recent.page))
        listed = history.recent(recent.page, recent.text, recent.tag or "", recent.limit)
        for group, some in grouped(listed.conversations, local(datetime.now(UTC)).date()):
            with st.container(key=f"recent-group-{group.replace(' ', '-')}", gap=None):
                st.caption(group)
                for one in some:
                    _draw_chat(recent, history, chat, one)
    except HistoryError as error:
        recent.trouble = str(error)
        _draw_trouble(recent)
        return
    if not listed.conversations:
        st.caption(NO_MATCH if recent.text or recent.tag else NOTHING)
    if listed.more:
        st.button("Show more", key=f"{recent.key}-more", type="tertiary", on_click=recent.show_more)
    if not in_demo():
        draw_switch(f"{recent.key}-titles")


def _draw_trouble(recent: RecentChats) -> None:
    st.caption(f":material/error: {literal(recent.trouble)}")
    st.button(
        "Try again", key=f"{recent.key}-again", icon=":material/refresh:", on_click=recent.try_again
    )


def _draw_tags(recent: RecentChats, tags: list[str]) -> None:
    """The tags there are, one of which can be chosen."""
    if recent.tag is not None and recent.tag not in tags:
        recent.tag = None
    if tags:
        key = f"{recent.key}-tag"
        st.pills(
            "Tag",
            tags,
            label_visibility="collapsed",
            format_func=literal,
            **session.bound(key, recent.tag, recent.look_for_tag, None),
        )


def _draw_chat(
    recent: RecentChats, history: HistoryStore, chat: Chat, one: ConversationSummary
) -> None:
    """A row: the title that opens it, its menu; below it the tags, and what a search found."""
    shown = one.id == chat.conversation.id
    menu_key = f"{recent.key}-menu-{one.id}"

    def act(action: str | None) -> None:
        if action == DELETE:
            recent.delete(history, chat, one)
        elif action == NAME:
            recent.edit(one.id)
        elif action in {PIN, UNPIN}:
            change(lambda: history.pin_conversation(one.id, pinned=action == PIN))

    title = literal(shortened(one.title, LONGEST_TITLE)) or UNTITLED
    with st.container(
        key=f"recent-row-{'shown-' if shown else ''}{one.id}",
        horizontal=True,
        wrap=False,
        vertical_alignment="center",
        gap=None,
    ):
        st.button(
            f"{title}{' :small[(running)]' if one.running else ''}",
            key=f"{recent.key}-open-{one.id}",
            icon="spinner" if one.running else None,
            type="tertiary",
            width="stretch",
            on_click=recent.open,
            args=(one.id,),
        )
        st.menu_button(
            f"More about {title}",
            [UNPIN if one.pinned else PIN, NAME, *([] if in_demo() else [DELETE])],
            key=menu_key,
            icon=":material/more_horiz:",
            type="tertiary",
            format_func=lambda action: f":material/{ICONS[action]}: {action}",
            on_click=lambda: act(st.session_state[menu_key]),
        )
    if one.tags or one.excerpt:
        with st.container(key=f"recent-about-{one.id}", gap="xsmall"):
            if one.tags:
                st.markdown(" ".join(f":gray-badge[{literal(tag)}]" for tag in one.tags))
            if one.excerpt:
                st.caption(literal(one.excerpt))
    if recent.editing == one.id:
        with st.container(border=True):
            draw_naming(history, one, recent.key)
            st.button(
                "Done",
                key=f"{recent.key}-done",
                icon=":material/check:",
                type="tertiary",
                on_click=recent.edit,
                args=(None,),
            )


def _draw_undo(recent: RecentChats, history: HistoryStore, chat: Chat, where: str) -> None:
    """Say which chat was deleted last, with the way to bring it back while there is one."""
    if (last := recent.last_deleted) is None:
        return
    title = literal(shortened(last.title, 40)) or UNTITLED
    width = "stretch" if where == "list" else "content"
    with st.container(
        key="recent-undo" if where == "list" else None,
        horizontal=True,
        wrap=False,
        vertical_alignment="center",
        gap="small",
    ):
        st.caption(f":material/delete: “{title}” was deleted", width=width)
        st.button(
            "Undo",
            key=f"{recent.key}-undo-{where}",
            icon=":material/undo:",
            type="tertiary",
            on_click=recent.undo,
            args=(history, chat),
        )
        st.button(
            "Close",
            key=f"{recent.key}-forget-{where}",
            icon=":material/close:",
            type="tertiary",
            on_click=recent.forget_deleted,
        )
