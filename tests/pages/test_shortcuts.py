"""The sheet of keyboard shortcuts, in process."""

import re

from streamlit.testing.v1 import AppTest

from components import keyboard
from tests.on_page import Open, checked


def shown(at: AppTest) -> list[str]:
    """The keys of the sheet; none where it is closed."""
    return [key for table in at.table for key in table.value.iloc[:, 0]]


def test_the_sheet_is_opened_and_closed(app: Open) -> None:
    at = app("tokens")
    assert not shown(at)
    checked(at.button(key="shortcuts").click().run())
    assert {"`Enter`", "`Esc`", "`N`", "`?`", "`Ctrl+Enter`"} <= set(shown(at))
    checked(at.run())
    assert shown(at)
    keyboard_state = at.session_state[keyboard.SHEET]
    assert keyboard_state == "tokens"
    del at.session_state[keyboard.SHEET]
    assert not shown(checked(at.run()))


def test_the_sheet_stays_behind_with_its_page(app: Open) -> None:
    at = app("tokens")
    checked(at.button(key="shortcuts").click().run())
    at.switch_page("../pages/usage/page.py")
    assert not shown(checked(at.run()))


def test_single_keys_are_switched_off_for_the_session(app: Open) -> None:
    at = app("tokens")
    assert at.session_state[keyboard.SINGLE] is True
    checked(at.button(key="shortcuts").click().run())
    checked(at.toggle(key="single-keys-on").set_value(False).run())
    assert at.session_state[keyboard.SINGLE] is False


def test_what_the_keys_click_is_there(app: Open) -> None:
    """Each key of a selector is one of a widget's, on the page that has them all."""
    keys = {str(b.key) for b in app("chat").button}
    for selector, _ in keyboard.CLICKS.values():
        for name in re.findall(r"\.st-key-([\w-]+)", selector):
            assert name in keys


def test_every_key_is_on_the_sheet() -> None:
    listed = {key for key, _ in (*keyboard.IN_FIELD, *keyboard.ON_PAGE)}
    assert {key.removeprefix("Shift+") for key in keyboard.CLICKS} <= listed
    assert not {"C", "R"} & set(keyboard.CLICKS)  # Streamlit's own
