"""Which responses give a browser its cookie, and what the cookie is like."""

from collections.abc import Iterator

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, Router
from starlette.testclient import TestClient

from components import person_cookie
from components.person_cookie import COOKIE, name_in, new_name, signed
from server.browsers import BrowserCookies

PAGE = {"accept": "text/html,*/*"}


@pytest.fixture(autouse=True)
def provided(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("components.owner.LOOPBACK", set())
    person_cookie.provide(lambda: "s" * 40, lambda _name: False)
    yield
    person_cookie.provide(lambda: None, lambda _name: False)


@pytest.fixture
def client() -> TestClient:
    routes = [
        Route("/", lambda _: HTMLResponse("<p>A page")),
        Route("/text", lambda _: PlainTextResponse("A text")),
        Route("/unchanged", lambda _: Response(status_code=304)),
    ]
    return TestClient(BrowserCookies(Router(routes)), base_url="http://playground.example")


def test_a_browser_gets_a_name_once(client: TestClient) -> None:
    header = client.get("/", headers=PAGE).headers["set-cookie"]
    assert "HttpOnly" in header
    assert "SameSite=lax" in header
    assert "Path=/" in header
    assert "Max-Age=34560000" in header
    assert "Secure" not in header
    assert name_in(client.cookies[COOKIE])
    assert "set-cookie" not in client.get("/", headers=PAGE).headers


@pytest.mark.parametrize("cookie", ["forged", "", "a.b.c"])
def test_one_that_is_forged_is_replaced_by_a_new_one(client: TestClient, cookie: str) -> None:
    response = client.get("/", headers=PAGE | {"cookie": f"{COOKIE}={cookie}"})
    assert name_in(response.cookies[COOKIE])


def test_one_that_was_forgotten_is_replaced(client: TestClient) -> None:
    name = new_name()
    headers = PAGE | {"cookie": f"{COOKIE}={signed(name)}"}
    assert "set-cookie" not in client.get("/", headers=headers).headers
    person_cookie.forget(name)
    assert name_in(client.get("/", headers=headers).cookies[COOKIE]) not in {None, name}


def test_a_page_that_the_browser_has_already_gives_one_too(client: TestClient) -> None:
    assert name_in(client.get("/unchanged", headers=PAGE).cookies[COOKIE])


def test_over_https_it_is_for_https_only(client: TestClient) -> None:
    header = client.get("/", headers=PAGE | {"x-forwarded-proto": "https"}).headers["set-cookie"]
    assert "Secure" in header


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/text", PAGE),
        ("/", {"accept": "*/*"}),
        ("/", PAGE | {"sec-fetch-dest": "iframe"}),
    ],
)
def test_only_a_page_that_is_opened_gives_one(
    client: TestClient, path: str, headers: dict[str, str]
) -> None:
    assert "set-cookie" not in client.get(path, headers=headers).headers


def test_where_only_this_machine_comes_nobody_needs_one(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.owner.is_local", lambda _headers: True)
    assert "set-cookie" not in client.get("/", headers=PAGE).headers


def test_where_people_sign_in_nobody_needs_one(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.sign_in.is_set_up", lambda: True)
    assert "set-cookie" not in client.get("/", headers=PAGE).headers


def test_while_the_database_is_away_a_page_is_served_without(client: TestClient) -> None:
    person_cookie.provide(lambda: None, lambda _name: False)
    response = client.get("/", headers=PAGE)
    assert response.text == "<p>A page"
    assert "set-cookie" not in response.headers
