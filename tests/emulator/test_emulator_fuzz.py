"""Whatever comes in: an answer or a 4xx in the API's shape, never a fault of the emulator's own."""

import json
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator import launch
from emulator.calls import METHODS
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
