"""JSON that came from anywhere, taken for what it should be, or as a text."""

import json
from datetime import UTC, datetime
from typing import Any


def as_text(value: Any) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def mapping(value: Any) -> dict[str, Any]:
    """The value, where it is an object; else an empty one."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """The value, where it is a list; else an empty one."""
    return value if isinstance(value, list) else []


def mappings(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; none, where the value isn't a list."""
    return [each for each in listing(value) if isinstance(each, dict)]


def with_zone(moment: datetime | None) -> datetime | None:
    """A moment as an API tells it; in UTC where it names no zone, as RFC 3339 has it do."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
