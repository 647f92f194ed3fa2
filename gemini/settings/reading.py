"""The run settings that a request was sent with: the inverse of `config.build_config`."""

import math
from typing import Any

from gemini.request import Request
from gemini.settings.cache import CACHED_CONTENT, ChosenCache
from gemini.settings.config import SETTINGS, safety_categories
from gemini.settings.kinds import Kind
from gemini.settings.table import SAFETY_THRESHOLDS
from gemini.settings.tools import LOCATION, TOOLS


def values_of(request: Request) -> dict[str, Any]:
    """The values of the settings, by name. What a page added, and what is no such value, is not.

    A request that was imported may hold anything.
    """
    config = request.config
    said = {**config, **_dictionary(config.get("thinking_config"))}
    named = {name for tool in _dictionaries(config.get("tools")) for name in tool}
    said |= {name: True for name in TOOLS if name in named}
    retrieval = _dictionary(_dictionary(config.get("tool_config")).get("retrieval_config"))
    place = _dictionary(retrieval.get("lat_lng"))
    said |= {name: place.get(name) for name in LOCATION}
    said["safety_settings"] = _filters(config.get("safety_settings"))
    said[CACHED_CONTENT] = _cache(config.get(CACHED_CONTENT), request.model)
    return {s.name: said[s.name] for s in SETTINGS if _is(s.kind, said.get(s.name))}


def _dictionary(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dictionaries(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _filters(value: Any) -> dict[str, str]:
    known = {category.value for category in safety_categories(vertex=True)}
    thresholds = {threshold.value for threshold in SAFETY_THRESHOLDS}
    pairs = [(str(f.get("category")), str(f.get("threshold"))) for f in _dictionaries(value)]
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
