"""The run settings of a model: what of them is sent, what is off its default, what is odd.

`SETTINGS` is the table from which the sidebar draws its controls. Values are keyed by a setting's
name. None, or no value at all, means the model's default, and a default isn't sent. 0 and False
are values like any other.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gemini.models.capabilities import Capabilities
from gemini.settings.cache import check_cache, fitting
from gemini.settings.kinds import GROUPS, Bounds, Choice, Group, Kind, Setting
from gemini.settings.table import (
    BY_NAME,
    MOST_STOP_SEQUENCES,
    SETTINGS,
    SafetyCategory,
    safety_categories,
)
from gemini.settings.tools import check_location, collect_tools, with_extra

__all__ = [
    "BY_NAME",
    "GROUPS",
    "MOST_STOP_SEQUENCES",
    "SETTINGS",
    "Bounds",
    "Choice",
    "Group",
    "Kind",
    "SafetyCategory",
    "Setting",
    "build_config",
    "changed",
    "safety_categories",
    "validate",
    "with_extra",
]

_THINKING = ("thinking_level", "thinking_budget", "include_thoughts")


def build_config(
    values: Mapping[str, Any], caps: Capabilities, *, vertex: bool = False
) -> dict[str, Any]:
    """The settings as the SDK takes them (`types.GenerateContentConfigDict`).

    Holds only what differs from the default and what the model takes. Numbers out of range are
    sent as they are: the server may know better. A level is preferred to a budget where both are
    set, since the API refuses the two together. What can't stand beside a cached content is still
    in it: `with_extra` decides which of them goes.
    """
    config = collect_tools(dict(_set_values(values, caps, vertex)))
    thinking = {name: config.pop(name) for name in _THINKING if name in config}
    if "thinking_level" in thinking:
        thinking.pop("thinking_budget", None)
    if thinking:
        config["thinking_config"] = thinking
    if not config.get("response_logprobs"):
        config.pop("logprobs", None)
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
        if setting.offered(caps) and setting.applies(values):
            value = _meant(setting, values.get(setting.name), caps, vertex)
            if value is not None and not _same(value, setting.default(caps)):
                yield setting.name, value


def _meant(setting: Setting, value: Any, caps: Capabilities, vertex: bool) -> Any:
    """A value without what says nothing: blank text, empty entries, choices of another model."""
    if setting.kind == "text":
        return value if value and value.strip() else None
    if setting.kind == "list":
        return [entry for entry in value if entry] if value else None
    if setting.kind == "choice" and caps.checked:
        return value if value in {choice.value for choice in setting.choices(caps)} else None
    if setting.name == "thinking_budget":
        return None if value == 0 and _keeps_thinking(caps) else value
    if setting.kind == "cache":
        return fitting(value, caps)
    if setting.kind == "choices":
        known = {category.value for category in safety_categories(vertex=vertex)}
        return {k: v for k, v in value.items() if v and k in known} if value else None
    return value


def _keeps_thinking(caps: Capabilities) -> bool:
    """Whether the model refuses to stop thinking."""
    return caps.thinking.kind == "budget" and not caps.thinking.can_turn_off


def _same(value: Any, default: Any) -> bool:
    return default is not None and value == default


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
        if value is None or _same(value, setting.default(caps)):
            continue
        if not setting.applies(values):
            continue
        if not setting.offered(caps):
            yield f"{setting.label}: left out, {caps.display_name} does not take it."
        elif setting.name in caps.ignored:
            yield f"{setting.label}: {caps.display_name} ignores it."
        elif setting.kind == "choice" and _meant(setting, value, caps, vertex=True) is None:
            yield f"{setting.label}: left out, {caps.display_name} does not take {value}."


def _check_thinking(values: Mapping[str, Any], caps: Capabilities) -> Iterator[str]:
    budget, thinking = values.get("thinking_budget"), caps.thinking
    if not isinstance(budget, int) or not BY_NAME["thinking_budget"].offered(caps):
        return
    if thinking.kind == "unknown" and values.get("thinking_level"):
        yield "Thinking level and budget cannot go together; only the level is sent."
        return
    if budget == 0 and _keeps_thinking(caps):
        yield (
            f"Thinking budget: off is left out, {caps.display_name} cannot stop thinking; "
            f"its smallest budget is {_shown(thinking.min_budget)}."
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


def _check_tools(values: Mapping[str, Any], caps: Capabilities) -> Iterator[str]:
    if BY_NAME["google_maps"].offered(caps):
        yield from check_location(values)


def _check_cached(values: Mapping[str, Any], caps: Capabilities) -> Iterator[str]:
    yield from check_cache(values, build_config(values, caps, vertex=True))


def _check_advice(values: Mapping[str, Any], caps: Capabilities) -> Iterator[str]:
    """What is said of the family, once sampling is turned."""
    if {"temperature", "top_p", "top_k"} & set(changed(values, caps)):
        yield from caps.notes


_CHECKS = (
    _check_taken,
    _check_ranges,
    _check_thinking,
    _check_stops,
    _check_logprobs,
    _check_tools,
    _check_cached,
    _check_advice,
)
