"""Whose history this session sees."""

import uuid
from urllib.parse import urlsplit

import streamlit as st

from components.demo_mode import in_demo
from gemini.history.retention import SESSION_OWNER as OF_SESSION

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded")  # set by a proxy before us
SESSION_OWNER = "history_owner"  # session state


def current_owner() -> str:
    """Who signed in, this machine's user (""), or this session alone.

    A server that others can reach must not show them each other's runs; where nobody signs in,
    each session then keeps to itself, as every visit of a demo does.
    """
    if not in_demo():  # there every visit is somebody else's
        if st.user.get("is_logged_in") and (who := _signed_in()):
            return who
        if is_ours_alone():
            return ""
    return f"{OF_SESSION}{st.session_state.setdefault(SESSION_OWNER, uuid.uuid4().hex)}"


def is_passing() -> bool:
    """Whether this session's history is nobody's after a reload."""
    return current_owner().startswith(OF_SESSION)


def _signed_in() -> str:
    """The name that stays a person's: addresses are given to others, or not verified at all.

    https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability
    """
    issuer, subject = st.user.get("iss"), st.user.get("sub")
    return f"{issuer or ''} {subject}" if subject else str(st.user.get("email") or "")


def is_ours_alone() -> bool:
    """Whether only this machine can reach the server, as far as can be seen from here."""
    if (st.get_option("server.address") or "") not in LOOPBACK:
        return False
    headers = st.context.headers
    if any(headers.get(name) for name in FORWARDED):
        return False
    host = urlsplit(f"//{headers.get('Host') or 'localhost'}").hostname
    return host in LOOPBACK
