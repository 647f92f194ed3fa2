"""Sign-in, where Streamlit's is set up: an [auth] section in `.streamlit/secrets.toml`.

https://docs.streamlit.io/develop/concepts/connections/authentication. Then nobody gets to a page
without it, and everyone has a history of their own.
"""

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from importlib.util import find_spec

import streamlit as st

from components.markdown.literal import literal
from components.owner import signed_in_identity
from gemini.history.identity import Identity, entries_from, identity_from
from gemini.history.limits import VariableError

log = logging.getLogger(__name__)

COOKIE = "_streamlit_user"  # Streamlit's own; a long one goes on in `..__1` and so on
DEFAULT = "default"  # the provider whose settings are in [auth] itself
MISSING = "Sign-in is set up, but its package isn't installed: `pip install 'streamlit[auth]'`."
ALLOWED = "PLAYGROUND_ALLOWED"  # who may come in; everyone whom a provider knows, where it is empty
OPERATORS = "PLAYGROUND_OPERATORS"


def must_sign_in() -> bool:
    """Whether this session has to sign in, as somebody who is let in, before it sees anything."""
    return is_set_up() and not (signed_in() and _is_let_in(signed_in_identity()))


def is_set_up() -> bool:
    """Whether people sign in here."""
    return _auth_section() is not None


def is_named_operator() -> bool:
    """Whether this session is that of somebody whom PLAYGROUND_OPERATORS names."""
    return signed_in() and _is_named(OPERATORS, signed_in_identity())


def let_in_by_cookies(cookies: Mapping[str, str]) -> bool:
    """Whether the cookies of a request are those of somebody who is let in.

    Streamlit reads them for its own pages only; this is its way, from Streamlit 1.67.
    """
    from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

    try:
        text = _get_signed_cookie_with_chunks(dict(cookies), COOKIE)
        claims = json.loads(text) if text else {}
    except ValueError:
        return False
    if not isinstance(claims, dict) or not claims.get("is_logged_in"):
        return False
    return _digest(cookies) not in _signed_out() and _is_let_in(identity_from(claims))


def _is_let_in(identity: Identity | None) -> bool:
    """Whether somebody may use the playground; nobody may, where the variable is at fault."""
    return not os.environ.get(ALLOWED, "").strip() or _is_named(ALLOWED, identity)


def _is_named(variable: str, identity: Identity | None) -> bool:
    try:
        entries = entries_from(variable, os.environ.get(variable, ""))
    except VariableError as error:
        log.error("Nobody is let in by it: %s", error)
        return False
    return identity is not None and entries.name(identity)


def signed_in() -> bool:
    """Whether this session is somebody's who signed in, and has not signed out in another tab.

    A tab goes on with what its browser said when it was opened.
    """
    return bool(st.user.get("is_logged_in")) and login() not in _signed_out()


def sign_out() -> None:
    """Sign out here, and in the other tabs that were opened with the same sign-in."""
    if ended := login():
        _signed_out().add(ended)
    st.logout()


@st.cache_resource(show_spinner=False)
def _signed_out() -> set[str]:
    """The sign-ins of this process that have ended."""
    return set()


def login() -> str:
    """What tells a sign-in from every other one, the same person's too: a digest of its cookie."""
    return _digest(st.context.cookies)


def _digest(cookies: Mapping[str, str]) -> str:
    names = [n for n in cookies if n == COOKIE or n.startswith(f"{COOKIE}__")]
    cookie = [(name, cookies[name]) for name in sorted(names)]
    return hashlib.sha256(repr(cookie).encode()).hexdigest() if cookie else ""


def draw_sign_in() -> None:
    """Draw the way in, with a button for each provider."""
    st.title("Gemini Playground", anchor=False)
    if signed_in():
        _draw_not_let_in()
        return
    st.markdown("Sign in to continue. Only you can see what you ask.")
    if find_spec("authlib") is None:
        st.error(MISSING, icon=":material/error:")
        return
    providers = _providers(_auth_section() or {})
    if not providers:
        st.error("The [auth] section in the secrets names no provider.", icon=":material/error:")
    for provider in providers:
        st.button(
            "Sign in" if provider == DEFAULT else f"Sign in with {provider.capitalize()}",
            key=f"sign-in-{provider}",
            icon=":material/login:",
            type="primary",
            on_click=st.login,
            args=() if provider == DEFAULT else (provider,),
        )


def _draw_not_let_in() -> None:
    """Say that somebody signed in who may not use this playground, and draw the way out."""
    try:
        entries_from(ALLOWED, os.environ.get(ALLOWED, ""))
    except VariableError as error:
        st.error(f"Nobody can come in until this is fixed. {error}", icon=":material/error:")
    else:
        who = literal(account_name())
        st.warning(
            f"{who} may not use this playground. Ask whoever runs it, or use another account.",
            icon=":material/block:",
        )
    st.button("Sign out", icon=":material/logout:", on_click=sign_out)


def account_name() -> str:
    """What somebody who signed in is called on the screen."""
    identity = signed_in_identity()
    return identity.name if identity else "Signed in"


def draw_signed_in() -> None:
    """Draw who is signed in, and the way out."""
    st.caption(f":material/account_circle: {literal(account_name())}")
    st.button("Sign out", icon=":material/logout:", type="tertiary", on_click=sign_out)


def _auth_section() -> Mapping[str, object] | None:
    if not st.secrets.load_if_toml_exists() or "auth" not in st.secrets:
        return None
    return st.secrets["auth"]


def _providers(auth: Mapping[str, object]) -> list[str]:
    named = [name for name, value in auth.items() if isinstance(value, Mapping) and value]
    named = [name for name in named if name != "client_kwargs"]
    return [*([DEFAULT] if "client_id" in auth else []), *named]
