"""Settings that are read from a request are those that it was sent with."""

from typing import Any

import pytest

from gemini.models.capabilities import unknown
from gemini.request import Request
from gemini.settings.config import build_config, values_of

MODEL = "gemini-x"
CAPS = unknown(MODEL)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"temperature": 0, "top_k": 3, "seed": -7, "stop_sequences": ["END", "\n"]},
        {"thinking_budget": -1, "include_thoughts": True, "system_instruction": "Be brief."},
        {"thinking_level": "LOW", "media_resolution": "MEDIA_RESOLUTION_LOW"},
        {"google_search": True, "code_execution": True},
        {"google_maps": True, "latitude": 1.5, "longitude": -2},
        {"response_logprobs": True, "logprobs": 3, "candidate_count": 2},
        {"safety_settings": {"HARM_CATEGORY_HARASSMENT": "OFF"}},
        {"service_tier": "flex", "store": "off"},
        {"service_tier": "priority", "store": "on"},
        {"cached_content": {"name": "cachedContents/a", "model": MODEL, "expires": ""}},
    ],
)
def test_what_was_set_comes_back(values: dict[str, Any]) -> None:
    config = build_config(values, CAPS)
    read = values_of(Request(MODEL, [], config))
    assert {name: value for name, value in read.items() if value} == {
        name: value for name, value in values.items() if value
    }
    assert build_config(read, CAPS) == config


@pytest.mark.parametrize(
    "config",
    [
        {"temperature": "hot", "top_k": 1.5, "seed": True, "stop_sequences": "END"},
        {"temperature": float("nan"), "system_instruction": {"parts": []}},
        {"tools": [{"function_declarations": []}, "odd"], "tool_config": 7},
        {"thinking_config": [], "safety_settings": [{"category": "X"}, None]},
        {"safety_settings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "X"}]},
        {"store": "on", "service_tier": 3},
        {"store": []},
        {"response_schema": {}, "cached_content": 3, "tools": 3},
    ],
)
def test_what_is_no_setting_is_left_out(config: dict[str, Any]) -> None:
    assert values_of(Request(MODEL, [], config)) == {}
