"""In what two requests differ, setting by setting."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gemini.format import counted
from gemini.request import Content, Request, to_jsonable

LONGEST = 200  # characters of a value


@dataclass(frozen=True)
class Difference:
    """A setting by its API name (`thinking_config.thinking_budget`), and its value in each request.

    A value is text: JSON, cut where it is long, or "" where it was not set.
    """

    name: str
    one: str
    other: str


def differences(one: Request, other: Request) -> list[Difference]:
    """The model, the settings and the extent of the contents, as far as they are not the same."""
    both = (dict(_values(one)), dict(_values(other)))
    names = list(dict.fromkeys([*both[0], *both[1]]))
    return [
        Difference(name, *(_cut(values.get(name, "")) for values in both))
        for name in names
        if both[0].get(name) != both[1].get(name)
    ]


def _values(request: Request) -> Iterator[tuple[str, str]]:
    yield "model", request.model
    yield "contents", _extent(request.contents)
    yield from _flat("", to_jsonable(request.config))


def _flat(before: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The values by their paths; lists are values."""
    for name, value in values.items():
        if isinstance(value, dict) and value and not name.endswith("schema"):
            yield from _flat(f"{before}{name}.", value)
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield before + name, text


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _extent(contents: list[Content]) -> str:
    """How much is sent: turns, and what is in them beside text."""
    parts = [part for content in contents for part in content.get("parts") or ()]
    others = sum("text" not in part for part in parts)
    turns = counted(len(contents), "turn")
    return f"{turns}, {counted(others, 'other part')}" if others else turns
