"""What is read under a link, by whom, and what is said where there is nothing to read."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import streamlit as st
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from components import sign_in
from components.history import opened_history
from components.shares import without_keys
from server.shared_pages import SharedPages

SECRET = "c" * 32


@pytest.fixture(autouse=True)
def clean_caches() -> Iterator[None]:
    yield
    st.cache_resource.clear()


@pytest.fixture
def client() -> TestClient:
    return TestClient(SharedPages(PlainTextResponse("The playground")))


@pytest.fixture
def shared() -> str:
    """The path of a link."""
    history = opened_history()
    assert history is not None
    ends = datetime.now(UTC) + timedelta(days=1)
    return f"/shared/{history.shares.add('ann', 'Answer', 'Sky', '<p>Blue', ends).token}"


@pytest.fixture
def signing_in(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, str]]:
    """People sign in here: gives the cookies of somebody who did."""
    module = "streamlit.web.server.starlette.starlette_websocket.get_cookie_secret"
    monkeypatch.setattr(module, lambda: SECRET)
    monkeypatch.setattr(sign_in, "_auth_section", lambda: {"client_id": "x"})

    def cookies(secret: str = SECRET, logged_in: str = "true") -> dict[str, str]:
        claims = (
            f'{{"is_logged_in": {logged_in}, "iss": "https://a", "sub": "1",'
            ' "email": "ann@x.org", "email_verified": true}'
        )
        return {sign_in.COOKIE: create_signed_value(secret, sign_in.COOKIE, claims).decode()}

    return cookies


def test_a_link_shows_its_page_and_lets_nothing_run(client: TestClient, shared: str) -> None:
    response = client.get(shared)
    assert (response.status_code, response.text) == (200, "<p>Blue")
    assert response.headers["content-type"].startswith("text/html")
    assert "sandbox" in response.headers["content-security-policy"]
    assert "allow-scripts" not in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"
    assert "noindex" in response.headers["x-robots-tag"]


@pytest.mark.parametrize("token", ["", "guess", "a/b", "%00", "..%2f..", "x" * 5000])
def test_a_guess_shows_a_word(client: TestClient, shared: str, token: str) -> None:
    response = client.get(f"/shared/{token}")
    assert response.status_code == 404
    assert "This link shows nothing" in response.text


def test_other_addresses_are_the_playgrounds(client: TestClient) -> None:
    assert client.get("/shared").text == client.get("/history").text == "The playground"


def test_where_sharing_is_off_links_show_nothing(
    client: TestClient, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_SHARES", "off")
    assert client.get(shared).status_code == 404


def test_while_the_database_is_away_that_is_said(
    client: TestClient, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.shares.opened_history", lambda: None)
    response = client.get(shared)
    assert response.status_code == 503
    assert "Try again" in response.text


def test_where_people_sign_in_a_link_needs_it_unless_operators_open_it(
    client: TestClient,
    shared: str,
    signing_in: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert client.get(shared).status_code == 401
    forged, signed_out = signing_in("another secret"), signing_in(logged_in="false")
    for wrong in (forged, signed_out, {sign_in.COOKIE: "x"}):
        client.cookies.update(wrong)
        assert client.get(shared).status_code == 401
        client.cookies.clear()
    client.cookies.update(signing_in())
    assert client.get(shared).text == "<p>Blue"
    monkeypatch.setenv("PLAYGROUND_ALLOWED", "@y.org")
    assert client.get(shared).status_code == 401
    client.cookies.clear()
    monkeypatch.setenv("PLAYGROUND_SHARES", "open")
    assert client.get(shared).text == "<p>Blue"


def test_what_looks_like_a_key_is_hidden_and_media_are_left_alone() -> None:
    key = "AIza" + "x" * 35
    page = f'<p>{key}</p><img src="data:image/png;base64,{key}"><a href="/?key=abcdef">'
    assert without_keys(page) == (
        f'<p>[hidden]</p><img src="data:image/png;base64,{key}"><a href="/?key=[hidden]">'
    )
