"""Whatever comes in: an answer or a 4xx in the API's shape, never a fault of the emulator's own."""

import json
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator import launch
from emulator.calls import METHODS
from emulator.interactions.messages import CreateInteraction
from emulator.messages.requests import (
    BatchEmbedContentsRequest,
    CountTokensRequest,
    EmbedContentRequest,
    GenerateContentRequest,
)

BODIES = {
    "generateContent": GenerateContentRequest,
    "streamGenerateContent": GenerateContentRequest,
    "countTokens": CountTokensRequest,
    "embedContent": EmbedContentRequest,
    "batchEmbedContents": BatchEmbedContentsRequest,
}


def field_names(schema: dict[str, Any]) -> set[str]:
    """Every field of a message and of the messages inside it, as they go over the wire."""
    owners = [schema, *schema.get("$defs", {}).values()]
    return {name for owner in owners for name in owner.get("properties", {})}


NAMES = sorted(
    {"text", "type", "items", "minItems", "maxItems", "enum", "$ref", "$defs", "foo"}.union(
        *(field_names(body.model_json_schema()) for body in BODIES.values())
    )
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["user", "model", "ANY", "STRING", "object", "application/json", "aGk="]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=12,
)
# Half of the bodies get past the contents, to what is read after them.
CONTENTS = st.just([{"role": "user", "parts": [{"text": "Hi"}]}])
FREE = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5)
MEANT = st.fixed_dictionaries(
    {"contents": CONTENTS},
    optional={
        "generationConfig": st.dictionaries(st.sampled_from(NAMES), JSON, max_size=3),
        "tools": st.lists(st.fixed_dictionaries({"functionDeclarations": JSON}), max_size=2),
        "toolConfig": JSON,
        "systemInstruction": JSON,
    },
)
SCHEMA = st.builds(
    lambda contents, schema: {
        "contents": contents,
        "generationConfig": {"responseMimeType": "application/json", "responseJsonSchema": schema},
    },
    CONTENTS,
    JSON,
)


INTERACTION_NAMES = sorted(
    {
        *("type", "text", "data", "uri", "mime_type", "content", "name", "arguments", "call_id"),
        *("result", "resolution", "processing", "signature", "parameters", "properties", "foo"),
    }
    | field_names(CreateInteraction.model_json_schema())
)
INTERACTION_JSON = st.recursive(
    st.one_of(SCALARS, st.sampled_from(["function", "function_call", "user_input", "image"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(INTERACTION_NAMES), inner, max_size=4),
    ),
    max_leaves=12,
)
STEP_TYPES = ["user_input", "model_output", "thought", "function_call", "function_result", "text"]
STEPS = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(STEP_TYPES)},
        optional={
            "content": INTERACTION_JSON,
            "id": st.just("c"),
            "call_id": st.just("c"),
            "name": st.sampled_from(["f", 3]),
            "arguments": INTERACTION_JSON,
            "result": INTERACTION_JSON,
            "signature": INTERACTION_JSON,
        },
    ),
    max_size=3,
)
INTERACTION = st.fixed_dictionaries(
    {"model": st.just("gemini-3.8-flash"), "input": st.one_of(st.just("Hi"), STEPS)},
    optional={
        "tools": st.lists(
            st.fixed_dictionaries(
                {"type": st.just("function"), "name": st.just("f"), "parameters": INTERACTION_JSON}
            ),
            max_size=2,
        ),
        "generation_config": st.dictionaries(
            st.sampled_from(INTERACTION_NAMES), INTERACTION_JSON, max_size=3
        ),
        "response_format": INTERACTION_JSON,
        "safety_settings": INTERACTION_JSON,
        "labels": INTERACTION_JSON,
        "stream": st.booleans(),
        "background": st.booleans(),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    body=st.one_of(
        INTERACTION,
        st.dictionaries(st.sampled_from(INTERACTION_NAMES), INTERACTION_JSON, max_size=5),
    )
)
def test_no_interaction_is_a_server_error(echo: launch.Emulator, body: Any) -> None:
    response = httpx2.post(
        f"{echo.url}/v1beta/interactions",
        json=body,
        headers={"x-goog-api-key": "k"},
        timeout=30,
    )
    if response.status_code == 200:
        return
    assert 400 <= response.status_code < 500, response.text
    error = response.json()["error"]
    assert error.keys() == {"code", "message"}
    assert error["code"].replace("_", "").isalpha()
    assert error["message"]


def test_every_method_has_a_body_here() -> None:
    assert set(BODIES) == set(METHODS)


@pytest.mark.parametrize("method", sorted(BODIES))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.one_of(FREE, MEANT, SCHEMA))
def test_no_body_is_a_server_error(echo: launch.Emulator, method: str, body: Any) -> None:
    check(echo.url, method, json.dumps(body).encode())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.one_of(st.binary(max_size=64), JSON.map(lambda value: json.dumps(value).encode())))
def test_no_bytes_are_a_server_error(echo: launch.Emulator, body: bytes) -> None:
    check(echo.url, "generateContent", body)


def check(url: str, method: str, body: bytes) -> None:
    response = httpx2.post(
        f"{url}/v1beta/models/echo:{method}",
        content=body,
        headers={"x-goog-api-key": "k"},
        timeout=30,
    )
    reply = response.json()
    if response.status_code == 200:
        return
    assert 400 <= response.status_code < 500, response.text
    assert reply["error"]["code"] == response.status_code
    assert reply["error"]["message"]
    assert reply["error"]["status"]
