"""The person of this session: noted as it begins, forgotten at a click; and who is an operator."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import streamlit as st

from components import person_cookie
from components.browser_component import browser_component
from components.demo_mode import in_demo
from components.history import current_history, failing_said, keeps_history, opened_history
from components.navigation import base_address
from components.owner import (
    browser_name,
    current_owner,
    is_browser,
    is_ours_alone,
    is_passing,
    signed_in_identity,
)
from components.sign_in import (
    account_name,
    draw_signed_in,
    is_named_operator,
    is_set_up,
    login,
    signed_in,
)
from gemini.batches.tables import FolderTables, TablesError
from gemini.history.engine import HistoryError, data_folder
from gemini.history.limit_file import LimitTable
from gemini.history.people import BROWSER_OWNER
from gemini.history.presets import TEAM_OWNER
from gemini.history.retention import SESSION_OWNER
from gemini.history.store import HistoryStore

SEEN = "person_seen"  # session state: the owner who was noted
FORGOTTEN = "browser_forgotten"  # session state: whether the page is to be loaded anew
SCRIPT = Path(__file__).with_name("start_over.js")
STORED = (
    "Nobody signs in here, so what you ask is stored for this browser: a cookie knows it by a "
    "random name."
)
NOT_STORED = (
    "Nobody signs in here, so a cookie knows this browser by a random name. What you ask isn't "
    "stored."
)
FORGETTING = (
    "**Forget this browser** deletes your history, saved prompts and shared links for good, and "
    "starts over as someone new. Export first what you want to keep (*History*). What you used "
    "still counts in the figures of whoever runs the playground."
)


def greet(find_limits: Callable[[], LimitTable | None]) -> None:
    """Note who is here, once a session; the table of limits says which groups they are in."""
    owner, history = current_owner(), opened_history()
    if history is None or st.session_state.get(SEEN) == owner or is_passing():
        return
    st.session_state[SEEN] = owner
    table = find_limits()
    groups = table.groups_of(signed_in_identity()) if table else []
    history.people.see(owner, person_name(owner), groups, login() if signed_in() else "")


def person_name(owner: str) -> str:
    """What the person of this session is called on lists; others' names are in the history."""
    if owner.startswith(BROWSER_OWNER):
        return f"Browser {owner.removeprefix(BROWSER_OWNER)[:6]}"
    if owner.startswith(SESSION_OWNER):
        return "A tab without a cookie"
    return account_name() if signed_in() else "This computer"


def is_operator() -> bool:
    """Whether this session's person runs the playground.

    Where people sign in, those whom PLAYGROUND_OPERATORS names; else this machine's user, on a
    server that only this machine can reach. In a demo nobody is.
    """
    if in_demo():
        return False
    return is_named_operator() if is_set_up() else is_ours_alone()


def has_team() -> bool:
    """Whether there is anybody to share a library with."""
    return is_set_up() or not is_ours_alone()


def team_library() -> HistoryStore | None:
    """What the team has saved; this person's name stands at what they save there."""
    history = opened_history()
    return history.of(TEAM_OWNER, author=person_name(current_owner())) if history else None


def may_remove(*, team: bool) -> bool:
    """Whether this person may rename and delete what is in a library: in the team's, operators."""
    return not team or is_operator()


def audit(action: str, detail: str = "", owner: str | None = None) -> None:
    """Note what this person (or `owner`, outside of a script) did, for operators.

    Never a key, nor what was said.
    """
    if history := opened_history():
        history.people.note(current_owner() if owner is None else owner, action, detail)


def draw_account() -> None:
    """Draw who this is, and the way out: of the sign-in, or of what this browser is known by."""
    if signed_in():
        draw_signed_in()
    elif st.session_state.get(FORGOTTEN):
        browser_component("start_over", SCRIPT)(
            key="start-over", data={"address": base_address()}, height=0
        )
    elif is_browser():
        with st.popover("This browser", icon=":material/person:", type="tertiary"):
            st.markdown(f"{STORED if keeps_history() else NOT_STORED}\n\n{FORGETTING}")
            st.button(
                "Forget this browser",
                key="forget-browser",
                icon=":material/delete_forever:",
                on_click=_forget_browser,
            )
    elif is_passing():
        st.caption(
            ":material/person_off: This browser's cookie can't be used, so a reload starts over, "
            "and what you ask stays in this tab only. Allow cookies, and reload the page."
        )


def _forget_browser() -> None:
    """Delete what is stored for this browser, and have it loaded anew, as somebody else's."""
    name, owner, store, history = (
        browser_name(), current_owner(), current_history(), opened_history()
    )  # fmt: skip
    if name is None or store is None or history is None:
        st.toast("Nothing was forgotten: the history is unavailable.", icon=":material/error:")
        return
    with failing_said():
        store.delete_everything()
        with suppress(TablesError):  # under the hash of a name that nobody has any more
            FolderTables(data_folder() / "batches").forget(owner)
        history.people.end(owner)
        person_cookie.forget(name)
        st.session_state[FORGOTTEN] = True


def know_browsers() -> None:
    """Have browsers' cookies signed and read by what the history knows. Once, at the start."""
    person_cookie.provide(_cookie_secret, _has_ended)


def _cookie_secret() -> str | None:
    history = opened_history()
    if history is None or history.trouble:
        return None
    try:
        return history.people.secret(person_cookie.SECRET_NAME)
    except HistoryError:
        return None


def _has_ended(name: str) -> bool:
    """Whether the browser of a name was forgotten; where nobody can tell, its data are away too."""
    history = opened_history()
    if history is None or history.trouble:
        return False
    try:
        return history.people.has_ended(f"{BROWSER_OWNER}{name}")
    except HistoryError:
        return False
