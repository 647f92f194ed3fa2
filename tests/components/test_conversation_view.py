"""The page takes over the turns of the fragment that streams, once they have become many."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import streamlit as st

from components.conversation import view
from components.conversation.state import Chat
from gemini.conversation import Turn


class Rerun(Exception):  # noqa: N818  what Streamlit raises is no error either
    """Streamlit was asked to run the whole page."""


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Chat:
    def rerun() -> None:
        raise Rerun

    monkeypatch.setattr(view.st, "rerun", rerun)
    monkeypatch.setattr(view, "SETTLING", 0.0)
    return Chat("chat")


def say(chat: Chat, turns: int) -> None:
    for number in range(turns):
        chat.conversation.add([{"text": str(number)}], chat.conversation.leaf)


def test_a_turn_stays_with_the_fragment(chat: Chat) -> None:
    chat.base = 2
    say(chat, 2 + view.MOST_LATEST)
    view.hand_over(chat)
    assert [turn.text for turn in view.latest(chat)] == ["2"]


def test_one_more_and_the_whole_page_is_drawn(chat: Chat) -> None:
    say(chat, view.MOST_LATEST + 1)
    with pytest.raises(Rerun):
        view.hand_over(chat)


@pytest.mark.parametrize("stood_here", [True, False])
def test_turns_are_not_seen_twice_while_the_page_takes_them_over(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, stood_here: bool
) -> None:
    """Also those whose answer had ended before anything of it was drawn."""
    drawn = list[tuple[list[str], bool]]()
    covering = False

    @contextmanager
    def covered(*_: object) -> Iterator[None]:
        nonlocal covering
        covering = True
        yield
        covering = False

    def draw_turns(_chat: Chat, turns: list[Turn]) -> None:
        drawn.append(([turn.text for turn in turns], covering))

    monkeypatch.setattr(view, "_covered", covered)
    monkeypatch.setattr(view, "draw_turns", draw_turns)
    say(chat, 3)
    chat.base = 1
    if stood_here:
        view.draw_here(chat, view.latest(chat))
        drawn.clear()
    view.draw_earlier(chat, st.empty())
    assert drawn == (
        [(["0"], False), (["1", "2"], True)] if stood_here else [(["0", "1", "2"], False)]
    )
    assert not view.latest(chat)
