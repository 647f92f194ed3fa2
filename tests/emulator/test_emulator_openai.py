"""The OpenAI-compatible routes, on the wire."""

import base64
import json
import struct
from pathlib import Path
from typing import Any

import httpx2
import pytest

from emulator import launch

MEDIA = Path(__file__).parents[2] / "samples" / "media"
KEY = {"authorization": "Bearer any-key"}
PNG = base64.b64encode((MEDIA / "sign.png").read_bytes()).decode()
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}


def post(echo: launch.Emulator, path: str = "chat/completions", **body: Any) -> httpx2.Response:
    url = f"{echo.url}/v1beta/openai/{path}"
    return httpx2.post(url, json={"model": "gemini-2.5-flash"} | body, headers=KEY, timeout=150)


def user(content: Any) -> list[dict[str, Any]]:
    return [{"role": "user", "content": content}]


def choice(reply: httpx2.Response) -> dict[str, Any]:
    assert reply.status_code == 200, reply.text
    return reply.json()["choices"][0]


def chunks(reply: httpx2.Response) -> list[dict[str, Any]]:
    lines = [line for line in reply.text.splitlines() if line]
    assert lines.pop() == "data: [DONE]"
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def test_an_answer_with_its_settings(echo: launch.Emulator) -> None:
    reply = post(
        echo,
        messages=[
            {"role": "developer", "content": "Be brief."},
            *user([{"type": "text", "text": "Hello there"}]),
        ],
        temperature=0.5,
        max_completion_tokens=1000,
        stop="never",
        user="someone",
    )
    said = choice(reply)
    assert said["finish_reason"] == "stop"
    for words in ("Hello there", "Be brief.", "temperature 0.5", "max_output_tokens 1000"):
        assert words in said["message"]["content"]
    assert "never" not in said["message"]["content"]
    body = reply.json()
    assert (body["object"], body["model"]) == ("chat.completion", "echo")
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_a_stream_ends_with_its_usage(echo: launch.Emulator) -> None:
    got = chunks(
        post(echo, messages=user("Hi"), stream=True, stream_options={"include_usage": True})
    )
    assert got[0]["choices"][0]["delta"]["role"] == "assistant"
    text = "".join(c["delta"].get("content", "") for chunk in got for c in chunk["choices"])
    assert text == choice(post(echo, messages=user("Hi")))["message"]["content"]
    assert got[-2]["choices"][0]["finish_reason"] == "stop"
    assert got[-1]["choices"] == []
    assert got[-1]["usage"]["completion_tokens"] > 0
    assert len({chunk["id"] for chunk in got}) == 1


@pytest.mark.parametrize("model", ["gemini-2.5-flash", "gemini-3.8-flash"])
def test_calls_at_once_and_their_results(echo: launch.Emulator, model: str) -> None:
    messages = user("What is the weather in Paris and Rome?")
    asked = choice(post(echo, model=model, messages=messages, tools=[WEATHER]))
    calls = asked["message"]["tool_calls"]
    assert asked["finish_reason"] == "tool_calls"
    assert [json.loads(call["function"]["arguments"]) for call in calls] == [
        {"city": "Paris"},
        {"city": "Rome"},
    ]
    streamed = post(echo, model=model, messages=messages, tools=[WEATHER], stream=True)
    deltas = [c["delta"] for chunk in chunks(streamed) for c in chunk["choices"]]
    parts = [call for delta in deltas for call in delta.get("tool_calls", [])]
    assert [part["index"] for part in parts] == [0, 1]
    results = [
        {"role": "tool", "tool_call_id": calls[0]["id"], "content": '{"sky": "grey"}'},
        {"role": "tool", "tool_call_id": calls[1]["id"], "content": "sunny"},
    ]
    told = post(
        echo, model=model, messages=[*messages, asked["message"], *results], tools=[WEATHER]
    )
    text = choice(told)["message"]["content"]
    assert all(word in text for word in ("Paris", "grey", "Rome", "sunny"))


@pytest.mark.parametrize(
    ("tool_choice", "called"),
    [
        ("none", False),
        ("auto", False),
        ("required", True),
        ({"type": "function", "function": {"name": "get_weather"}}, True),
    ],
)
def test_a_tool_choice_is_kept(echo: launch.Emulator, tool_choice: Any, called: bool) -> None:
    reply = post(echo, messages=user("Hello"), tools=[WEATHER], tool_choice=tool_choice)
    assert ("tool_calls" in choice(reply)["message"]) is called


def test_one_call_where_only_one_is_wanted(echo: launch.Emulator) -> None:
    messages = user("Weather in Paris and Rome?")
    reply = post(echo, messages=messages, tools=[WEATHER], parallel_tool_calls=False)
    assert len(choice(reply)["message"]["tool_calls"]) == 1


@pytest.mark.parametrize("content", ["", "[" * 50_000, "[1, 2]", "NaN", '{"a": 1e999}', "null"])
def test_a_tool_may_return_any_text(echo: launch.Emulator, content: str) -> None:
    call = {"id": "x", "type": "function", "function": {"name": "get_weather", "arguments": ""}}
    messages = [
        *user("Go"),
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "x", "content": [{"type": "text", "text": content}]},
    ]
    told = choice(post(echo, messages=messages, tools=[WEATHER]))["message"]["content"]
    assert "get_weather" in told
    assert json.dumps(content[:20])[1:-1] in told


