"""The address somebody wanted before they had to sign in: a link to a conversation, or a prompt.

Streamlit comes back from a sign-in to the start page, whatever was asked for. So the browser keeps
the address in the tab (`sessionStorage`: a shared prompt is longer than a cookie may be, and nobody
else need see it). What it gives back is trusted no more than a link is: it can only name one of the
pages here and their own parameters, and no address is ever made of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qsl

import streamlit as st

from components.browser_component import browser_component

PARAMETERS = frozenset({
    "blind", "c", "demo", "job", "library", "name", "notes", "pack", "present", "prompt",
    "run", "runs", "schema", "setup", "tuning",
})  # fmt: skip
"""Of the pages' addresses; each is said where it is read."""

SCRIPT = Path(__file__).with_suffix(".js")
COMPONENT = "wanted_address"
KEY = "wanted"
ADDRESS = "wanted_found"  # session state: what the browser had kept
AT_START = "wanted_at_start"  # session state: whether the session began where a sign-in ends


def keep_address(page: st.Page) -> None:
    """Have the browser keep the address of a page that is seen after the sign-in only.

    The start page is not worth it; it also is where a sign-in that failed ends.
    """
    if not _is_start(page):
        browser_component(COMPONENT, SCRIPT)(key=KEY, data={"task": "keep"}, height=0)


def go_to_address(page: st.Page, pages: Mapping[str, Sequence[st.Page]]) -> None:
    """Go on to what was wanted before the sign-in, once `look_for_address` has found it.

    To be called before the page is drawn, by every run of the script.
    """
    st.session_state.setdefault(AT_START, _is_start(page))
    address = st.session_state.pop(ADDRESS, "")
    known = [each for section in pages.values() for each in section]
    if address and (target := read_address(address, [each.url_path for each in known])):
        path, parameters = target
        there = next(each for each in known if each.url_path == path)
        st.switch_page(there, query_params=parameters)


def look_for_address() -> None:
    """Have the browser say what it kept, if this session began where a sign-in ends; else it
    forgets it.

    To be drawn last: an element that came and went above a page's fields would have them made anew.
    """
    task = "tell" if st.session_state[AT_START] else "forget"
    component = browser_component(COMPONENT, SCRIPT)
    component(key=KEY, data={"task": task}, height=0, on_found_change=_take)


def read_address(address: str, paths: Iterable[str]) -> tuple[str, dict[str, str]] | None:
    """The page's path, one of `paths` ("" for the start page), and its known parameters.

    `address` begins with the server's base path: "/history?run=1". None for any other.
    """
    path, _, query = address.partition("?")
    base = f"/{(st.get_option('server.baseUrlPath') or '').strip('/')}".rstrip("/")
    inside = path.removeprefix(base).strip("/")
    if not f"{path}/".startswith(f"{base}/") or inside not in paths:
        return None
    return inside, {name: value for name, value in parse_qsl(query) if name in PARAMETERS}


def _take() -> None:
    address = st.session_state[KEY].get("found")
    if isinstance(address, str):
        st.session_state[ADDRESS] = address


def _is_start(page: st.Page) -> bool:
    return not page.url_path and not st.query_params
