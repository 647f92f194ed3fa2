"""What is sent of the run settings: what was changed, what the model takes, and zeros too."""

import math
from dataclasses import replace
from typing import Any

import pytest
from google.genai import types
from hypothesis import given
from hypothesis import strategies as st

from gemini.interactions.request import LACKING, left_out
from gemini.models.capabilities import Capabilities, of, unknown
from gemini.request import CREATE_INTERACTION, Request
from gemini.settings.checks import validate
from gemini.settings.config import build_config, changed, values_of
from gemini.settings.kinds import GROUPS, Setting
from gemini.settings.table import (
    BY_NAME,
    MEDIA_RESOLUTIONS,
    SAFETY_CATEGORIES,
    SAFETY_THRESHOLDS,
    SETTINGS,
    safety_categories,
)
from gemini.tools.mcp import McpServer

BUDGET = of(
    types.Model(
        name="models/gemini-2.5-flash",
        display_name="Gemini 2.5 Flash",
        temperature=1.0,
        max_temperature=2.0,
        top_p=0.95,
        top_k=64,
        output_token_limit=65536,
        thinking=True,
    )
)
PRO = unknown("gemini-2.5-pro")
LEVEL = replace(unknown("gemini-3.8-flash"), display_name="Gemini 3.8 Flash", temperature=1.0)
LITE = replace(unknown("gemini-3.5-flash-lite"), display_name="Gemini 3.5 Flash-Lite")
NO_THINKING = unknown("gemini-2.0-flash")
UNKNOWN = unknown("gemini-7-helium")
EVERYONE = [BUDGET, PRO, LEVEL, LITE, NO_THINKING, UNKNOWN]

FILES = McpServer("files", "https://mcp.test", ("Authorization",), ("read",))
OFF_DEFAULT: dict[str, Any] = {
    "system_instruction": "Be brief.",
    "temperature": 0.3,
    "top_p": 0.5,
    "top_k": 1,
    "max_output_tokens": 100,
    "stop_sequences": ["END"],
    "seed": 7,
    "presence_penalty": 0.5,
    "frequency_penalty": -0.5,
    "candidate_count": 2,
    "thinking_budget": 512,
    "thinking_level": "LOW",
    "include_thoughts": True,
    "media_resolution": "MEDIA_RESOLUTION_LOW",
    "response_logprobs": True,
    "logprobs": 3,
    "safety_settings": {"HARM_CATEGORY_HARASSMENT": "BLOCK_NONE"},
    "google_search": True,
    "url_context": True,
    "google_maps": True,
    "latitude": 52.37,
    "longitude": -4.9,
    "code_execution": True,
    "mcp_servers": (FILES,),
    "cached_content": {"name": "cachedContents/a1", "model": "", "expires": ""},
    "service_tier": "flex",
    "store": "off",
}


# The table


OF_INTERACTIONS = {"api", "background"}  # which generateContent has no field for


def test_the_table_has_every_setting_once() -> None:
    assert [s.name for s in SETTINGS] == list(BY_NAME)
    assert BY_NAME.keys() == OFF_DEFAULT.keys() | OF_INTERACTIONS


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_every_setting_is_well_formed(setting: Setting) -> None:
    kinds = (types.GenerateContentConfig, types.ThinkingConfig, types.Tool, types.LatLng)
    assert setting.name in OF_INTERACTIONS or any(
        setting.name in kind.model_fields for kind in kinds
    )
    assert setting.label[0].isupper()
    assert setting.help.endswith(".")
    assert len(setting.help) < 200
    assert setting.group in GROUPS
    assert (setting.bounds is not None) == (setting.kind in {"slider", "int", "float"})
    for caps in EVERYONE:
        if setting.kind in {"choice", "choices"} and setting.offered(caps):
            assert setting.choices(caps)
        if setting.bounds:
            bounds, default = setting.bounds(caps), setting.default(caps)
            assert bounds.minimum <= bounds.maximum or not setting.offered(caps)
            assert bounds.step > 0
            assert default is None or bounds.minimum <= default <= bounds.maximum


def test_values_to_choose_are_the_sdks() -> None:
    assert {c.value for c in SAFETY_CATEGORIES} <= {c.value for c in types.HarmCategory}
    assert {t.value for t in SAFETY_THRESHOLDS} <= {t.value for t in types.HarmBlockThreshold}
    assert {r.value for r in MEDIA_RESOLUTIONS} <= {r.value for r in types.MediaResolution}


def offered(caps: Capabilities) -> set[str]:
    return {s.name for s in SETTINGS if s.offered(caps)}


