"""Calls without a signature get the placeholder that Gemini 3 asks for, and only those."""

from typing import Any

import pytest

from gemini.api.resend import with_placeholders, with_settings
from gemini.conversation import Conversation
from gemini.request import UNSIGNED, Request
from gemini.run import Candidate, Run

QUESTION = {"role": "user", "parts": [{"text": "How warm?"}]}
RESULT = {"role": "user", "parts": [{"function_response": {"name": "room", "response": {}}}]}


def call(name: str = "room", signature: bytes | None = None) -> dict[str, Any]:
    part: dict[str, Any] = {"function_call": {"name": name, "args": {}}}
    return part | ({"thought_signature": signature} if signature else {})


def model(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "model", "parts": list(parts)}


def signatures(contents: list[Any]) -> list[list[Any]]:
    answers = [content["parts"] for content in contents if content["role"] == "model"]
    return [[part.get("thought_signature") for part in parts] for parts in answers]


def test_the_first_call_of_each_step_since_the_question_is_signed() -> None:
    before = [QUESTION, model(call()), RESULT, model({"text": "Warm."})]
    now = [QUESTION, model({"text": "Let me see."}, call(), call()), RESULT, model(call()), RESULT]
    found = signatures(with_placeholders([*before, *now], "gemini-3-pro-preview"))
    assert found == [[None], [None], [None, UNSIGNED, None], [UNSIGNED]]


def test_a_signature_stays() -> None:
    contents = [QUESTION, model(call(signature=b"s"), call()), RESULT]
    assert with_placeholders(contents, "gemini-3.8-flash") == contents


@pytest.mark.parametrize("name", ["gemini-2.5-flash", "models/gemini-2.5-pro", "gemma-3-27b-it"])
def test_a_model_that_checks_none_gets_none(name: str) -> None:
    contents = [QUESTION, model(call()), RESULT]
    assert with_placeholders(contents, name) == contents


@pytest.mark.parametrize("name", ["models/gemini-3.1-pro-preview", "gemini-flash-latest"])
def test_other_spellings_of_a_model(name: str) -> None:
    assert signatures(with_placeholders([QUESTION, model(call()), RESULT], name)) == [[UNSIGNED]]


def test_a_change_of_the_model_in_the_middle_of_a_round() -> None:
    conversation = Conversation()
    question = conversation.add(QUESTION["parts"], None)
    request = Request("gemini-2.5-flash", [])
    candidate = Candidate(parts=[call("a", b"of 2.5"), call("b")], finish_reason="STOP")
    question.run = Run(request, outcome="done", candidates=[candidate])
    result = conversation.add(RESULT["parts"], question.id)
    sent = conversation.contents(result, "gemini-3-pro-preview")
    assert signatures(sent) == [[UNSIGNED, None]]
    assert signatures(conversation.contents(result, "gemini-2.5-flash")) == [[b"of 2.5", None]]


def test_a_request_that_is_run_again_on_another_model() -> None:
    request = Request("gemini-2.5-flash", [QUESTION, model(call(signature=b"s")), RESULT])
    assert signatures(with_settings(request, "gemini-3.8-flash", {}).contents) == [[UNSIGNED]]
    assert signatures(with_settings(request, "gemini-2.5-flash", {}).contents) == [[b"s"]]
