"""A sign-in that fails ends on a page with words. The routes are Streamlit's own."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.testclient import TestClient
from streamlit import auth_util
from streamlit.runtime.secrets import AttrDict
from streamlit.web.server.starlette import starlette_auth_routes
from streamlit.web.server.starlette.starlette_auth_routes import create_auth_routes

from components.sign_in import COOKIE
from server.sign_in import SignInFaults
from tests.browser.oidc import CLIENT, Provider, provider

SECRET = "a secret of the tests, long enough"
PLACE = "http://localhost:8501"
DOWN = "http://127.0.0.1:9/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def issuer() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture
def auth(issuer: Provider, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The [auth] section of the secrets, to be changed."""
    section: dict[str, Any] = {
        "redirect_uri": f"{PLACE}/oauth2callback",
        "cookie_secret": SECRET,
        "client_id": CLIENT,
        "client_secret": "not one",
        "server_metadata_url": f"{issuer.url}/.well-known/openid-configuration",
    }
    for module in (auth_util, starlette_auth_routes):
        monkeypatch.setattr(module, "get_secrets_auth_section", lambda: AttrDict(section))
    monkeypatch.setattr(starlette_auth_routes, "get_cookie_secret", lambda: SECRET)
    return section


@pytest.fixture
def client(auth: dict[str, Any]) -> TestClient:
    app = Starlette(
        routes=create_auth_routes(""),
        middleware=[Middleware(SignInFaults), Middleware(SessionMiddleware, secret_key=SECRET)],
    )
    return TestClient(app, base_url=PLACE, follow_redirects=False)


def login() -> str:
    return f"/auth/login?provider={auth_util.encode_provider_token('default')}"


def test_a_provider_that_is_down_is_said_with_the_way_back(
    client: TestClient, auth: dict[str, Any]
) -> None:
    auth["server_metadata_url"] = DOWN
    response = client.get(login())
    assert response.status_code == 503
    assert "The sign-in service can't be reached" in response.text
    assert '<a href="/">' in response.text


def test_one_that_goes_down_meanwhile_is_said_too(client: TestClient, auth: dict[str, Any]) -> None:
    (state,) = parse_qs(urlsplit(client.get(login()).headers["location"]).query)["state"]
    auth["server_metadata_url"] = DOWN
    response = client.get(f"/oauth2callback?state={state}&code=x")
    assert response.status_code == 401
    assert "You aren't signed in" in response.text
    assert response.headers["set-cookie"].startswith(f'{COOKIE}="";')  # Streamlit's


@pytest.mark.parametrize("query", ["error=access_denied&state=x", "state=old", "state=x&code=x"])
def test_who_changes_their_mind_is_told_so(client: TestClient, query: str) -> None:
    response = client.get(f"/oauth2callback?{query}")
    assert response.status_code == 401
    assert "The sign-in was canceled" in response.text


def test_what_works_is_left_alone(client: TestClient) -> None:
    to_provider = client.get(login())
    assert to_provider.status_code == 302
    back = httpx2.get(f"{to_provider.headers['location']}&who=ann").headers["location"]
    signed_in = client.get(back)
    assert signed_in.status_code == 302
    assert COOKIE in client.cookies
    for again in (back, "/oauth2callback"):  # back in the browser; the end of a sign-out
        assert client.get(again).status_code == 302
    client.cookies.clear()
    assert client.get("/oauth2callback").status_code == 302
