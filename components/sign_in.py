"""Sign-in, where Streamlit's is set up: an [auth] section in `.streamlit/secrets.toml`.

https://docs.streamlit.io/develop/concepts/connections/authentication. Then nobody gets to a page
without it, and everyone has a history of their own.
"""

import hashlib
from collections.abc import Mapping
from importlib.util import find_spec

import streamlit as st

from components.markdown.literal import literal
from components.owner import is_passing

COOKIE = "_streamlit_user"  # Streamlit's own; a long one goes on in `..__1` and so on
DEFAULT = "default"  # the provider whose settings are in [auth] itself
MISSING = "Sign-in is set up, but its package isn't installed: `pip install 'streamlit[auth]'`."


def must_sign_in() -> bool:
    """Whether this session has to sign in before it sees anything."""
    return _auth_section() is not None and not signed_in()


def signed_in() -> bool:
    """Whether this session is somebody's who signed in, and has not signed out in another tab.

    A tab goes on with what its browser said when it was opened.
    """
    return bool(st.user.get("is_logged_in")) and _login() not in _signed_out()


def sign_out() -> None:
    """Sign out here, and in the other tabs that were opened with the same sign-in."""
    if login := _login():
        _signed_out().add(login)
    st.logout()


@st.cache_resource(show_spinner=False)
def _signed_out() -> set[str]:
    """The sign-ins of this process that have ended."""
    return set()


def _login() -> str:
    """What tells a sign-in from every other one, the same person's too: a digest of its cookie."""
    names = [n for n in st.context.cookies if n == COOKIE or n.startswith(f"{COOKIE}__")]
    cookie = [(name, st.context.cookies[name]) for name in sorted(names)]
    return hashlib.sha256(repr(cookie).encode()).hexdigest() if cookie else ""


def draw_sign_in() -> None:
    """Draw the way in, with a button for each provider."""
    st.title("Gemini Playground", anchor=False)
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


def draw_account() -> None:
    """Draw who is signed in, and the way out; where nobody can, what that means for the history."""
    if not signed_in():
        if is_passing():
            st.caption(
                ":material/person_off: No sign-in here: a reload starts over, and what you ask "
                "stays in this tab only."
            )
        return
    name = st.user.get("email") or st.user.get("name") or "Signed in"
    st.caption(f":material/account_circle: {literal(str(name))}")
    st.button("Sign out", icon=":material/logout:", type="tertiary", on_click=sign_out)


def _auth_section() -> Mapping[str, object] | None:
    if not st.secrets.load_if_toml_exists() or "auth" not in st.secrets:
        return None
    return st.secrets["auth"]


def _providers(auth: Mapping[str, object]) -> list[str]:
    named = [name for name, value in auth.items() if isinstance(value, Mapping) and value]
    named = [name for name in named if name != "client_kwargs"]
    return [*([DEFAULT] if "client_id" in auth else []), *named]
