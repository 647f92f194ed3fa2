"""The run setting of a cached content, and what can't be sent beside one.

A cached content is for one model and has its own system instruction and tools: the API refuses
them beside it (https://ai.google.dev/api/caching).
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypedDict

from gemini.models.capabilities import Capabilities
from gemini.settings.kinds import Setting

CACHED_CONTENT = "cached_content"
NOT_BESIDE = {
    "system_instruction": "the system instruction",
    "tools": "the tools",
    "tool_config": "the settings of the tools",
}
"""The fields of the config that a cached content has of its own, and what to call them."""


class ChosenCache(TypedDict):
    """The value of the setting. `model` and `expires` (ISO 8601) are "" where they aren't known."""

    name: str
    model: str
    expires: str


CACHE_SETTING = Setting(
    CACHED_CONTENT,
    "Cached content",
    "What every prompt begins with: it is kept at the API and costs less than sending it again. "
    "It is for one model.",
    "Cache",
    "cache",
)


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


def check_cache(values: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[str]:
    """A word where the cached content, or something beside it, is not sent.

    `config` is what `build_config` makes of the settings.
    """
    chosen: ChosenCache | None = values.get(CACHED_CONTENT)
    if not chosen:
        return
    if CACHED_CONTENT not in config:
        yield f"Cached content: left out, it was made for {chosen['model']}."
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