def test_only_what_the_model_takes_is_offered() -> None:
    assert BY_NAME.keys() - offered(BUDGET) == {"thinking_level"}
    assert BY_NAME.keys() - offered(LEVEL) == {"thinking_budget", "candidate_count"}
    assert BY_NAME.keys() - offered(LITE) == {
        "thinking_budget",
        "candidate_count",
        "presence_penalty",
        "frequency_penalty",
    }
    assert BY_NAME.keys() - offered(NO_THINKING) == {
        "thinking_budget",
        "thinking_level",
        "include_thoughts",
        "url_context",
        "google_maps",
        "latitude",
        "longitude",
    }
    assert offered(UNKNOWN) == BY_NAME.keys()
    assert "media_resolution" not in offered(replace(BUDGET, inputs=frozenset({"text"})))


def test_storage_is_for_the_gemini_api() -> None:
    assert BY_NAME["store"].offered(LEVEL)
    assert not BY_NAME["store"].offered(LEVEL, vertex=True)  # the SDK refuses to send it there
    assert build_config({"store": "on"}, LEVEL) == {"store": True}
    assert build_config({"store": "off"}, LEVEL) == {"store": False}
    assert build_config({"store": "off"}, LEVEL, vertex=True) == {}
    assert build_config({"store": None, "service_tier": "standard"}, LEVEL) == {}
    tier = build_config({"service_tier": "priority"}, LEVEL, vertex=True)
    assert tier == {"service_tier": "priority"}


def test_ranges_follow_the_model() -> None:
    temperature, budget = BY_NAME["temperature"], BY_NAME["thinking_budget"]
    assert temperature.bounds is not None
    assert budget.bounds is not None
    assert temperature.bounds(replace(BUDGET, max_temperature=1.0)).maximum == 1.0
    assert temperature.default(BUDGET) == 1.0
    assert budget.bounds(BUDGET).maximum == 24576
    assert budget.bounds(PRO).maximum == 32768
    assert [c.value for c in BY_NAME["thinking_level"].choices(LEVEL)] == ["LOW", "MEDIUM", "HIGH"]
    assert [c.label for c in BY_NAME["thinking_level"].choices(UNKNOWN)][-1] == "Extra high"


# What is sent


@pytest.mark.parametrize("caps", EVERYONE, ids=lambda c: c.name)
def test_nothing_set_is_nothing_sent(caps: Capabilities) -> None:
    assert build_config({}, caps) == {}
    assert build_config(dict.fromkeys(BY_NAME), caps) == {}
    defaults = {s.name: s.default(caps) for s in SETTINGS}
    assert build_config(defaults, caps) == {}
    assert changed(defaults, caps) == []


def test_everything_set_is_sent_as_the_sdk_takes_it() -> None:
    config = build_config(OFF_DEFAULT, BUDGET)
    assert config == {
        **{k: v for k, v in OFF_DEFAULT.items() if k in types.GenerateContentConfig.model_fields},
        "thinking_config": {"thinking_budget": 512, "include_thoughts": True},
        "safety_settings": [
            {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"},
        ],
        "cached_content": "cachedContents/a1",
        "store": False,
        "tools": [
            {"google_search": {}},
            {"url_context": {}},
            {"google_maps": {}},
            {"code_execution": {}},
            {"mcp_servers": [FILES.to_tool(limited=False)]},
        ],
        "tool_config": {"retrieval_config": {"lat_lng": {"latitude": 52.37, "longitude": -4.9}}},
    }


@pytest.mark.parametrize("caps", EVERYONE, ids=lambda c: c.name)
def test_the_sdk_understands_what_is_sent(caps: Capabilities) -> None:
    config = types.GenerateContentConfig.model_validate(build_config(OFF_DEFAULT, caps))
    assert config.system_instruction == "Be brief."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", 0),
        ("temperature", 0.0),
        ("top_p", 0),
        ("seed", 0),
        ("max_output_tokens", 0),
        ("top_k", 0),
    ],
)
def test_zero_is_a_value(name: str, value: float) -> None:
    assert build_config({name: value}, BUDGET) == {name: value}
    assert changed({name: value}, BUDGET) == [name]


def test_a_budget_of_zero_is_sent() -> None:
    assert build_config({"thinking_budget": 0}, BUDGET) == {
        "thinking_config": {"thinking_budget": 0}
    }


def test_no_alternatives_are_a_value_too() -> None:
    config = build_config({"response_logprobs": True, "logprobs": 0}, BUDGET)
    assert config == {"response_logprobs": True, "logprobs": 0}


def test_alternatives_go_only_with_log_probabilities() -> None:
    assert build_config({"logprobs": 3}, BUDGET) == {}
    assert build_config({"logprobs": 3, "response_logprobs": False}, BUDGET) == {}


def test_a_value_at_the_models_default_is_not_sent() -> None:
    assert build_config({"temperature": 1, "top_p": 0.95, "top_k": 64}, BUDGET) == {}
    assert build_config({"temperature": 1}, replace(BUDGET, temperature=None)) == {"temperature": 1}


