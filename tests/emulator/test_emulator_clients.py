"""Requests as other clients than google-genai send them, byte for byte."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from emulator import field_mask, launch
from emulator.app import create_app
from emulator.engines.echo import MODEL, EchoEngine
from emulator.errors import ApiError
from emulator.models import Catalogue

KEY = {"x-goog-api-key": "k"}
INPUTS = Path(__file__).parents[1] / "inputs" / "emulator"


def post(echo: launch.Emulator, name: str, model: str = "echo") -> httpx2.Response:
    body = json.loads((INPUTS / name).read_text("utf-8"))
    url = f"{echo.url}/v1beta/models/{model}:generateContent"
    return httpx2.post(url, json=body, headers={"x-goog-api-key": "k"})


def first_part(reply: httpx2.Response) -> dict[str, Any]:
    assert reply.status_code == 200, reply.text
    return reply.json()["candidates"][0]["content"]["parts"][0]


def test_calls_in_neighbouring_contents_are_one_turn(echo: launch.Emulator) -> None:
    text = first_part(post(echo, "split_model_turn_two_calls.json"))["text"]
    assert all(word in text for word in ("Rome", "sunny", "Berlin", "rain")), text


def test_enums_may_be_numbers(echo: launch.Emulator) -> None:
    text = first_part(post(echo, "enum_int.json"))["text"]
    assert isinstance(json.loads(text)["name"], str)


def test_enums_that_are_kept_as_texts_may_be_numbers(echo: launch.Emulator) -> None:
    hello = {"content": {"parts": [{"text": "Hi"}]}}
    url = f"{echo.url}/v1beta/models/gemini-embedding-001:embedContent"
    assert httpx2.post(url, json=hello | {"taskType": 2}, headers=KEY).status_code == 200
    assert httpx2.post(url, json=hello | {"taskType": 99}, headers=KEY).status_code == 400
    ran = [
        {"executableCode": {"language": 1, "code": "print(1)"}},
        {"codeExecutionResult": {"outcome": 1, "output": "1"}},
    ]
    contents = [
        {"role": "user", "parts": [{"text": "Go"}]},
        {"role": "model", "parts": ran},
        {"role": "user", "parts": [{"text": "And now?"}]},
    ]
    url = f"{echo.url}/v1beta/models/echo:generateContent"
    assert httpx2.post(url, json={"contents": contents}, headers=KEY).status_code == 200


@pytest.mark.parametrize("model", ["gemini-3.5-flash", "gemini-4-argon"])
def test_gemini_3_takes_functions_with_a_json_answer(echo: launch.Emulator, model: str) -> None:
    part = first_part(post(echo, "gemini3_tools_and_schema.json", model))
    assert part["functionCall"] == part["functionCall"] | {
        "name": "get_weather",
        "args": {"city": "Paris"},
    }


def test_gemini_2_refuses_functions_with_a_json_answer(echo: launch.Emulator) -> None:
    reply = post(echo, "gemini3_tools_and_schema.json", "gemini-2.5-flash")
    assert reply.status_code == 400
    assert "response mime type" in reply.json()["error"]["message"]


@pytest.mark.parametrize(
    ("mask", "kept"),
    [
        ("a", {"a": [{"b": 1, "c": {"d": 2, "e": 3}}, {"b": 4}]}),
        ("a.b", {"a": [{"b": 1}, {"b": 4}]}),
        ("a/c/d, f", {"a": [{"c": {"d": 2}}, {}], "f": 5}),
        ("a(b,c(e)),f", {"a": [{"b": 1, "c": {"e": 3}}, {"b": 4}], "f": 5}),
        ("a.c.*", {"a": [{"c": {"d": 2, "e": 3}}, {}]}),
        ("no", {}),
        ("*", {"a": [{"b": 1, "c": {"d": 2, "e": 3}}, {"b": 4}], "f": 5}),
    ],
)
def test_a_field_mask_keeps_what_it_names(mask: str, kept: dict[str, Any]) -> None:
    value = {"a": [{"b": 1, "c": {"d": 2, "e": 3}}, {"b": 4}], "f": 5}
    assert field_mask.masked(value, field_mask.parse(mask)) == kept


@pytest.mark.parametrize("mask", ["a(", "a)", "a..b", ",", "a b()", "a(" * 30, "é"])
def test_a_field_mask_that_is_none_is_refused(mask: str) -> None:
    with pytest.raises(ApiError, match="Invalid field mask"):
        field_mask.parse(mask)


def test_field_masks_are_for_replies_streams_and_lists(echo: launch.Emulator) -> None:
    body = {"contents": [{"parts": [{"text": "Hi"}]}]}
    url = f"{echo.url}/v1beta/models/echo"
    only = {"fields": "usage_metadata.totalTokenCount"}
    whole = httpx2.post(f"{url}:generateContent", params=only, json=body, headers=KEY).json()
    assert list(whole) == ["usageMetadata"]
    assert list(whole["usageMetadata"]) == ["totalTokenCount"]
    mask = KEY | {"x-goog-fieldmask": "candidates.content.role"}
    chunks = httpx2.post(f"{url}:streamGenerateContent", json=body, headers=mask).json()
    assert chunks[0] == {"candidates": [{"content": {"role": "model"}}]}
    listed = httpx2.get(f"{echo.url}/v1beta/models?fields=models.name", headers=KEY).json()
    assert listed["models"][0] == {"name": "models/echo"}
    assert httpx2.get(f"{echo.url}/v1beta/models?fields=(", headers=KEY).status_code == 400


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://localhost:5173", True),
        ("https://127.0.0.1", True),
        ("http://[::1]:3000", True),
        ("https://example.com", False),
        ("http://localhost.example.com", False),
        ("null", False),
    ],
)
def test_pages_of_this_machine_may_call_it(
    echo: launch.Emulator, origin: str, allowed: bool
) -> None:
    asking = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-goog-api-key,x-goog-api-client",
    }
    url = f"{echo.url}/v1beta/models/echo:generateContent"
    preflight = httpx2.options(url, headers=asking)
    assert (preflight.status_code == 200) is allowed
    assert ("access-control-allow-origin" in preflight.headers) is allowed
    body = {"contents": [{"parts": [{"text": "Hi"}]}]}
    reply = httpx2.post(url, json=body, headers=KEY | {"origin": origin})
    assert (reply.headers.get("access-control-allow-origin") == origin) is allowed
    refused = httpx2.post(url, json={"no": 1}, headers=KEY | {"origin": origin})
    assert ("access-control-allow-origin" in refused.headers) is allowed
    if allowed:
        assert "x-goog-upload-url" in reply.headers["access-control-expose-headers"]


def test_other_pages_may_where_they_are_named() -> None:
    emulator = create_app(EchoEngine(), origins=["https://example.com"])
    [middleware] = emulator.user_middleware
    assert middleware.kwargs["allow_origins"] == ["https://example.com"]


def test_names_that_end_in_latest_are_answered_and_not_listed(echo: launch.Emulator) -> None:
    body = {"contents": [{"parts": [{"text": "Hi"}]}]}
    for name in ("gemini-flash-latest", "gemini-flash-lite-latest", "gemini-pro-latest"):
        url = f"{echo.url}/v1beta/models/{name}"
        assert httpx2.get(url, headers=KEY).json()["name"] == f"models/{name}"
        assert httpx2.post(f"{url}:generateContent", json=body, headers=KEY).status_code == 200
    listed = httpx2.get(f"{echo.url}/v1beta/models", headers=KEY).json()["models"]
    assert not any("latest" in model["name"] for model in listed)


def test_other_names_are_those_that_are_given() -> None:
    catalogue = Catalogue(MODEL, ["gemini-2.5-flash-lite-preview-09-2025", "my-embedding"])
    preview = catalogue.get("gemini-2.5-flash-lite-preview-09-2025", "v1beta", "generateContent")
    assert preview.thinking == catalogue.get("gemini-2.5-flash-lite", "v1beta").thinking
    assert catalogue.get("my-embedding", "v1beta", "embedContent")
    assert "models/my-embedding" in str(catalogue.page({}))
    with pytest.raises(ApiError, match="is not found"):
        catalogue.get("gemini-9", "v1beta")


def test_a_star_is_any_name() -> None:
    catalogue = Catalogue(MODEL, ["*"])
    assert catalogue.get("gemini-9-ultra", "v1beta", "generateContent").name == "gemini-9-ultra"
    assert catalogue.get("text-embedding-004", "v1beta", "embedContent")
    with pytest.raises(ApiError, match="is not found"):
        catalogue.get("no name", "v1beta")


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("POST", "models/imagen-4.0-generate-001:predict", "can't generate images"),
        ("POST", "models/veo-3.1:predictLongRunning", "can't generate videos"),
        ("GET", "fileSearchStores", "no file search stores"),
        ("DELETE", "fileSearchStores/a/documents/b", "no file search stores"),
        ("POST", "auth_tokens", "no Live API"),
    ],
)
def test_what_is_not_here_is_refused_by_name(
    echo: launch.Emulator, method: str, path: str, words: str
) -> None:
    reply = httpx2.request(method, f"{echo.url}/v1beta/{path}", headers=KEY)
    assert reply.status_code == 501
    assert words in reply.json()["error"]["message"]
    assert httpx2.request(method, f"{echo.url}/v1beta/{path}").status_code == 403
