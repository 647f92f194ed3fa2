"""The line above a conversation: how much of the context is used, and what to do with it all."""

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.answer.document import file_name
from components.conversation.composer import Send
from components.conversation.document import conversation_html, conversation_markdown, title_of
from components.conversation.importing import draw_import, draw_import_button
from components.conversation.prompt_editor import draw_prompt_editor
from components.conversation.recent_list import draw_recent, draw_way_back
from components.conversation.replaying import replay
from components.conversation.state import Chat
from components.demo_mode import in_demo
from components.field_first import AroundField
from components.markdown.literal import literal
from components.settings.run_settings import current_settings
from components.shares import draw_share
from gemini.conversation import Turn
from gemini.history.shares import ShareError
from gemini.interactions.request import is_agent
from gemini.request import Content, Part

EXPORTS: tuple[tuple[str, str, str, Callable[[Chat], str], str], ...] = (
    ("Markdown", "md", "text/markdown", conversation_markdown, "To read and to paste elsewhere"),
    ("HTML", "html", "text/html", conversation_html, "One file, media in it: to share, to print"),
    ("JSON", "json", "application/json", Chat.export, "Everything: it can be imported again"),
)
"""Label, end of the file's name, MIME type, what makes the file, what it is for."""


def draw_menu(chat: Chat, send: Send, around: AroundField, *, begun: bool = True) -> DeltaGenerator:
    """Draw the line; returns the place for how much of the context is used.

    `send` takes a long prompt. Where nothing is `begun` the line only leads to earlier chats.
    """
    if begun and not in_demo():  # an import brings settings along
        draw_import(chat.page)
    row = st.container(
        key="menu" if begun else None,
        horizontal=True,
        horizontal_alignment="right",  # of a second line, on a narrow screen
        vertical_alignment="center",
        gap="xsmall",
    )
    context = row.container(width="content")
    with row:  # its height, which the browser needs to load nothing for
        st.space("stretch")
        draw_recent(chat)
    if begun:
        around.add(row, partial(_draw_actions, chat, send))
    draw_way_back(chat)
    if chat.imported:
        _draw_imported(chat)
    if chat.message:
        st.toast(literal(chat.message))
        chat.message = ""
    return context


def _draw_actions(chat: Chat, send: Send) -> None:
    st.button(
        "New chat",
        key="chat-clear",
        icon=":material/edit_square:",
        type="tertiary",
        on_click=chat.clear,
    )
    with st.popover("Long prompt", icon=":material/edit_note:", type="tertiary"):
        _draw_long_prompt(chat, send)
    with st.popover("Export", icon=":material/download:", type="tertiary"):
        _draw_files(chat)
        if not in_demo():
            _draw_share(chat)
            _draw_replay(chat)
    if not in_demo():
        draw_import_button(chat.page, "tertiary")


def _draw_replay(chat: Chat) -> None:
    path = chat.conversation.path()
    st.button(
        "Replay",
        key=f"replay-{chat.page}",
        icon=":material/smart_display:",
        help="Plays the answers again as they came, from the first turn. Nothing is sent.",
        disabled=any(turn.run and turn.run.replayed for turn in path),
        width="stretch",
        on_click=replay,
        args=(chat,),
    )


def draw_context(chat: Chat, place: DeltaGenerator) -> None:
    """Say how many tokens the conversation takes, of how many the model reads."""
    used = next((n for turn in reversed(chat.conversation.path()) if (n := _used(turn))), None)
    limit = (chat.settings() or current_settings()).model.input_token_limit
    if used is None:
        place.empty()  # a fragment must write there each time to be allowed to
        return
    of = f" of {limit:,} tokens ({used / limit:.1%})" if limit else " tokens"
    place.caption(f"Context: {used:,}{of}", width="content")


def _used(turn: Turn) -> int | None:
    """The tokens of a turn; None of an agent's, which reads and writes much that isn't kept."""
    if turn.run is None or is_agent(turn.run.request.model):
        return None
    return turn.run.usage.get("total_token_count")


def _draw_long_prompt(chat: Chat, send: Send) -> None:
    """A large field for a prompt that is written, or pasted, with care."""
    key = f"long-prompt-{chat.page}"

    def contents(parts: list[Part]) -> list[Content]:
        turn = Turn(parts, chat.conversation.leaf)
        return chat.conversation.contents(turn, chat.model)

    draw_prompt_editor(key, "", contents, lambda text: send(text, chat.take_held()))


def _draw_files(chat: Chat) -> None:
    """The ways to take the conversation along."""
    name = file_name(title_of(chat.conversation), "conversation")
    for label, ending, mime, make, about in EXPORTS:
        st.download_button(
            label,
            partial(make, chat),
            file_name=f"{name}.{ending}",
            mime=mime,
            key=f"export-{ending}-{chat.page}",
            icon=":material/download:",
            help=about,
            on_click="ignore",
            width="stretch",
        )


def _draw_share(chat: Chat) -> None:
    """The way to share the conversation by a link. It is drawn before anything is asked: the menu
    isn't drawn anew with the first answer."""

    def make() -> str:
        if not chat.conversation.path():
            raise ShareError("Nothing has been asked yet.")
        return conversation_html(chat)

    st.markdown("**Share by a link**")
    draw_share("Conversation", lambda: title_of(chat.conversation), make, f"chat-{chat.page}")


def _draw_imported(chat: Chat) -> None:
    """Say what else is sent because of an import, with the way to leave it out."""

    def leave_out() -> None:
        chat.imported = {}

    names = ", ".join(f"`{name}`" for name in chat.imported)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        about = f":material/input: Also sent with each prompt, as in the import: {names}"
        st.caption(about, width="content")
        st.button(
            "Leave it out", key=f"leave-out-imported-{chat.page}", type="tertiary",
            on_click=leave_out,
        )  # fmt: skip
