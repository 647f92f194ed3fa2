"""The SDK's classes for what an interaction sends and gets are built once."""

from typing import Any

import pytest
from google.genai._gaos.utils import serializers as sdk_serializers

from gemini.api.connect import Connection
from gemini.interactions.sdk_models import keep_models
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
