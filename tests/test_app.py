"""What the server adds to every answer."""

from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from app import SecurityHeaders


def test_every_response_says_that_a_page_loads_from_its_own_server_only() -> None:
    headers = TestClient(SecurityHeaders(PlainTextResponse("Hi"))).get("/").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert "https://www.youtube.com" in policy["frame-src"]  # what `st.video` shows them in
    for name, sources in policy.items():
        assert not {"*", "http:", "https:"} & set(sources.split()), name
    assert headers["x-content-type-options"] == "nosniff"
