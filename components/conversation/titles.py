"""Titles that a model writes: one short request more for each new chat, where somebody wants that.

It is a request like any other: through the connection in use and to the model that has answered,
counted by the limits, and listed in the History. It has the words of the first prompt and of its
answer, and no media. Off unless somebody switches it on, for this session alone.
"""

import threading
from contextlib import suppress
from functools import partial

import streamlit as st

from components import session
from components.asking import send
from components.conversation.state import Chat
from components.history import current_history, record
from gemini.conversation import Turn
from gemini.history.engine import HistoryError
from gemini.history.tree import title_of
from gemini.interactions.request import is_agent
from gemini.live_run import LiveRun
from gemini.models.capabilities import unknown
from gemini.request import CREATE_INTERACTION, Request, text_of

ON = "titles-by-model"  # session state
SAID = 2_000  # characters of the prompt and of the answer that are sent
LONGEST_WAIT = 60.0  # seconds
QUOTES = "\"'“”„‘’«»「」*_#. "
WORDS = """\
Write a title for the conversation below: at most six words, in its language. Answer with the \
title alone.

Prompt:
{prompt}

Answer:
{answer}"""


def draw_switch(key: str) -> None:
    """Draw the switch; `key` is that of the widget."""
    st.toggle(
        "Write titles with the model",
        help="After the first answer of a new chat the model is asked once more, for a title. "
        "That request has the words of the prompt and of the answer, and it counts like any other.",
        **session.bound(key, is_on(), switch),
    )


def is_on() -> bool:
    """Whether the model writes the titles of new chats."""
    return bool(st.session_state.get(ON))


def switch(on: bool) -> None:
    """Have the model write the titles of new chats, or not."""
    st.session_state[ON] = on


def write_title(chat: Chat) -> None:
    """Ask for a title once the first answer of a new chat is there; returns at once."""
    if not is_on():
        return
    history, turns = current_history(), list(chat.conversation.turns.values())
    if history is None or not history.keep or len(turns) != 1:
        return
    [turn] = turns
    if turn.id == chat.titled or turn.id != chat.live_turn or not _takes_title(chat, turn):
        return
    chat.titled = turn.id
    live = send(_request(turn))
    record(live, chat.page, chat.conversation)  # no turn of it, but deleted with it
    rename = partial(history.title_conversation, chat.conversation.id, title_of(turn.prompt))
    threading.Thread(target=_take, args=(live, rename), name="chat-title", daemon=True).start()


def _takes_title(chat: Chat, turn: Turn) -> bool:
    """Whether a turn has an answer in words, by a model that would write a title as well."""
    run = turn.run
    if run is None or run.replayed or run.outcome != "done" or chat.settings() is not None:
        return False
    model = run.request.model
    outputs = unknown(model).outputs
    writes = "text" in outputs and "image" not in outputs and not is_agent(model)
    return writes and bool(text_of(turn.answer).strip())


def _request(turn: Turn) -> Request:
    """What is asked, by the API that has answered; it isn't to be stored there."""
    assert turn.run is not None
    prompt, answer = turn.text[:SAID], text_of(turn.answer)[:SAID]
    contents = [
        {"role": "user", "parts": [{"text": WORDS.format(prompt=prompt, answer=answer)}]},
    ]
    asked_before = turn.run.request
    config = {"store": False} if asked_before.method == CREATE_INTERACTION else {}
    return Request(asked_before.model, contents, config, asked_before.method)


def _take(live: LiveRun, rename: partial[bool]) -> None:
    """Wait for the title, and give it to the chat, unless somebody has named that meanwhile."""
    live.ended.wait(LONGEST_WAIT)
    said = text_of(part for candidate in live.run.candidates for part in candidate.parts)
    title = title_of([{"text": said}]).strip(QUOTES)
    if live.run.outcome == "done" and title:
        with suppress(HistoryError):
            rename(title)
