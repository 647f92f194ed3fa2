"""Contents as steps of the Interactions API and back."""

import pytest
from google.genai import types

from gemini.interactions.request import create_arguments, left_out
from gemini.interactions.steps import (
    NOT_SENT,
    for_generate_content,
    input_steps,
    part_of_item,
    parts_of_step,
    with_base64,
)
from gemini.request import Request

PNG = b"\x89PNG not really"
WEIGHT = {"name": "weigh", "description": "Weighs.", "parameters_json_schema": {
    "type": "object", "properties": {"of": {"type": "string"}}, "required": []}}  # fmt: skip


def request(*contents: dict, **config: object) -> Request:
    return Request("gemini-3.8-flash", list(contents), dict(config), "interactions.create")


def user(*parts: dict) -> dict:
    return {"role": "user", "parts": list(parts)}


def model(*parts: dict) -> dict:
    return {"role": "model", "parts": list(parts)}


def test_a_text_alone_is_sent_as_a_text() -> None:
    assert create_arguments(request(user({"text": "Hi"}))) == {
        "model": "gemini-3.8-flash",
        "input": "Hi",
    }


def test_media_are_contents_with_their_type_resolution_and_clip() -> None:
    image = {"inline_data": {"mime_type": "image/png", "data": PNG}}
    clip = {
        "file_data": {"mime_type": "video/mp4", "file_uri": "https://x/files/a"},
        "video_metadata": {"start_offset": "10s", "fps": 2},
        "media_resolution": {"level": "MEDIA_RESOLUTION_HIGH"},
    }
    pdf = {"inline_data": {"mime_type": "application/pdf", "data": b"%PDF"}}
    asked = request(user(image, clip, pdf, {"text": "?"}), media_resolution="MEDIA_RESOLUTION_LOW")
    assert create_arguments(asked)["input"][0]["content"] == [
        {"type": "image", "mime_type": "image/png", "resolution": "low",
         "data": PNG},
        {"type": "video", "mime_type": "video/mp4", "uri": "https://x/files/a",
         "resolution": "high", "processing": {"type": "static", "start_offset": "10s", "fps": 2}},
        {"type": "document", "mime_type": "application/pdf", "resolution": "low",
         "data": b"%PDF"},
        {"type": "text", "text": "?"},
    ]  # fmt: skip


def test_a_video_of_youtube_has_no_type() -> None:
    video = {"file_data": {"file_uri": "https://youtu.be/abc"}}
    assert create_arguments(request(user(video)))["input"] == [
        {"type": "user_input", "content": [{"type": "video", "uri": "https://youtu.be/abc"}]}
    ]


IMAGE = {"type": "image", "mime_type": "image/png", "data": "aGk="}
STEPS = [
    {"type": "user_input", "content": [{"type": "text", "text": "How heavy is it?"}]},
    {"type": "thought", "summary": [{"type": "text", "text": "I weigh it."}], "signature": "c2ln"},
    {"type": "function_call", "id": "c1", "name": "weigh", "arguments": {"of": "tea"}},
    {"type": "function_result", "call_id": "c1", "name": "weigh", "result": {"grams": 3}},
    {"type": "google_search_call", "id": "s", "arguments": {"queries": ["a"]}, "signature": "eA=="},
    {"type": "google_search_result", "call_id": "s", "result": [], "new": {"field": None}},
    {"type": "code_execution_call", "id": "k", "arguments": {"language": "bash", "code": "ls"}},
    {"type": "code_execution_result", "call_id": "k", "is_error": True, "result": [
        {"type": "text", "text": "no"}, IMAGE]},
    {"type": "brand_new", "anything": [1, {"deep": None}]},
    {"type": "model_output", "content": [{"type": "text", "text": "3 g"}, IMAGE]},
]  # fmt: skip


def test_what_came_goes_back_as_it_came() -> None:
    """Signatures, unknown steps and unknown fields too."""
    answer = [part for step in STEPS[1:3] + STEPS[4:] for part in parts_of_step(step)]
    for part in answer:
        types.Part.model_validate(part)
    result = {"function_response": {"id": "c1", "name": "weigh", "response": {"grams": 3}}}
    contents = [user({"text": "How heavy is it?"}), model(*answer[:3]), user(result)]
    assert with_base64(input_steps([*contents, model(*answer[3:])])) == STEPS


def test_code_and_the_pictures_it_drew_are_shown() -> None:
    call, result, picture = (part for step in STEPS[6:8] for part in parts_of_step(step))
    assert call["executable_code"]["code"] == "ls"
    assert result["code_execution_result"] == {"outcome": "OUTCOME_FAILED", "output": "no"}
    assert picture["inline_data"]["data"] == b"hi"


def test_generate_content_gets_only_what_it_knows() -> None:
    parts = [part for step in STEPS[4:] for part in parts_of_step(step)]
    plain = for_generate_content(parts)
    assert [next(iter(part)) for part in plain] == [
        "executable_code", "code_execution_result", "inline_data", "text", "inline_data",
    ]  # fmt: skip
    assert all("part_metadata" not in part for part in plain)


