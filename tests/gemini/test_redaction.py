"""Secrets are hidden in texts, in what goes over the wire, and in a request's settings."""

from typing import Any

import httpx2
import pytest

from gemini.api.redaction import (
    HIDDEN,
    MASK,
    SHORTEST_SECRET,
    body_without_secrets,
    config_without_secrets,
    masked_headers,
    masked_url,
    redact,
)

GOOGLE_KEY = "AIza" + "x" * 35


@pytest.mark.parametrize(
    "text",
    [
        "https://host/v1?key=abc123",
        "Authorization: Bearer abc123",
        "?a=1&key=abc123&b=2",
        "x-goog-api-key: abc123",
        "no such host: http://me:abc123@host/v1",
        "http://:abc123@host",
    ],
)
def test_keys_are_hidden_by_their_place(text: str) -> None:
    assert "abc123" not in redact(text)
    assert HIDDEN in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "sorted(words, key=len)",
        "Bearer of good news",
        "f(key=value)",
        "ya29. It ended.",
        "http://host:8080/a@b",
    ],
)
def test_words_that_only_look_a_little_like_keys_stay(text: str) -> None:
    assert redact(text) == text


def test_a_secret_that_begins_like_another_leaves_no_tail() -> None:
    assert redact("x secret-and-more y", ["secret", "secret-and-more"]) == f"x {HIDDEN} y"


def test_secrets_in_the_form_of_a_url_are_hidden() -> None:
    assert redact("?k=p%2Fss%20word", ["p/ss word"]) == f"?k={HIDDEN}"


def test_words_too_short_for_a_key_stay() -> None:
    short = "a" * (SHORTEST_SECRET - 1)
    assert redact(f"{short} b", [short, None, ""]) == f"{short} b"


@pytest.mark.parametrize(
    "name", ["x-goog-api-key", "X-Goog-Api-Key", "Authorization", "Proxy-Authorization", "Cookie"]
)
def test_secret_headers_are_masked(name: str) -> None:
    headers = masked_headers(httpx2.Headers({name: "secret", "accept": "text/plain"}))
    assert "secret" not in headers.values()
    assert MASK in headers.values()
    assert headers["accept"] == "text/plain"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://box/?key=secret", f"http://box/?key={MASK}"),
        ("http://box/?a=1&key=secret&b=2", f"http://box/?a=1&key={MASK}&b=2"),
        ("http://box/?access_token=secret#x", f"http://box/?access_token={MASK}#x"),
        (f"http://box/{GOOGLE_KEY}/x", f"http://box/{MASK}/x"),
        ("http://box/?monkey=1", "http://box/?monkey=1"),
    ],
)
def test_secrets_in_addresses_are_masked(url: str, expected: str) -> None:
    assert masked_url(url) == expected


def test_a_password_is_hidden_in_any_url() -> None:
    url = "http://user:PW@host:8080/v1?key=PW"
    assert masked_url(url) == "http://••••••••@host:8080/v1?key=••••••••"
    assert masked_url("http://host/a@b") == "http://host/a@b"


@pytest.mark.parametrize(
    "config",
    [
        {"http_options": {"headers": {"a": "secret"}}},
        {"httpOptions": {"base_url": "http://secret.example"}},
        {"tools": [{"google_maps": {"auth_config": {"api_key": "secret"}}}]},
        {"tools": [{"retrieval": {"external_api": {"apiAuth": {"a": "secret"}}}}]},
        {"tools": [{"mcp_servers": [{"streamable_http_transport": {"headers": {"a": "secret"}}}]}]},
    ],
)
def test_settings_that_can_hold_a_secret_are_left_out(config: dict[str, Any]) -> None:
    assert "secret" not in repr(config_without_secrets({**config, "temperature": 1}))
    assert "secret" not in repr(body_without_secrets({"generationConfig": config, **config}))
    assert config_without_secrets({**config, "temperature": 1})["temperature"] == 1


def test_headers_in_peoples_own_schemas_and_contents_stay() -> None:
    schema = {"response_json_schema": {"properties": {"headers": {"type": "string"}}}}
    assert config_without_secrets(schema) == schema
    body = {"contents": [{"parts": [{"functionCall": {"args": {"headers": "a"}}}]}]}
    assert body_without_secrets(body) == body
