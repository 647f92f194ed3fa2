"""What can't be answered: each refusal in the API's own shape, with the field's path."""

import http.client
import json
from typing import Any

import httpx2
import pytest
from google import genai
from google.genai import errors, types

from emulator import launch

KEY = {"x-goog-api-key": "any-key"}
HELLO = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}


@pytest.fixture
def post(echo: launch.Emulator):
    def post(body: Any, call: str = "models/echo:generateContent", **headers: str):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        url = f"{echo.url}/v1beta/{call}"
        return httpx2.post(url, content=content, headers=KEY | headers, timeout=30)

    return post


def error_of(response: httpx2.Response) -> dict[str, Any]:
    error = response.json()["error"]
    assert error["code"] == response.status_code
    assert error["status"]
    return error


def test_no_key_is_403_and_any_place_for_it_will_do(echo: launch.Emulator) -> None:
    url = f"{echo.url}/v1beta/models"
    assert error_of(httpx2.get(url))["status"] == "PERMISSION_DENIED"
    assert httpx2.get(url, headers={"Authorization": "bearer  x"}).status_code == 200
    assert httpx2.get(url, headers={"Authorization": "Basic x"}).status_code == 403
    assert httpx2.get(url, headers={"Authorization": "Bearer x"}).status_code == 200
    assert httpx2.get(url, params={"key": "x"}).status_code == 200
    bad = error_of(httpx2.get(url, headers={"x-goog-api-key": "two words"}))
    assert bad["details"][0]["reason"] == "API_KEY_INVALID"


def test_unknown_fields_are_named_with_their_place(post) -> None:
    error = error_of(post(HELLO | {"generationConfig": {"temprature": 1}}))
    assert error["message"] == (
        "Invalid JSON payload received. Unknown name \"temprature\" at 'generation_config': "
        "Cannot find field."
    )
    violation = error["details"][0]["fieldViolations"][0]
    assert violation["field"] == "generation_config"


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"temperature": 2.1}, "temperature"),
        ({"temperature": -0.1}, "temperature"),
        ({"topP": 1.5}, "top_p"),
        ({"topK": 0}, "top_k"),
        ({"candidateCount": 0}, "candidate_count"),
        ({"candidateCount": 9}, "candidate_count"),
        ({"maxOutputTokens": 0}, "max_output_tokens"),
        ({"presencePenalty": 3}, "presence_penalty"),
        ({"frequency_penalty": -3}, "frequency_penalty"),
        ({"stopSequences": ["a", "b", "c", "d", "e", "f"]}, "stop_sequences"),
        ({"stopSequences": [""]}, "stop_sequences"),
        ({"logprobs": 3}, "logprobs"),
        ({"logprobs": 21, "responseLogprobs": True}, "logprobs"),
        ({"responseMimeType": "image/png"}, "response_mime_type"),
        ({"responseSchema": {"type": "STRING"}}, "response_schema"),
        ({"responseModalities": ["AUDIO"]}, "response_modalities"),
    ],
)
def test_values_out_of_range_name_their_field(post, config: dict[str, Any], field: str) -> None:
    error = error_of(post(HELLO | {"generationConfig": config}))
    path = f"GenerateContentRequest.generation_config.{field}"
    assert error["status"] == "INVALID_ARGUMENT"
    assert error["message"].startswith(f"* {path}: ")
    assert error["details"][0]["fieldViolations"][0]["field"] == path


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"generationConfig": {"temperature": "hot"}},
            "Invalid value at 'generation_config.temperature' (TYPE_FLOAT), \"hot\"",
        ),
        (
            {"generationConfig": {"seed": 1.5}},
            "Invalid value at 'generation_config.seed' (TYPE_INT32), 1.5",
        ),
        (
            {"generationConfig": {"maxOutputTokens": 2**31}},
            "Invalid value at 'generation_config.max_output_tokens' (TYPE_INT32), 2147483648",
        ),
        (
            {"generationConfig": {"thinkingConfig": {"thinkingLevel": "SOME"}}},
            "Invalid value at 'generation_config.thinking_config.thinking_level' "
            "(type.googleapis.com/google.ai.generativelanguage.v1beta.ThinkingConfig."
            'ThinkingLevel), "SOME"',
        ),
        (
            {"contents": [{"parts": [{"inlineData": {"mimeType": "a/b", "data": "!"}}]}]},
            "Invalid value at 'contents[0].parts[0].inline_data.data' (TYPE_BYTES), "
            "Base64 decoding failed",
        ),
        ({"contents": []}, "* GenerateContentRequest.contents: contents is not specified\n"),
        (
            {"contents": [{"role": "user"}]},
            "* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n",
        ),
        (
            {"contents": [{"parts": [{}]}]},
            "* GenerateContentRequest.contents[0].parts[0].data: required oneof field 'data' must "
            "have one initialized field\n",
        ),
        (
            {"contents": [{"role": "robot", "parts": [{"text": "Hi"}]}]},
            "Please use a valid role: user, model.",
        ),
        (
            {"contents": [{"parts": [{"functionResponse": {"name": "f", "response": {}}}]}]},
            "Please ensure that function response turn comes immediately after a function call "
            "turn.",
        ),
    ],
)
def test_mistakes_are_told_in_the_api_s_words(post, body: dict[str, Any], message: str) -> None:
    error = error_of(post(HELLO | body))
    assert (error["code"], error["message"]) == (400, message)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"\xff",
        b'{"x": 1e999}',
        b'{"contents": NaN}',
        b'{"model": "\\ud800"}',
    ],
)
def test_a_body_that_is_no_json_object_is_400(post, body: bytes) -> None:
    assert error_of(post(body))["message"].startswith("Invalid JSON payload received.")


