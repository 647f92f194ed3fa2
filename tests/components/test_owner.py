"""Whose history a session sees, on one's own machine, behind a proxy, and signed in."""

from types import SimpleNamespace
from typing import Any

import pytest

from components import owner
from components.owner import current_owner
from components.person_cookie import COOKIE


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What Streamlit knows of a session: nobody signed in, on this machine."""
    made = SimpleNamespace(
        user={},
        session_state={},
        context=SimpleNamespace(headers={"Host": "localhost:8501"}, cookies={}),
        address="localhost",
    )
    made.get_option = lambda _name: made.address
    monkeypatch.setattr(owner, "st", made)
    return made


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", ""])
def test_on_ones_own_machine_every_session_is_its_users(session: Any, host: str) -> None:
    session.context.headers = {"Host": host} if host else {}
    assert current_owner() == ""


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("0.0.0.0", {"Host": "localhost:8501"}),
        ("", {"Host": "localhost:8501"}),
        ("localhost", {"Host": "playground.example.org"}),
        ("localhost", {"Host": "localhost:8501", "X-Forwarded-For": "203.0.113.9"}),
        ("localhost", {"Host": "localhost:8501", "Forwarded": "for=203.0.113.9"}),
        ("localhost", {"Host": "localhost.example.org"}),
    ],
)
def test_where_others_may_be_each_session_keeps_to_itself(
    session: Any, address: str, headers: dict[str, str]
) -> None:
    session.address, session.context.headers = address, headers
    first = current_owner()
    assert first.startswith("session:")
    assert current_owner() == first
    session.session_state = {}
    assert current_owner() != first


def test_a_person_is_known_by_what_the_provider_never_gives_to_another(session: Any) -> None:
    session.user = {"is_logged_in": True, "iss": "https://a", "sub": "1", "email": "x@y.org"}
    assert current_owner() == "https://a 1"
    session.user["iss"] = "https://b"  # the same number, and address, at another provider
    assert current_owner() == "https://b 1"
    session.user = {"is_logged_in": True, "email": "x@y.org"}
    assert current_owner() == "x@y.org"
    session.user = {"is_logged_in": True}  # nothing to know them by
    session.address = "0.0.0.0"
    assert current_owner().startswith("session:")


def test_where_others_may_be_a_browser_is_its_cookies_person(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, "name_in", {"good": "ann-s-browser"}.get)
    session.address = "0.0.0.0"
    session.context.cookies = {COOKIE: "good"}
    assert current_owner() == "browser:ann-s-browser"
    session.context.cookies = {COOKIE: "forged"}
    assert current_owner().startswith("session:")
    session.address = "localhost"  # this machine's user needs none
    session.context.cookies = {COOKIE: "good"}
    assert current_owner() == ""
