"""What a person does on a page, for tests in process."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from components.settings.panel import opened_key

Open = Callable[..., AppTest]
"""The fixture `app`: opens a page as a new session."""


def checked(at: AppTest) -> AppTest:
    """The page, drawn without an error of its script."""
    assert not at.exception, at.exception[0].message
    return at


def click(at: AppTest, button: str) -> AppTest:
    """Press the button of this label or key."""
    next(b for b in at.button if button in (b.label, b.key)).click()
    return checked(at.run())


def said(at: AppTest) -> list[str]:
    """What stands in the messages of a conversation: what was typed, and Markdown."""
    kinds = {"markdown", "text"}
    return [e.value for message in at.chat_message for e in message if e.type in kinds]


def unfold(at: AppTest, group: str) -> AppTest:
    """Unfold a topic of the run settings."""
    return _set_open(at, group, opened=True)


def fold(at: AppTest, group: str) -> AppTest:
    """Fold a topic of the run settings."""
    return _set_open(at, group, opened=False)


def _set_open(at: AppTest, group: str, *, opened: bool) -> AppTest:
    at.session_state[opened_key(group)] = opened
    at = at.run()
    assert not at.exception
    return at
