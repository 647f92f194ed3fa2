"""What is odd about the run settings for a model."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from gemini.models.capabilities import Capabilities
from gemini.request import CREATE_INTERACTION
from gemini.settings.config import (
    CACHED_CONTENT,
    LOCATION,
    NOT_BESIDE,
    ChosenCache,
    build_config,
    changed,
    effective,
    keeps_thinking,
    lacking,
)
from gemini.settings.table import BY_NAME, MOST_STOP_SEQUENCES, SETTINGS
from gemini.tools.mcp import McpServer


def validate(values: Mapping[str, Any], caps: Capabilities) -> list[str]:
    """What is odd about the settings for this model, in sentences. Nothing here stops a request."""
    return [warning for check in _CHECKS for warning in check(values, caps)]


def _check_ranges(values: Mapping[str, Any], caps: Capabilities) -> Iterator[str]:
    for setting in SETTINGS:
        value = values.get(setting.name)
        if setting.bounds is None or not (setting.offered(caps) and setting.applies(values)):
            continue
        low, high = setting.bounds(caps).minimum, setting.bounds(caps).maximum
        if isinstance(value, int | float) and not low <= value <= high:
            yield (
                f"{setting.label}: {_shown(value)} is outside {_shown(low)} to {_shown(high)}; "
                "the API may refuse it."
            )


def _shown(number: float) -> str:
    return f"{number:,.10g}"


def _check_taken(values: Mapping[str, Any], caps: Capabilities) -> Iterator[str]:
    for setting in SETTINGS:
        value = values.get(setting.name)
        if value is None or setting.is_default(value, caps):
            continue
        if not setting.applies(values):
            continue
        if lacking(setting, values):
            yield f"{setting.label}: not sent, the Interactions API has no such setting."
        elif not setting.offered(caps):
            yield f"{setting.label}: not sent, {caps.display_name} doesn't support it."
        elif setting.name in caps.ignored:
            yield f"{setting.label}: {caps.display_name} ignores it."
        elif setting.kind == "choice" and effective(setting, value, caps, vertex=True) is None:
            yield f"{setting.label}: not sent, {caps.display_name} doesn't support {value}."


def _check_thinking(values: Mapping[str, Any], caps: Capabilities) -> Iterator[str]:
    budget, thinking = values.get("thinking_budget"), caps.thinking
    if not isinstance(budget, int) or not BY_NAME["thinking_budget"].offered(caps):
        return
    if thinking.kind == "unknown" and values.get("thinking_level"):
        yield "Thinking level and budget can't be sent together; only the level is sent."
        return
    if budget == 0 and keeps_thinking(caps):
        yield (
            f"Thinking budget: off isn't sent, {caps.display_name} can't turn thinking off; its "
            f"smallest budget is {_shown(thinking.min_budget)}."
        )
    if 0 < budget < thinking.min_budget:
        yield f"Thinking budget: the smallest is {_shown(thinking.min_budget)}."
    limit = values.get("max_output_tokens")
    if isinstance(limit, int) and limit <= budget:
        yield (
            f"Thinking may use {_shown(budget)} tokens and the answer ends at {_shown(limit)}, "
            "thinking included: there may be no room left for text."
        )


def _check_stops(values: Mapping[str, Any], _caps: Capabilities) -> Iterator[str]:
    stops = [stop for stop in values.get("stop_sequences") or () if stop]
    if len(stops) > MOST_STOP_SEQUENCES:
        yield f"There are {len(stops)} stop sequences; the API takes {MOST_STOP_SEQUENCES}."


def _check_logprobs(values: Mapping[str, Any], _caps: Capabilities) -> Iterator[str]:
    if values.get("logprobs") is not None and not values.get("response_logprobs"):
        yield "Alternatives are sent only with log probabilities switched on."


def _check_location(values: Mapping[str, Any], caps: Capabilities) -> Iterator[str]:
    known = [name for name in LOCATION if values.get(name) is not None]
    if BY_NAME["google_maps"].offered(caps) and values.get("google_maps") and len(known) == 1:
        yield "Latitude and longitude are needed together: the location isn't sent."


def _check_servers(values: Mapping[str, Any], caps: Capabilities) -> Iterator[str]:
    """A word where generateContent lets Gemini call any tool of a server."""
    servers: tuple[McpServer, ...] = values.get("mcp_servers") or ()
    if not BY_NAME["mcp_servers"].offered(caps) or values.get("api") == CREATE_INTERACTION:
        return
    for server in servers:
        if server.allowed_tools:
            yield (
                f"MCP servers: generateContent can't be told which tools of {server.name} are "
                "allowed, so all of them are. Interactions can."
            )


def _check_cache(values: Mapping[str, Any], caps: Capabilities) -> Iterator[str]:
    """A word where the cached content, or something beside it, is not sent."""
    chosen: ChosenCache | None = values.get(CACHED_CONTENT)
    if not chosen:
        return
    config = build_config(values, caps, vertex=True)
    if CACHED_CONTENT not in config:
        yield f"Cached content: not sent, it was created for {chosen['model']}."
        return
    if chosen["expires"] and datetime.fromisoformat(chosen["expires"]) <= datetime.now(UTC):
        yield "Cached content: it has expired. Choose another one, or none."
    beside = [word for name, word in NOT_BESIDE.items() if name in config]
    if beside:
        yield (
            f"Cached content: {' and '.join(beside)} can't be sent beside it and "
            f"{'is' if beside == [NOT_BESIDE['system_instruction']] else 'are'} left out. "
            "It has its own."
        )


def _check_advice(values: Mapping[str, Any], caps: Capabilities) -> Iterator[str]:
    """What is said of the family, once sampling is turned."""
    if {"temperature", "top_p", "top_k"} & set(changed(values, caps)):
        yield from caps.notes


def _check_reached(values: Mapping[str, Any], caps: Capabilities) -> Iterator[str]:
    if not caps.only_interactions:
        if caps.reached_by:
            yield f"{caps.display_name} answers through {caps.reached_by} only, not here."
    elif values.get("api") != CREATE_INTERACTION:
        yield f"{caps.display_name} answers through {caps.reached_by} only: choose it under API."


_CHECKS = (
    _check_reached,
    _check_taken,
    _check_ranges,
    _check_thinking,
    _check_stops,
    _check_logprobs,
    _check_location,
    _check_servers,
    _check_cache,
    _check_advice,
)
