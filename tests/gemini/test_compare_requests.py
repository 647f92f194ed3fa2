"""In what two requests differ, and a request sent again with other settings."""

from typing import Any

from gemini.api.resend import page_config, with_settings
from gemini.compare import LONGEST, Difference, differences
from gemini.request import Request

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}


def user(*parts: Any) -> dict[str, Any]:
    return {"role": "user", "parts": list(parts)}


def test_the_same_request_has_no_differences() -> None:
    request = Request("m", [user({"text": "Hi"})], {"temperature": 0, "stop_sequences": ["a"]})
    assert differences(request, request) == []


def test_settings_are_named_by_their_path_and_what_was_not_set_is_empty() -> None:
    one = Request("m", [], {"temperature": 0, "thinking_config": {"thinking_budget": 0}})
    other = Request("n", [], {"thinking_config": {"thinking_budget": 128}, "seed": 7})
    assert differences(one, other) == [
        Difference("model", "m", "n"),
        Difference("temperature", "0", ""),
        Difference("thinking_config.thinking_budget", "0", "128"),
        Difference("seed", "", "7"),
    ]


def test_what_is_sent_beside_the_settings_is_counted() -> None:
    picture = {"inline_data": {"mime_type": "image/png", "data": b"x" * 10_000}}
    one, other = Request("m", [user({"text": "a"})]), Request("m", [user({"text": "a"}, picture)])
    assert differences(one, other) == [Difference("contents", "1 turn", "1 turn, 1 other part")]


def test_a_long_value_is_cut_and_still_told_apart_by_name() -> None:
    one = Request("m", [], {"response_json_schema": SCHEMA, "system_instruction": "x" * 1000})
    found = differences(one, Request("m", []))
    assert [d.name for d in found] == ["response_json_schema", "system_instruction"]
    assert len(found[1].one) == LONGEST
    ending = Request("m", [], {**one.config, "system_instruction": "x" * 999 + "y"})
    assert [d.name for d in differences(one, ending)] == ["system_instruction"]


def test_what_the_page_had_added_stays_when_settings_change() -> None:
    declared = {"function_declarations": [{"name": "f"}]}
    config = {
        "temperature": 0.5,
        "thinking_config": {"thinking_budget": 0},
        "response_json_schema": SCHEMA,
        "tools": [{"google_search": {}}, declared],
        "tool_config": {
            "function_calling_config": {"mode": "ANY"},
            "include_server_side_tool_invocations": True,
        },
    }
    assert page_config(config) == {
        "response_json_schema": SCHEMA,
        "tools": [declared],
        "tool_config": {"function_calling_config": {"mode": "ANY"}},
    }
    assert page_config({"tools": [{"google_search": {}}], "tool_config": {"x": 1}}) == {}


def test_another_model_gets_no_signatures_the_same_one_does() -> None:
    signed = {"text": "Four.", "thought_signature": b"s"}
    request = Request("m", [user({"text": "2+2"}), {"role": "model", "parts": [signed]}])
    assert with_settings(request, "m", {"seed": 1}).contents == request.contents
    other = with_settings(request, "n", {})
    assert other.contents[1] == {"role": "model", "parts": [{"text": "Four."}]}
    assert request.contents[1]["parts"] == [signed]
