"""What the server adds to every answer."""

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from server.headers import FRAMES, SecurityHeaders, headers_from


def test_every_response_says_that_a_page_loads_from_its_own_server_only() -> None:
    headers = TestClient(SecurityHeaders(PlainTextResponse("Hi"))).get("/").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert "https://www.youtube.com" in policy["frame-src"]  # what `st.video` shows them in
    for name, sources in policy.items():
        assert not {"*", "http:", "https:"} & set(sources.split()), name
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("named", "ancestors", "older"),
    [
        ("", "'self'", b"SAMEORIGIN"),
        ("none", "'none'", b"DENY"),
        ("https://a.example, http://*.b.example:8080", "'self' https://a.example "
         "http://*.b.example:8080", None),
    ],
)  # fmt: skip
def test_who_may_show_it_in_a_frame_is_a_variable(
    named: str, ancestors: str, older: bytes | None
) -> None:
    headers = headers_from({FRAMES: named})
    policy = headers[b"content-security-policy"].decode()
    assert policy.endswith(f"frame-ancestors {ancestors}")
    assert headers.get(b"x-frame-options") == older


@pytest.mark.parametrize("named", ["*", "https:", "'unsafe-inline'", "a.example; script-src *"])
def test_what_is_no_origin_allows_nobody(
    named: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ValueError, match=FRAMES):
        headers_from({FRAMES: named})
    monkeypatch.setenv(FRAMES, named)
    headers = TestClient(SecurityHeaders(PlainTextResponse("Hi"))).get("/").headers
    assert headers["content-security-policy"].endswith("frame-ancestors 'self'")
    assert FRAMES in caplog.text
