"""Which of Google's tools are offered and sent, and how they go together with a page's own."""

from typing import Any

import pytest
from google.genai import types

from gemini.models.capabilities import unknown
from gemini.settings.checks import validate
from gemini.settings.config import TOOLS, build_config, changed, with_extra
from gemini.settings.table import BY_NAME

GEMINI_3 = unknown("gemini-3.8-flash")
GEMINI_2 = unknown("gemini-2.5-flash")
LATEST = unknown("gemini-flash-latest")
FUNCTIONS = {"function_declarations": [{"name": "roll_dice"}]}
SERVER_SIDE = {"include_server_side_tool_invocations": True}


def joined(values: dict[str, Any], extra: dict[str, Any], caps: Any = GEMINI_3) -> dict[str, Any]:
    config = with_extra(build_config(values, caps), extra, caps, vertex=False)
    types.GenerateContentConfig.model_validate(config)
    return config


@pytest.mark.parametrize(
    ("model", "tools"),
    [
        ("gemini-4-argon", set(TOOLS)),
        ("gemini-3.5-flash-lite", set(TOOLS)),
        ("gemini-2.5-pro", set(TOOLS)),
        ("gemini-2.0-flash", {"google_search", "code_execution"}),
        ("gemini-3.1-flash-image-preview", {"google_search"}),
        ("gemini-2.5-flash-image", set()),
        ("gemini-3.8-flash-tts", set()),
        ("smollm2-135m", set()),
        ("someone-elses-model", set(TOOLS)),
    ],
)
def test_a_model_is_offered_the_tools_it_has(model: str, tools: set[str]) -> None:
    assert {name for name in TOOLS if BY_NAME[name].offered(unknown(model))} == tools


def test_a_tool_of_another_model_is_not_sent() -> None:
    speech = unknown("gemini-3.8-flash-tts")
    assert build_config({"google_search": True}, speech) == {}
    assert validate({"google_search": True}, speech) == [
        "Google Search: not sent, gemini-3.8-flash-tts doesn't support it."
    ]


def test_off_is_not_sent() -> None:
    assert build_config(dict.fromkeys(TOOLS, False), GEMINI_3) == {}


def test_a_place_is_sent_with_maps_only() -> None:
    place = {"latitude": 0.0, "longitude": -122.1}
    assert build_config(place, GEMINI_3) == {}
    assert changed(place, GEMINI_3) == []
    assert validate(place, GEMINI_3) == []
    assert build_config({**place, "google_maps": True}, GEMINI_3) == {
        "tools": [{"google_maps": {}}],
        "tool_config": {"retrieval_config": {"lat_lng": place}},
    }


def test_half_a_place_is_left_out_with_a_word() -> None:
    half = {"google_maps": True, "latitude": 52.4}
    assert build_config(half, GEMINI_3) == {"tools": [{"google_maps": {}}]}
    assert validate(half, GEMINI_3) == [
        "Latitude and longitude are needed together: the location isn't sent."
    ]


def test_a_place_off_the_globe_is_warned_of() -> None:
    values = {"google_maps": True, "latitude": 91.0, "longitude": 0.0}
    assert validate(values, GEMINI_3) == [
        "Latitude: 91 is outside -90 to 90; the API may refuse it."
    ]


# With what a page adds


def test_a_page_without_tools_changes_none() -> None:
    assert joined({}, {}) == {}
    assert joined({"seed": 3}, {"seed": 4}) == {"seed": 4}
    assert joined({"google_search": True}, {"seed": 4}) == {
        "seed": 4,
        "tools": [{"google_search": {}}],
    }


def test_functions_go_beside_googles_tools_and_gemini_3_is_told() -> None:
    assert joined({"google_search": True, "url_context": True}, {"tools": [FUNCTIONS]}) == {
        "tools": [{"google_search": {}}, {"url_context": {}}, FUNCTIONS],
        "tool_config": SERVER_SIDE,
    }
    assert joined({"google_search": True}, {"tools": [FUNCTIONS]}, LATEST)["tool_config"]


def test_functions_alone_need_no_word() -> None:
    assert joined({}, {"tools": [FUNCTIONS]}) == {"tools": [FUNCTIONS]}


def test_neither_gemini_2_nor_vertex_is_told() -> None:
    config = joined({"google_search": True}, {"tools": [FUNCTIONS]}, GEMINI_2)
    assert "tool_config" not in config
    values = {"google_search": True}
    vertex = with_extra(
        build_config(values, GEMINI_3), {"tools": [FUNCTIONS]}, GEMINI_3, vertex=True
    )
    assert "tool_config" not in vertex


def test_the_fields_of_tool_config_are_joined() -> None:
    calling = {"function_calling_config": {"mode": "ANY"}}
    place = {"google_maps": True, "latitude": 1.0, "longitude": 2.0}
    config = joined(place, {"tools": [FUNCTIONS], "tool_config": calling})
    assert config["tool_config"] == {
        "retrieval_config": {"lat_lng": {"latitude": 1.0, "longitude": 2.0}},
        **calling,
        **SERVER_SIDE,
    }


def test_a_page_decides_about_its_own() -> None:
    own = {"google_search": {"exclude_domains": ["example.com"]}}
    told = {"include_server_side_tool_invocations": False}
    extra = {"tools": [own, FUNCTIONS], "tool_config": told}
    config = joined({"google_search": True, "url_context": True}, extra)
    assert config == {"tools": [{"url_context": {}}, own, FUNCTIONS], "tool_config": told}


def test_what_is_given_stays_as_it_was() -> None:
    extra = {"tools": [FUNCTIONS], "tool_config": {"function_calling_config": {"mode": "AUTO"}}}
    before = repr(extra)
    joined({"google_maps": True, "latitude": 1.0, "longitude": 2.0}, extra)
    assert repr(extra) == before
