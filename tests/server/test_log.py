"""A line of the log is JSON, and has nothing that people asked or typed."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from server.log import JsonLines, Requests, request_id


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream, logger = io.StringIO(), logging.getLogger("server")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.INFO)
    yield stream
    logger.setLevel(level)
    logger.removeHandler(handler)


def said(lines: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_an_unforeseen_error_has_its_kind_and_its_place_and_no_value(lines: io.StringIO) -> None:
    try:
        raise ValueError("My diary says: today")
    except ValueError:
        logging.getLogger("server.x").exception(
            "It failed\nfor key=AIzaSyA1234567890123456789012345"
        )
    (line,) = said(lines)
    assert line["error"] == "ValueError"
    assert "test_log.py" in str(line["at"])
    assert "diary" not in lines.getvalue()
    assert "AIza" not in lines.getvalue()


def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request_id.get()} {request.headers['x-request-id']}")


def fails(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("No", 500)


@pytest.fixture
def client() -> TestClient:
    paths = {"/x": echo, "/readyz": echo, "/static/js/a.js": echo, "/static/no": fails}
    routes = [Route(path, call) for path, call in paths.items()]
    return TestClient(Requests(Starlette(routes=routes)))


@pytest.mark.parametrize(
    ("given", "taken"),
    [("proxy-1234:5", True), ("short", False), ("x" * 129, False), ("a b c d e f", False)],
)
def test_a_request_has_an_id(client: TestClient, given: str, *, taken: bool) -> None:
    response = client.get("/x", headers={"X-Request-Id": given})
    own = response.headers["x-request-id"]
    assert response.text == f"{own} {own}"
    assert (own == given) is taken
    assert len(own) >= 8


def test_requests_are_said_but_for_those_of_every_page_that_went_well(
    client: TestClient, lines: io.StringIO
) -> None:
    for path in ("/x?prompt=mine", "/readyz", "/static/js/a.js", "/static/no", "/shared/token"):
        client.get(path)
    assert [(line["path"], line["status"]) for line in said(lines)] == [
        ("/x", 200),
        ("/static/no", 500),
        ("/shared/…", 404),
    ]
    assert all(line["request_id"] for line in said(lines))
    assert "mine" not in lines.getvalue()
