"""Requests as other clients than google-genai send them, byte for byte."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from emulator import launch

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