def test_a_body_nested_too_deep_is_400(post) -> None:
    for depth in (150, 100_000):
        body = b'{"contents": ' + b"[" * depth + b"]" * depth + b"}"
        assert "too deep" in error_of(post(body))["message"]


def test_a_huge_body_is_413_before_it_is_read(echo: launch.Emulator) -> None:
    address = httpx2.URL(echo.url)
    connection = http.client.HTTPConnection(address.host, address.port, timeout=30)
    headers = KEY | {"content-length": str(200 * 1024 * 1024)}
    connection.putrequest("POST", "/v1beta/models/echo:generateContent")
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    assert response.status == 413
    assert "Files API" in json.loads(response.read())["error"]["message"]
    connection.close()


def test_unknown_models_methods_and_routes_are_404_in_json(post, echo: launch.Emulator) -> None:
    missing = error_of(post(HELLO, "models/gemini-0:generateContent"))
    assert missing["message"].startswith("models/gemini-0 is not found for API version v1beta")
    embedder = error_of(post(HELLO, "models/gemini-embedding-001:generateContent"))
    assert "is not supported for generateContent" in embedder["message"]
    assert error_of(post(HELLO, "models/echo:paint"))["status"] == "NOT_FOUND"
    assert error_of(httpx2.get(f"{echo.url}/v2/nothing", headers=KEY))["code"] == 404
    assert error_of(httpx2.put(f"{echo.url}/v1beta/models", headers=KEY))["code"] == 405


@pytest.mark.parametrize(
    ("tool", "title"),
    [
        ({"googleSearch": {}}, "Google Search"),
        ({"url_context": {}}, "web addresses"),
        ({"google_maps": {}}, "Google Maps"),
        ({"codeExecution": {}}, "code execution"),
    ],
)
def test_tools_it_has_not_are_refused_by_name(post, tool: dict[str, Any], title: str) -> None:
    message = error_of(post(HELLO | {"tools": [tool]}))["message"]
    assert title in message
    assert "Gemini API key" in message


def test_a_prompt_beyond_the_limit_is_400_with_both_counts(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model="echo", contents="a " * 1_100_000)
    assert caught.value.code == 400
    assert "(1100001) exceeds the maximum number of tokens allowed (1048576)" in str(caught.value)


def test_a_wrong_stream_has_its_own_status_code(client: genai.Client) -> None:
    config = types.GenerateContentConfig(temperature=9)
    with pytest.raises(errors.ClientError) as caught:
        list(client.models.generate_content_stream(model="echo", contents="Hi", config=config))
    assert caught.value.code == 400


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_model_can_be_neither_changed_nor_deleted(echo: launch.Emulator, method: str) -> None:
    url = f"{echo.url}/v1beta/models/8533706666867163136"
    assert error_of(httpx2.request(method, url, headers=KEY))["status"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip", "gzip"), ("br, GZIP;q=0.5", "gzip"), ("gzip;q=0", None), ("gzip; q=0.0", None)],
)
def test_replies_are_gzipped_where_that_is_taken(
    echo: launch.Emulator, accepted: str, coding: str | None
) -> None:
    headers = KEY | {"accept-encoding": accepted}
    reply = httpx2.get(f"{echo.url}/v1beta/models", headers=headers)
    assert reply.headers.get("content-encoding") == coding
    assert reply.json()["models"]
