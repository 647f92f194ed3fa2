"""The SDK's classes for what an interaction sends and gets are built once, their fields known."""

import copy
import importlib.util
from typing import Any

import pytest
from google.genai import _common, types
from google.genai._gaos.utils import serializers as sdk_serializers

from gemini.api.connect import Connection
from gemini.api.sdk_models import keep_fields, keep_models
from gemini.request import Request
from tests.fake_gemini import FakeGemini
from tests.filled import start
from tests.interaction_replies import interaction, text

serializers: Any = sdk_serializers  # whose `create_model` is its own affair


def test_a_second_answer_builds_nothing(
    fake: FakeGemini, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[str] = []
    plain = serializers.create_model

    def counted(name: str, **fields: Any) -> Any:
        built.append(name)
        return plain(name, **fields)

    monkeypatch.setattr(serializers, "create_model", counted)
    fake.others = {"POST interactions": [interaction(text("One."))]}
    contents = [{"role": "user", "parts": [{"text": "Hi"}]}]
    counts = []
    for _ in range(2):
        live = start(connection, Request("m", contents, {}, "interactions.create"))
        assert live.ended.wait(30)
        assert live.run.candidates[0].parts == [{"text": "One."}]
        counts.append(len(built))
    assert counts[0] > 0  # else the SDK does it in another way by now, and this can go
    assert counts[1] == counts[0]


def test_what_is_not_known_there_is_built_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(serializers, "create_model", lambda name, **fields: calls.append(fields))
    keep_models()
    keep_models()
    kept: Any = serializers.create_model
    for _ in range(2):
        kept("A", other=(int, ...))
        kept("A", body=({"no": "hash"}, ...), __config__={})
        kept("A", body=(int, ...), __config__={"strict": True})
    assert len(calls) == 5  # the last of them once


PART = {"text": "Up", "thoughtSignature": "eA==", "newField": {"a": 1}, "code_execution_result": {}}
RESPONSE = {
    "candidates": [
        {
            "content": {"role": "model", "parts": [PART, "no part"], "other": 1},
            "groundingMetadata": {"groundingChunks": [{"web": {"uri": "u", "b": 1}, "c": {}}]},
            "finishReason": "STOP",
            "d": [],
        },
        None,
    ],
    "usageMetadata": {"promptTokenCount": 3, "promptTokensDetails": [{"modality": "TEXT", "e": 1}]},
    "modelVersion": {"f": 1},
    "prompt_feedback": [{"blockReason": "SAFETY"}],
    "h": 1,
}
WRONG = {"candidates": {"content": {}}, "usageMetadata": [{"a": 1}], "i": 1}
MODELS = {"models": [{"name": "m", "i": {}}], "nextPageToken": "x", "j": 1}
CONTENT = {"parts": [{"functionCall": {"name": "f", "args": {"k": {"l": [1]}}, "m": 1}}]}
SCHEMA = {"properties": {"a": {"type": "STRING", "n": 1}}, "anyOf": [{"o": 1}], "p": 1}


@pytest.mark.parametrize(
    ("model", "response"),
    [
        (types.GenerateContentResponse, RESPONSE),
        (types.GenerateContentResponse, WRONG),
        (types.ListModelsResponse, MODELS),
        (types.Content, CONTENT),
        (types.Schema, SCHEMA),
    ],
)
def test_the_same_is_taken_out_of_a_response_as_the_sdk_does(
    model: Any, response: dict[str, Any]
) -> None:
    keep_fields()
    spec = importlib.util.spec_from_file_location("plain", _common.__file__)
    assert spec
    assert spec.loader
    plain: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plain)  # as it is without the change
    expected = copy.deepcopy(response)
    plain._remove_extra_fields(model, expected)
    assert expected != response
    for _ in range(2):
        got = copy.deepcopy(response)
        _common._remove_extra_fields(model, got)
        assert got == expected
