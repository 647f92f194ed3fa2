"""Where sign-in is set up, nothing is to be seen without it; and it says what it lacks."""

from collections.abc import Callable

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import sign_in
from tests.on_page import Open

AUTH = {"redirect_uri": "http://localhost/oauth2callback", "cookie_secret": "x" * 32}


@pytest.fixture
def screen(app: Open, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """The first screen, with this in the [auth] section of the secrets."""

    def open_screen(**auth: object) -> AppTest:
        monkeypatch.setattr(sign_in, "_auth_section", lambda: {**AUTH, **auth})
        at = app()
        assert not at.exception
        assert not at.chat_input
        assert not at.sidebar.children
        return at

    return open_screen


def test_one_provider_has_one_button(screen: Callable[..., AppTest]) -> None:
    assert [b.label for b in screen(client_id="x").button] == ["Sign in"]


def test_several_providers_have_a_button_each(screen: Callable[..., AppTest]) -> None:
    at = screen(google={"client_id": "x"}, okta={"client_id": "y"}, client_kwargs={"prompt": "x"})
    assert [b.label for b in at.button] == ["Sign in with Google", "Sign in with Okta"]


def test_no_provider_at_all_is_explained(screen: Callable[..., AppTest]) -> None:
    assert "names no provider" in screen().error[0].value


def test_a_package_that_is_missing_is_named(
    screen: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "find_spec", lambda _name: None)
    at = screen(client_id="x")
    assert "streamlit[auth]" in at.error[0].value
    assert not at.button


def test_without_an_auth_section_nobody_is_asked(app: Open) -> None:
    at = app()
    assert at.chat_input
    assert not [b for b in at.button if "Sign" in b.label]


def test_who_signs_out_in_one_tab_is_signed_out_in_the_others(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "_auth_section", lambda: {**AUTH, "client_id": "x"})
    cookies = {"_streamlit_user": "first", "_streamlit_user__1": "more", "_ga": "1"}
    user = {"is_logged_in": True, "iss": "https://a", "sub": "1", "email": "ann@example.org"}
    monkeypatch.setattr(st, "user", user)
    monkeypatch.setattr(type(st.context), "cookies", property(lambda _: dict(cookies)))
    monkeypatch.setattr(st, "logout", lambda: None)
    one, other = app(), app()
    assert one.chat_input
    assert other.chat_input
    next(b for b in one.button if b.label == "Sign out").click().run()
    other.run()
    for tab in (one, other):
        assert not tab.exception
        assert not tab.chat_input
        assert [b.label for b in tab.button] == ["Sign in"]
    cookies["_streamlit_user"] = "second"  # who signs in again
    assert app().chat_input