def test_a_schema_is_kept(echo: launch.Emulator) -> None:
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
    wanted = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema, "strict": True}}
    reply = post(echo, messages=user("I am 31"), response_format=wanted)
    assert json.loads(choice(reply)["message"]["content"]) == {"age": 31}
    plain = post(echo, messages=user("I am 31"), response_format={"type": "json_object"})
    assert json.loads(choice(plain)["message"]["content"]) is not None


def test_pictures_sounds_and_files_are_sent_inline(echo: launch.Emulator) -> None:
    text = base64.b64encode(b"some notes").decode()
    parts = [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}},
        {"type": "input_audio", "input_audio": {"data": text, "format": "wav"}},
        {"type": "file", "file": {"filename": "a.txt", "file_data": f"data:;base64,{text}"}},
    ]
    said = choice(post(echo, messages=user(parts)))["message"]["content"]
    assert all(words in said for words in ("image/png", "audio/wav", "a.txt", "some notes"))


def test_candidates_and_log_probabilities(echo: launch.Emulator) -> None:
    reply = post(echo, messages=user("Hi"), n=2, logprobs=True, top_logprobs=2)
    both = reply.json()["choices"]
    assert [one["index"] for one in both] == [0, 1]
    token = both[0]["logprobs"]["content"][0]
    assert token["bytes"] == list(token["token"].encode())
    assert len(token["top_logprobs"]) == 2


@pytest.mark.parametrize("effort", ["none", "low", "high"])
@pytest.mark.parametrize("model", ["gemini-2.5-flash", "gemini-3.5-flash"])
def test_an_effort_to_think(echo: launch.Emulator, model: str, effort: str) -> None:
    reply = post(echo, model=model, messages=user("Hi"), reasoning_effort=effort).json()
    thought = reply["usage"]["completion_tokens_details"]["reasoning_tokens"]
    assert (thought > 0) is (effort != "none" or model != "gemini-2.5-flash")


@pytest.mark.parametrize("encoding", ["float", "base64", None])
def test_embeddings(echo: launch.Emulator, encoding: str | None) -> None:
    body = {"input": ["a cat", "a dog"], "dimensions": 8, "encoding_format": encoding}
    reply = post(echo, "embeddings", model="gemini-embedding-001", **body).json()
    vectors = [entry["embedding"] for entry in reply["data"]]
    if encoding == "base64":
        vectors = [struct.unpack("<8f", base64.b64decode(vector)) for vector in vectors]
    assert [len(vector) for vector in vectors] == [8, 8]
    assert reply["usage"]["prompt_tokens"] == 4
    one = post(echo, "embeddings", model="models/gemini-embedding-001", input="a cat").json()
    assert len(one["data"][0]["embedding"]) == 3072


def test_models(echo: launch.Emulator) -> None:
    url = f"{echo.url}/v1beta/openai/models"
    listed = httpx2.get(url, headers=KEY).json()["data"]
    assert "models/gemini-2.5-flash" in [model["id"] for model in listed]
    for name in ("gemini-2.5-flash", "models/gemini-2.5-flash"):
        assert httpx2.get(f"{url}/{name}", headers=KEY).json()["object"] == "model"
    assert httpx2.get(f"{url}/gpt-5", headers=KEY).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"model": "gpt-5", "messages": user("Hi")}, 404, "gpt-5 is not found"),
        ({"messages": []}, 400, "'messages'"),
        ({"messages": user([{"type": "video"}])}, 400, "messages.0.content"),
        ({"messages": user("Hi"), "temperature": 3}, 400, "temperature"),
        ({"messages": user("Hi"), "modalities": ["audio"]}, 400, "text only"),
        (
            {"messages": user([{"type": "image_url", "image_url": {"url": "https://a.b/c.png"}}])},
            400,
            "opens no web addresses",
        ),
        (
            {"messages": [*user("Hi"), {"role": "tool", "tool_call_id": "x", "content": ""}]},
            400,
            "tool_call_id 'x'",
        ),
        (
            {
                "messages": [
                    *user("Hi"),
                    {
                        "role": "assistant",
                        "tool_calls": [{"id": "x", "function": {"name": "f", "arguments": "{"}}],
                    },
                ]
            },
            400,
            "call of f aren't a JSON object",
        ),
        (
            {
                "messages": [
                    *user("Hi"),
                    {
                        "role": "assistant",
                        "tool_calls": [
                            {"id": "x", "function": {"name": "f", "arguments": "[" * 50_000}}
                        ],
                    },
                ]
            },
            400,
            "call of f aren't a JSON object",
        ),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_can_t_be_answered(
    echo: launch.Emulator, body: dict[str, Any], status: int, words: str, stream: bool
) -> None:
    reply = post(echo, stream=stream, **body)
    assert reply.status_code == status
    assert words in reply.json()["error"]["message"]


@pytest.mark.parametrize("path", ["images/generations", "audio/speech", "responses"])
def test_what_is_not_here_is_refused_by_name(echo: launch.Emulator, path: str) -> None:
    reply = post(echo, path)
    assert reply.status_code == 501
    assert reply.json()["error"]["status"] == "UNIMPLEMENTED"


def test_a_key_is_needed(echo: launch.Emulator) -> None:
    url = f"{echo.url}/v1beta/openai/chat/completions"
    assert httpx2.post(url, json={}).status_code == 403
