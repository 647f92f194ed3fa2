"""Where each value of a JSON text stands: line and column of every name and item."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from gemini.structured.finding import Path

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


@dataclass(frozen=True, slots=True)
class TextPosition:
    """Line and column, both from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Positions:
    """`places` by path: a property stands where its name does. `twice`: names given again."""

    places: dict[Path, TextPosition] = field(default_factory=dict)
    twice: list[tuple[Path, TextPosition]] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """An object or list being read, and where in it the reader is."""

    path: Path
    is_object: bool
    step: str | int | None
    names: set[str] = field(default_factory=set)


def positions(text: str) -> Positions:
    """The places in `text`, which must be valid JSON."""
    result = Positions()
    stack: list[_Open] = []
    for part, place in _parts(text):
        _take(part, place, stack, result)
    return result


def find(text: str, words: tuple[str, ...]) -> TextPosition:
    """Where the first of the bare `words` stands in a JSON text; the start if none does."""
    return next((place for part, place in _parts(text) if part in words), TextPosition(1, 1))


def _parts(text: str) -> Iterator[tuple[str, TextPosition]]:
    """The text's tokens in order: brackets, commas, colons, strings, bare words."""
    line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for match in _TOKEN.finditer(text):
        line = bisect_right(line_starts, match.start())
        yield match.group(), TextPosition(line, match.start() - line_starts[line - 1] + 1)


def _take(part: str, place: TextPosition, stack: list[_Open], result: Positions) -> None:
    """One token: opens, closes, names or fills."""
    top = stack[-1] if stack else None
    if part in "}]":
        stack.pop()
    elif part == ",":
        if top and not top.is_object and isinstance(top.step, int):
            top.step += 1
        elif top:
            top.step = None
    elif part == ":":
        pass
    elif top and top.is_object and top.step is None:
        name = json.loads(part)
        path = (*top.path, name)
        if name in top.names:
            result.twice.append((path, place))
        top.names.add(name)
        top.step = name
        result.places[path] = place
    else:
        path = () if top is None or top.step is None else (*top.path, top.step)
        result.places.setdefault(path, place)
        if part in "{[":
            stack.append(_Open(path, part == "{", None if part == "{" else 0))