@pytest.mark.parametrize("text", ["", "  \n", None])
def test_a_blank_instruction_is_none(text: str | None) -> None:
    assert build_config({"system_instruction": text}, BUDGET) == {}


def test_empty_stops_are_left_out_and_blank_ones_kept() -> None:
    assert build_config({"stop_sequences": ["", "\n", "END"]}, BUDGET) == {
        "stop_sequences": ["\n", "END"]
    }
    assert build_config({"stop_sequences": [""]}, BUDGET) == {}


def test_a_level_and_a_budget_never_go_together() -> None:
    both = {"thinking_level": "LOW", "thinking_budget": 100}
    assert build_config(both, LEVEL) == {"thinking_config": {"thinking_level": "LOW"}}
    assert build_config(both, BUDGET) == {"thinking_config": {"thinking_budget": 100}}
    assert build_config(both, UNKNOWN) == {"thinking_config": {"thinking_level": "LOW"}}
    assert build_config(both, NO_THINKING) == {}


def test_a_level_of_another_model_is_left_out() -> None:
    assert build_config({"thinking_level": "MINIMAL"}, LEVEL) == {}
    assert build_config({"thinking_level": "NEXT_YEARS"}, UNKNOWN) == {
        "thinking_config": {"thinking_level": "NEXT_YEARS"}
    }


def test_what_a_model_refuses_is_left_out() -> None:
    values = {"presence_penalty": 1.0, "frequency_penalty": 1.0, "candidate_count": 3}
    assert build_config(values, LITE) == {}
    assert build_config(values, BUDGET) == values


def test_numbers_out_of_range_are_sent_for_the_server_to_judge() -> None:
    assert build_config({"temperature": 5.0, "thinking_budget": 10**6}, BUDGET) == {
        "temperature": 5.0,
        "thinking_config": {"thinking_budget": 10**6},
    }


def test_safety_filters_by_backend() -> None:
    values = {
        "safety_settings": {
            "HARM_CATEGORY_HARASSMENT": "OFF",
            "HARM_CATEGORY_HATE_SPEECH": None,
            "HARM_CATEGORY_JAILBREAK": "BLOCK_ONLY_HIGH",
        }
    }
    harassment = {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}
    jailbreak = {"category": "HARM_CATEGORY_JAILBREAK", "threshold": "BLOCK_ONLY_HIGH"}
    assert build_config(values, BUDGET) == {"safety_settings": [harassment]}
    assert build_config(values, BUDGET, vertex=True) == {"safety_settings": [harassment, jailbreak]}
    assert {c.value for c in safety_categories()} < {
        c.value for c in safety_categories(vertex=True)
    }


def test_the_values_given_stay_as_they_were() -> None:
    values = {**OFF_DEFAULT, "stop_sequences": ["", "END"]}
    before = repr(values)
    config = build_config(values, BUDGET)
    config["stop_sequences"].append("more")
    assert repr(values) == before


def test_interactions_lack_some_settings() -> None:
    values = {**OFF_DEFAULT, "api": CREATE_INTERACTION}
    config = build_config(values, BUDGET)
    assert left_out(config) == []
    assert "api" not in config
    assert config["temperature"] == 0.3
    names = set(changed(OFF_DEFAULT, BUDGET)) - LACKING | {"api"}
    assert set(changed(values, BUDGET)) == names
    said = [warning for warning in validate(values, BUDGET) if "Interactions" in warning]
    assert len(said) == len(LACKING & OFF_DEFAULT.keys())
    request = Request("m", [], config, CREATE_INTERACTION)
    assert values_of(request)["api"] == CREATE_INTERACTION


def test_changed_names_what_is_off_its_default() -> None:
    assert (
        set(changed(OFF_DEFAULT, BUDGET)) == BY_NAME.keys() - {"thinking_level"} - OF_INTERACTIONS
    )
    assert changed({"temperature": 1.0, "seed": 3, "thinking_level": "LOW"}, BUDGET) == ["seed"]
    assert set(changed(OFF_DEFAULT, BUDGET, vertex=True)) == (
        BY_NAME.keys() - {"thinking_level", "store", "mcp_servers"} - OF_INTERACTIONS
    )
    jailbreak = {"safety_settings": {"HARM_CATEGORY_JAILBREAK": "OFF"}}
    assert changed(jailbreak, BUDGET) == []
    assert changed(jailbreak, BUDGET, vertex=True) == ["safety_settings"]


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "system_instruction": st.text(max_size=5),
        "temperature": st.none() | st.floats(-1, 3),
        "top_k": st.none() | st.integers(-1, 100),
        "stop_sequences": st.none() | st.lists(st.text(max_size=2), max_size=7),
        "candidate_count": st.none() | st.integers(0, 9),
        "thinking_budget": st.none() | st.integers(-2, 40_000),
        "thinking_level": st.none() | st.sampled_from(["MINIMAL", "LOW", "HIGH", "XHIGH", "?"]),
        "include_thoughts": st.none() | st.booleans(),
        "max_output_tokens": st.none() | st.integers(0, 10**6),
        "logprobs": st.none() | st.integers(0, 25),
        "google_search": st.none() | st.booleans(),
        "google_maps": st.none() | st.booleans(),
        "latitude": st.none() | st.floats(-91, 91),
        "longitude": st.none() | st.floats(-181, 181),
        "response_logprobs": st.none() | st.booleans(),
    },
)


