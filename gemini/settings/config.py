"""The run settings of a model as they are sent, and read from what was sent.

Values are keyed by a setting's name. None, or no value at all, means the model's default, and a
default isn't sent. 0 and False are values like any other.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

from gemini.interactions.request import LACKING
from gemini.models.capabilities import Capabilities, version_of
from gemini.plain import mapping, mappings
from gemini.request import CREATE_INTERACTION, Request
from gemini.settings.kinds import Kind, Setting
from gemini.settings.table import SAFETY_THRESHOLDS, SETTINGS, safety_categories
from gemini.tools import mcp

Config = dict[str, Any]
"""A `types.GenerateContentConfigDict`."""

THINKING = ("thinking_level", "thinking_budget", "include_thoughts")
TOOLS = ("google_search", "url_context", "google_maps", "code_execution")
LOCATION = ("latitude", "longitude")
COMBINES_FROM = 3.0  # the generation that takes its own tools and one's functions together

CACHED_CONTENT = "cached_content"
NOT_BESIDE = {
    "system_instruction": "the system instruction",
    "tools": "the tools",
    "tool_config": "the settings of the tools",
}
"""The fields of the config that a cached content has of its own, and what to call them: the API
refuses them beside it (https://ai.google.dev/api/caching)."""


class ChosenCache(TypedDict):
    """The value of the setting. `model` and `expires` (ISO 8601) are "" where they aren't known."""

    name: str
    model: str
    expires: str


def build_config(
    values: Mapping[str, Any], caps: Capabilities, *, vertex: bool = False
) -> dict[str, Any]:
    """The settings as the SDK takes them (`types.GenerateContentConfigDict`).

    Holds only what differs from the default and what the model takes. Numbers out of range are
    sent as they are: the server may know better. A level is preferred to a budget where both are
    set, since the API refuses the two together. What can't stand beside a cached content is still
    in it: `with_extra` decides which of them goes.
    """
    config = _with_tools(
        dict(_set_values(values, caps, vertex)), limited=values.get("api") == CREATE_INTERACTION
    )
    config.pop("api", None)  # the request's method
    thinking = {name: config.pop(name) for name in THINKING if name in config}
    if "thinking_level" in thinking:
        thinking.pop("thinking_budget", None)
    if thinking:
        config["thinking_config"] = thinking
    if not config.get("response_logprobs"):
        config.pop("logprobs", None)
    if "store" in config:
        config["store"] = config["store"] == "on"
    if filters := config.pop("safety_settings", None):
        config["safety_settings"] = [
            {"category": category, "threshold": threshold}
            for category, threshold in filters.items()
        ]
    return config


def changed(values: Mapping[str, Any], caps: Capabilities, *, vertex: bool = False) -> list[str]:
    """The names of the settings that are off their default and that this model takes."""
    return [name for name, _ in _set_values(values, caps, vertex)]


def _set_values(
    values: Mapping[str, Any], caps: Capabilities, vertex: bool
) -> Iterator[tuple[str, Any]]:
    for setting in SETTINGS:
        if setting.offered(caps, vertex=vertex) and applies(setting, values):
            value = effective(setting, values.get(setting.name), caps, vertex)
            if value is not None and not setting.is_default(value, caps):
                yield setting.name, value


def applies(setting: Setting, values: Mapping[str, Any]) -> bool:
    """Whether it is of use with these values: what it needs is on, and the API has it."""
    return setting.applies(values) and not lacking(setting, values)


def lacking(setting: Setting, values: Mapping[str, Any]) -> bool:
    """Whether the API that is chosen has no such setting."""
    return values.get("api") == CREATE_INTERACTION and setting.name in LACKING


def effective(setting: Setting, value: Any, caps: Capabilities, vertex: bool) -> Any:
    """A value without what says nothing: blank text, empty entries, choices of another model."""
    if setting.kind == "text":
        return value if value and value.strip() else None
    if setting.kind == "list":
        return [entry for entry in value if entry] if value else None
    if setting.kind == "choice" and caps.checked:
        return value if value in {choice.value for choice in setting.choices(caps)} else None
    if setting.name == "thinking_budget":
        return None if value == 0 and keeps_thinking(caps) else value
    if setting.kind == "cache":
        return fitting(value, caps)
    if setting.kind == "choices":
        known = {category.value for category in safety_categories(vertex=vertex)}
        return {k: v for k, v in value.items() if v and k in known} if value else None
    return value


def keeps_thinking(caps: Capabilities) -> bool:
    """Whether the model refuses to stop thinking."""
    return caps.thinking.kind == "budget" and not caps.thinking.can_turn_off


def _with_tools(config: Config, *, limited: bool) -> Config:
    """The config with the tools that are on as `tools`, and the place, if whole, as `tool_config`.

    `config` holds the switches and the coordinates by their names; it is changed. `limited`: the
    API can be told which tools of a server are allowed.
    """
    tools: list[dict[str, Any]] = [{name: {}} for name in TOOLS if config.pop(name, False)]
    if servers := config.pop(mcp.FIELD, ()):
        tools.append({mcp.FIELD: [server.to_tool(limited=limited) for server in servers]})
    place = {name: config.pop(name) for name in LOCATION if name in config}
    if tools:
        config["tools"] = tools
    if place.keys() == set(LOCATION):
        config["tool_config"] = {"retrieval_config": {"lat_lng": place}}
    return config


def fitting(value: ChosenCache | None, caps: Capabilities) -> str | None:
    """The name of the cached content that was chosen, where it is for this model."""
    if not value or value["model"] not in ("", caps.name):
        return None
    return value["name"]


def reconciled(config: dict[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """The config of the settings without what the API refuses beside a cached content.

    Where a page adds (`extra`) such a thing itself, it can't do without: then the cached content
    stays away.
    """
    if CACHED_CONTENT not in config:
        return config
    needed = not NOT_BESIDE.keys().isdisjoint(extra)
    away = {CACHED_CONTENT} if needed else NOT_BESIDE.keys()
    return {name: value for name, value in config.items() if name not in away}


def with_extra(
    config: Config, extra: Mapping[str, Any], caps: Capabilities, *, vertex: bool
) -> Config:
    """The config of the settings with what a page adds to it, ready to be sent.

    The page's value wins, but tools of both are sent, each of Google's once, and `tool_config` is
    joined by its fields. Where functions come together with tools of Google's, the Gemini API wants
    to be told that their calls may be in the answer
    (https://ai.google.dev/gemini-api/docs/tool-combination); Vertex AI knows no such field.
    """
    config = reconciled(config, extra)
    joined = {**config, **extra}
    own: list[Mapping[str, Any]] = list(extra.get("tools") or [])
    named = {name for tool in own for name in tool}
    tools = [tool for tool in config.get("tools", ()) if named.isdisjoint(tool)] + own
    settings = {**config.get("tool_config", {}), **(extra.get("tool_config") or {})}
    kinds = {name for tool in tools for name in tool}
    combined = "function_declarations" in kinds and not kinds.isdisjoint(TOOLS)
    if combined and not vertex and not 0 < version_of(caps.name) < COMBINES_FROM:
        settings.setdefault("include_server_side_tool_invocations", True)
    if tools:
        joined["tools"] = tools
    if settings:
        joined["tool_config"] = settings
    return joined


def values_of(request: Request) -> dict[str, Any]:
    """The values of the settings, by name. What a page added, and what is no such value, is not.

    A request that was imported may hold anything.
    """
    config = request.config
    said = {**config, **mapping(config.get("thinking_config"))}
    named = {name for tool in mappings(config.get("tools")) for name in tool}
    said |= {name: True for name in TOOLS if name in named}
    said[mcp.FIELD] = mcp.servers_of(config)
    retrieval = mapping(mapping(config.get("tool_config")).get("retrieval_config"))
    place = mapping(retrieval.get("lat_lng"))
    said |= {name: place.get(name) for name in LOCATION}
    if isinstance(stored := said.pop("store", None), bool):
        said["store"] = "on" if stored else "off"
    if request.method == CREATE_INTERACTION:
        said["api"] = request.method
    said["safety_settings"] = _filters(config.get("safety_settings"))
    said[CACHED_CONTENT] = _cache(config.get(CACHED_CONTENT), request.model)
    return {s.name: said[s.name] for s in SETTINGS if _is(s.kind, said.get(s.name))}


def _filters(value: Any) -> dict[str, str]:
    known = {category.value for category in safety_categories(vertex=True)}
    thresholds = {threshold.value for threshold in SAFETY_THRESHOLDS}
    pairs = [(str(f.get("category")), str(f.get("threshold"))) for f in mappings(value)]
    return {c: t for c, t in pairs if c in known and t in thresholds}


def _cache(name: Any, model: str) -> ChosenCache | None:
    return {"name": name, "model": model, "expires": ""} if isinstance(name, str) else None


def _is(kind: Kind, value: Any) -> bool:
    """Whether a value is one of a setting of this kind, and says something."""
    if kind in {"slider", "float"}:
        return type(value) in {int, float} and math.isfinite(value)
    if kind == "int":
        return type(value) is int
    if kind in {"text", "choice"}:
        return isinstance(value, str) and bool(value)
    if kind == "list":
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return value is True if kind == "switch" else bool(value)