def test_a_failed_function_and_one_that_gives_a_picture() -> None:
    failed = {"function_response": {"id": "a", "name": "f", "response": {"error": "no"}}}
    image = {"inline_data": {"mime_type": "image/png", "data": b"hi"}}
    drawn = {"function_response": {"id": "b", "name": "g", "response": {"result": "Here"},
                                   "parts": [image]}}  # fmt: skip
    assert input_steps([user(failed, drawn)]) == [
        {"type": "function_result", "call_id": "a", "name": "f", "result": {"error": "no"},
         "is_error": True},
        {"type": "function_result", "call_id": "b", "name": "g", "result": [
            {"type": "text", "text": "Here"},
            {"type": "image", "mime_type": "image/png", "data": b"hi"}]},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("config", "sent"),
    [
        ({"temperature": 0.0, "top_p": 0.5, "seed": 0, "max_output_tokens": 5},
         {"generation_config": {"max_output_tokens": 5, "seed": 0, "temperature": 0.0,
                                "top_p": 0.5}}),
        ({"thinking_config": {"thinking_level": "HIGH", "include_thoughts": True}},
         {"generation_config": {"thinking_level": "high", "thinking_summaries": "auto"}}),
        ({"system_instruction": "Be brief.", "store": False, "service_tier": "flex"},
         {"system_instruction": "Be brief.", "store": False, "service_tier": "flex"}),
        ({"response_mime_type": "application/json", "response_json_schema": {"type": "object"}},
         {"response_format": {"type": "text", "mime_type": "application/json",
                              "schema": {"type": "object"}}}),
        ({"response_modalities": ["IMAGE"], "image_config": {"aspect_ratio": "1:1"}},
         {"response_format": {"type": "image", "aspect_ratio": "1:1"}}),
        ({"response_modalities": ["TEXT", "IMAGE"]}, {"response_format": {"type": "image"}}),
        ({"response_modalities": ["AUDIO"],
          "speech_config": {"voice_config": {"prebuilt_voice_config": {"voice_name": "Kore"}}}},
         {"response_format": {"type": "audio"},
          "generation_config": {"speech_config": [{"voice": "Kore"}]}}),
        ({"safety_settings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]},
         {"safety_settings": [{"type": "harassment", "threshold": "block_none"}]}),
        ({"tools": [{"google_search": {}}, {"function_declarations": [WEIGHT]}],
          "tool_config": {"function_calling_config": {"mode": "ANY"}}},
         {"tools": [{"type": "google_search"},
                    {"type": "function", "name": "weigh", "description": "Weighs.",
                     "parameters": {"type": "object", "properties": {"of": {"type": "string"}}}}],
          "generation_config": {"tool_choice": "any"}}),
        ({"tool_config": {"function_calling_config": {"mode": "ANY",
                                                      "allowed_function_names": ["weigh"]}}},
         {"generation_config": {"tool_choice": {"allowed_tools": {"mode": "any",
                                                                  "tools": ["weigh"]}}}}),
        ({"tools": [{"google_maps": {}}],
          "tool_config": {"retrieval_config": {"lat_lng": {"latitude": 1.0, "longitude": 2.0}}}},
         {"tools": [{"type": "google_maps", "latitude": 1.0, "longitude": 2.0}]}),
        ({"tools": [{"mcp_servers": [{"name": "m", "streamable_http_transport": {
            "url": "https://m", "headers": {"authorization": "x"}}}]}]},
         {"tools": [{"type": "mcp_server", "name": "m", "url": "https://m",
                     "headers": {"authorization": "x"}}]}),
        ({"speech_config": {"voice_config": {"prebuilt_voice_config": {"voice_name": "Kore"}},
                            "language_code": "en-GB"}},
         {"generation_config": {"speech_config": [{"voice": "Kore", "language": "en-GB"}]}}),
    ],
)  # fmt: skip
def test_settings_go_to_their_place(config: dict, sent: dict) -> None:
    arguments = create_arguments(request(user({"text": "Hi"}), **config))
    assert {k: v for k, v in arguments.items() if k not in {"model", "input"}} == sent
    assert left_out(config) == []


def test_what_has_no_counterpart_is_named() -> None:
    config = {"top_k": 3, "candidate_count": 2, "thinking_config": {"thinking_budget": 5}}
    assert left_out(config) == ["top_k", "candidate_count", "thinking_budget"]
    assert create_arguments(request(user({"text": "Hi"}), **config)).keys() == {"model", "input"}


def test_an_agent_is_asked_as_one() -> None:
    asked = Request("deep-research-preview-04-2026", [user({"text": "Tea"})], {"background": True},
                    "interactions.create")  # fmt: skip
    assert create_arguments(asked) == {
        "agent": "deep-research-preview-04-2026", "input": "Tea", "background": True,
    }  # fmt: skip


def test_a_text_that_is_none_is_kept_like_an_unknown_content() -> None:
    item = {"type": "text", "text": {"a": 1}}
    assert part_of_item(item) == {"part_metadata": {NOT_SENT: item}}
