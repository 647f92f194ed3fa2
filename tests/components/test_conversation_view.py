"""The page takes over the turns of the fragment that streams, once they have become many."""

import pytest

from components.conversation import view
from components.conversation.state import Chat


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
