"""The keys of the pages: which there are, the sheet that lists them, and the scripts they need.

What Streamlit can do it does: the button of a page with one question has `shortcut=RUN`. Its
shortcuts know no `?`, no field whose text they are for, no composed characters, and can't be
switched off, as keys without Ctrl must be (WCAG 2.2, 2.1.4). So the others are a script's.
"""

from pathlib import Path

import streamlit as st

from components.browser_component import browser_component
from components.demo_mode import in_demo
from components.session import bound

KEYBOARD = Path(__file__).with_name("keyboard.js")
ACCESSIBILITY = Path(__file__).with_name("accessibility.js")
TYPED = Path(__file__).with_name("typed.js")

RUN = "Mod+Enter"  # Ctrl, or Cmd on a Mac
STOP = (
    "[data-testid=stBottom]:has(.is-busy) .st-key-stop-button button, "
    "[class*=-stop]:not([class*=stop_], .st-key-stop, .st-key-stop-button) button"
)
"""What is there while something is written: the conversation's Stop, or another one."""
CLICKS = {
    "N": (".st-key-chat-clear button", ""),
    "V": ("[class*=st-key-version-Later] button", ""),
    "Shift+V": ("[class*=st-key-version-Earlier] button", ""),
    "Y": (".st-key-latest-copy button", ""),
    "O": (".st-key-latest-code button, [data-testid=stMain] [role=tab]", "Code"),
    "?": (".st-key-shortcuts button", ""),
}
"""The last of which buttons a key clicks, and with what label. C and R are Streamlit's."""

IN_FIELD = (
    ("Enter", "Send, when the answer before is complete; {mod}+Enter does too"),
    ("Shift+Enter", "New line"),
    ("↑", "The prompt before, if the field is empty or the cursor is at its start"),
    ("↓", "Back to the later ones, and to what you were writing"),
    ("Esc", "Stop the answer; otherwise leave the field"),
)
ON_PAGE = (
    ("/", "Go to the field"),
    ("Esc", "Stop the answer"),
    ("N", "New chat"),
    ("Y", "Copy the latest answer"),
    ("O", "Open the code of the latest answer, or close it"),
    ("V", "Next version of a turn; Shift+V: the one before"),
    ("Page down", "The next scene of a demo; Page up: the one before"),
    ("R", "Draw the page again"),
    ("?", "Show these shortcuts"),
    ("{mod}+Enter", "Send, from any text field of a form"),
)
"""What the keys are for, as the sheet says it; `{mod}` is Ctrl or Cmd."""

COOKIE = "playground_single_keys"  # "off" where somebody switched them off in this browser
SINGLE, SHEET = "single-keys", "shortcuts-on"  # session state


def draw_shortcuts_button() -> None:
    """Draw the way to the sheet for a mouse; `?` clicks it, too."""
    st.button(
        "Keyboard shortcuts",
        key="shortcuts",
        icon=":material/keyboard:",
        type="tertiary",
        on_click=_open,
    )


def draw_keyboard(page: str) -> None:
    """Draw the sheet where it is open on this page, and the scripts, which nobody sees."""
    data = {"clicks": CLICKS, "stop": STOP, "single": _single(), "keeps": not in_demo()}
    browser_component("keyboard", KEYBOARD)(key="keyboard", data=data, height=0)
    browser_component("accessibility", ACCESSIBILITY)(
        key="accessibility", data={"stop": STOP}, height=0
    )
    if not in_demo():  # there the next person would have it
        browser_component("typed", TYPED)(key="typed", height=0)
    if st.session_state.get(SHEET) is True:
        st.session_state[SHEET] = page
    if st.session_state.get(SHEET) == page:
        dialog = st.dialog("Keyboard shortcuts", icon=":material/keyboard:", on_dismiss=_close)
        dialog(_draw_sheet)()
    else:
        _close()


def _single() -> bool:
    """Whether keys without Ctrl are shortcuts."""
    if SINGLE not in st.session_state:
        st.session_state[SINGLE] = st.context.cookies.get(COOKIE) != "off"
    return st.session_state[SINGLE]


def _open() -> None:
    st.session_state[SHEET] = True


def _close() -> None:
    st.session_state.pop(SHEET, None)


def _draw_sheet() -> None:
    """Draw the table, and the switch for people whose keys are pressed by speech or by mistake."""
    for place, keys in (("In the chat field", IN_FIELD), ("On the page", ON_PAGE)):
        mod = "⌘" if "Mac OS X" in st.context.headers.get("User-Agent", "") else "Ctrl"
        rows = [(f"`{key.format(mod=mod)}`", about.format(mod=mod)) for key, about in keys]
        table = [{"Key": key, place: about} for key, about in rows]
        st.table(table, border="horizontal", hide_index=True)
    lasts = "" if in_demo() else " Remembered by this browser."
    st.toggle(
        "Shortcuts of a single key",
        help=f"N, Y, O, V, / and ?, outside of text fields.{lasts}",
        **bound("single-keys-on", _single(), _set_single),
    )


def _set_single(on: bool) -> None:
    st.session_state[SINGLE] = on
