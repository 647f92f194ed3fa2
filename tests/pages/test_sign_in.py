"""Where sign-in is set up, nothing is to be seen without it; and it says what it lacks."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from components import sign_in

Open = Callable[..., AppTest]
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
