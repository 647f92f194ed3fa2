"""The tools that Gemini runs by itself, as run settings; and tools of two origins in one request.

https://ai.google.dev/gemini-api/docs/tools. Functions of one's own are a page's matter: it adds
them to the config, and both together are sent.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gemini.models.capabilities import Capabilities, version_of
from gemini.settings.cache import reconciled
from gemini.settings.kinds import Setting, fixed

TOOLS = ("google_search", "url_context", "google_maps", "code_execution")
LOCATION = ("latitude", "longitude")
COMBINES_FROM = 3.0  # the generation that takes its own tools and one's functions together

Config = dict[str, Any]
"""A `types.GenerateContentConfigDict`."""


def _tool(name: str, label: str, about: str) -> Setting:
    return Setting(
        name,
        label,
        about,
        "Tools",
        "switch",
        default=lambda _caps: False,
        takes=lambda caps: name in caps.tools,
    )


def _coordinate(name: str, label: str, about: str, most: float) -> Setting:
    return Setting(
        name,
        label,
        about,
        "Tools",
        "float",
        bounds=fixed(-most, most, 0.0001),
        takes=lambda caps: "google_maps" in caps.tools,
        needs="google_maps",
        unset="Not sent",
    )


TOOL_SETTINGS: tuple[Setting, ...] = (
    _tool(
        "google_search",
        "Google Search",
        "The model may search the web. Its sources are numbered in the answer. "
        "Google bills searches beside the tokens.",
    ),
    _tool(
        "url_context",
        "URL context",
        "The model reads the pages whose addresses are in the prompt. "
        "What it reads counts as prompt tokens.",
    ),
    _tool(
        "google_maps",
        "Google Maps",
        "The model may look up places, opening hours and reviews. Google bills it beside the "
        "tokens.",
    ),
    _coordinate(
        "latitude",
        "Latitude",
        "Where to search around, in degrees; north is positive. Needs the longitude too.",
        90,
    ),
    _coordinate(
        "longitude",
        "Longitude",
        "Where to search around, in degrees; east is positive. Needs the latitude too.",
        180,
    ),
    _tool(
        "code_execution",
        "Code execution",
        "The model may write Python and have it run at Google, and goes on with what came out: "
        "for sums, data and charts.",
    ),
)


def collect_tools(config: Config) -> Config:
    """The config with the tools that are on as `tools`, and the place, if whole, as `tool_config`.

    `config` holds the switches and the coordinates by their names; it is changed.
    """
    tools = [{name: {}} for name in TOOLS if config.pop(name, False)]
    place = {name: config.pop(name) for name in LOCATION if name in config}
    if tools:
        config["tools"] = tools
    if place.keys() == set(LOCATION):
        config["tool_config"] = {"retrieval_config": {"lat_lng": place}}
    return config


def check_location(values: Mapping[str, Any]) -> Iterator[str]:
    """A word where only one half of the place is known."""
    known = [name for name in LOCATION if values.get(name) is not None]
    if values.get("google_maps") and len(known) == 1:
        yield "Latitude and longitude go together: the place is left out."


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
