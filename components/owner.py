"""Whose history this session sees.

Who signed in is that person. Where nobody signs in, it is this machine's user, "", on a server that
only this machine can reach (its address and the page's are a loopback one, and no proxy stands
before it); on any other one a person is a browser, known by its cookie.
"""

import uuid
from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st

from components.demo_mode import in_demo
from components.person_cookie import COOKIE, name_in
from gemini.history.identity import Identity, identity_from
from gemini.history.people import BROWSER_OWNER
from gemini.history.retention import SESSION_OWNER as OF_SESSION

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded")  # set by a proxy before us
SESSION_OWNER = "history_owner"  # session state


def current_owner() -> str:
    """Who signed in, this machine's user (""), this browser, or this session alone.

    A server that others can reach must not show them each other's runs. A session is alone where
    its browser takes no cookies, or its cookie is forged, ended or forgotten; and in a demo, where
    every visit is somebody else's.
    """
    if not in_demo():
        if identity := signed_in_identity():
            return identity.owner
        if is_ours_alone():
            return ""
        if name := browser_name():
            return f"{BROWSER_OWNER}{name}"
    return f"{OF_SESSION}{st.session_state.setdefault(SESSION_OWNER, uuid.uuid4().hex)}"


def signed_in_identity() -> Identity | None:
    """Who signed in; None where nobody did, or their claims say nothing to know them by."""
    return identity_from(dict(st.user)) if st.user.get("is_logged_in") else None


def browser_name() -> str | None:
    """What this browser is known by, if it is."""
    return name_in(st.context.cookies.get(COOKIE))


def is_passing() -> bool:
    """Whether this session's history is nobody's after a reload."""
    return current_owner().startswith(OF_SESSION)


def is_browser() -> bool:
    """Whether this session's person is its browser."""
    return current_owner().startswith(BROWSER_OWNER)


def is_ours_alone() -> bool:
    """Whether only this machine can reach the server, as far as can be seen from here."""
    return is_local(st.context.headers)


def is_local(headers: Mapping[str, str]) -> bool:
    """The same, by the headers of a request."""
    if (st.get_option("server.address") or "") not in LOOPBACK:
        return False
    if any(headers.get(name) for name in FORWARDED):
        return False
    host = urlsplit(f"//{headers.get('Host') or 'localhost'}").hostname
    return host in LOOPBACK