@given(VALUES, st.sampled_from(EVERYONE), st.booleans())
def test_any_values_make_a_config_and_warnings(
    values: dict[str, Any], caps: Capabilities, vertex: bool
) -> None:
    config = build_config(values, caps, vertex=vertex)
    types.GenerateContentConfig.model_validate(
        {k: v for k, v in config.items() if k != "thinking_config"}
    )
    assert None not in config.values()
    thinking = config.get("thinking_config", {})
    assert not {"thinking_level", "thinking_budget"} <= thinking.keys()
    assert all(w.endswith(".") for w in validate(values, caps))
    tools = {name for tool in config.get("tools", []) for name in tool}
    sent = {*config, *thinking, *tools} - {"thinking_config", "tools", "tool_config"}
    assert sent <= set(changed(values, caps, vertex=vertex))


# Warnings


@pytest.mark.parametrize("caps", EVERYONE, ids=lambda c: c.name)
def test_defaults_have_no_warnings(caps: Capabilities) -> None:
    assert validate({}, caps) == []
    assert validate({s.name: s.default(caps) for s in SETTINGS}, caps) == []


@pytest.mark.parametrize(
    ("values", "caps", "words"),
    [
        (
            {"candidate_count": 2},
            LEVEL,
            "Candidates: not sent, Gemini 3.8 Flash doesn't support it.",
        ),
        ({"thinking_level": "LOW"}, BUDGET, "Thinking level: not sent, Gemini 2.5 Flash"),
        ({"thinking_level": "MINIMAL"}, LEVEL, "Gemini 3.8 Flash doesn't support MINIMAL"),
        ({"temperature": 0.5}, LITE, "Temperature: Gemini 3.5 Flash-Lite ignores it."),
        ({"temperature": 0.5}, LEVEL, "Google advises"),
        ({"temperature": 3.0}, BUDGET, "Temperature: 3 is outside 0 to 2;"),
        ({"max_output_tokens": 70000}, BUDGET, "70,000 is outside 1 to 65,536"),
        ({"thinking_budget": 30000}, BUDGET, "30,000 is outside -1 to 24,576"),
        ({"thinking_budget": 0}, PRO, "can't turn thinking off; its smallest budget is 128."),
        ({"thinking_budget": 50}, PRO, "the smallest is 128."),
        ({"thinking_budget": 500, "max_output_tokens": 400}, BUDGET, "no room left for text"),
        ({"thinking_budget": 9, "thinking_level": "LOW"}, UNKNOWN, "only the level is sent"),
        ({"stop_sequences": list("abcdef")}, BUDGET, "There are 6 stop sequences"),
        ({"logprobs": 3}, BUDGET, "only with log probabilities switched on"),
        ({"temperature": math.nan}, BUDGET, "nan is outside"),
    ],
)
def test_what_is_odd_is_said(values: dict[str, Any], caps: Capabilities, words: str) -> None:
    assert any(words in warning for warning in validate(values, caps))


@pytest.mark.parametrize(
    ("values", "caps"),
    [
        ({"thinking_budget": -1}, PRO),
        ({"thinking_budget": 0}, BUDGET),
        ({"thinking_budget": 0, "max_output_tokens": 10}, BUDGET),
        ({"thinking_budget": 500, "max_output_tokens": 501}, BUDGET),
        ({"temperature": 0}, BUDGET),
        ({"stop_sequences": [*"abcde", ""]}, BUDGET),
        ({"thinking_level": "HIGH"}, LEVEL),
        ({"temperature": 1.0}, LEVEL),
        ({"temperature": "warm"}, BUDGET),
    ],
)
def test_what_is_fine_is_not_spoken_of(values: dict[str, Any], caps: Capabilities) -> None:
    assert validate(values, caps) == []


def test_thinking_is_not_turned_off_where_the_model_keeps_thinking() -> None:
    assert build_config({"thinking_budget": 0}, PRO) == {}
    assert build_config({"thinking_budget": 0}, BUDGET) == {
        "thinking_config": {"thinking_budget": 0}
    }
