"""Context caching: what is kept at the API for a while, and the calls that manage it.

A cached content is made for one model, from contents, a system instruction and tools; prompts then
begin with it and pay less for it. https://ai.google.dev/gemini-api/docs/caching
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from google.genai import types

from gemini.api import call
from gemini.api.call import Method
from gemini.data import entry_of, table
from gemini.models.capabilities import Capabilities, short_name
from gemini.plain import with_zone
from gemini.request import Content

PAGE_SIZE = 20  # cached contents a page
LONGEST_TITLE = 128  # characters of a display name, https://ai.google.dev/api/caching


@dataclass(frozen=True)
class Cache:
    """A cached content. `name` is "cachedContents/..." (on Vertex AI a longer path), `model` short.

    `tokens` is None where it isn't told. `expires` is in UTC.
    """

    name: str
    model: str
    title: str
    tokens: int | None
    created: datetime | None
    expires: datetime | None

    def left(self, now: datetime | None = None) -> timedelta | None:
        """How long it lasts, never less than nothing; None where that is unknown."""
        if self.expires is None:
            return None
        return max(self.expires - (now or datetime.now(UTC)), timedelta())

    @property
    def gone(self) -> bool:
        """Whether it has expired by this machine's clock."""
        return self.left() == timedelta()


def cache_of(content: types.CachedContent) -> Cache:
    """What the API tells of a cached content."""
    name = content.name or ""
    return Cache(
        name=name,
        model=short_name(
            (content.model or "").partition("/publishers/google/")[2] or content.model or ""
        ),
        title=content.display_name or name.rpartition("/")[2],
        tokens=content.usage_metadata.total_token_count if content.usage_metadata else None,
        created=with_zone(content.create_time),
        expires=with_zone(content.expire_time),
    )


def listing(page_token: str | None = None) -> Method:
    """The call that lists one page of them."""
    return call.listing("caches.list", PAGE_SIZE, page_token)


def creation(
    model: str,
    contents: list[Content],
    expiry: Mapping[str, Any],
    *,
    system_instruction: str = "",
    title: str = "",
) -> Method:
    """The call that makes one. `expiry` comes from `lasting` or `until`. What is empty is left out.

    Google has the title, but it is no part of what the model reads.
    """
    config: dict[str, Any] = dict(expiry)
    if contents:
        config["contents"] = contents
    if system_instruction.strip():
        config["system_instruction"] = system_instruction
    if title.strip():
        config["display_name"] = title.strip()[:LONGEST_TITLE]
    return "caches.create", {"model": model, "config": config}


def change(name: str, expiry: Mapping[str, Any]) -> Method:
    """The call that gives it another end: all of a cached content that can be changed."""
    return "caches.update", {"name": name, "config": dict(expiry)}


def deletion(name: str) -> Method:
    """The call that deletes it."""
    return "caches.delete", {"name": name}


def lasting(time: timedelta) -> dict[str, str]:
    """An end so long from now, in whole seconds."""
    return {"ttl": f"{round(time.total_seconds())}s"}


def until(when: datetime) -> dict[str, str]:
    """An end at a point in time, which must have a time zone."""
    return {"expire_time": when.astimezone(UTC).isoformat()}


def extended(one: Cache, by: timedelta) -> dict[str, str]:
    """An end that is so much later than the one it has."""
    return lasting((one.left() or timedelta()) + by)


def takes_caches(model: Capabilities) -> bool:
    """Whether a cached content can be made for a model: by what the API lists, or by our file."""
    if "generateContent" in model.actions:
        return "createCachedContent" in model.actions
    return not any(fnmatchcase(model.name, glob) for glob in table("caches")["without"])


def minimum_tokens(model: str) -> int:
    """The fewest tokens that are taken for a model, as Google's documentation has it."""
    return entry_of(table("caches")["minimum"], short_name(model))["tokens"]
