"""JSON as people type and paste it: every error has its line and column, and plain words."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, NoReturn

from gemini.api.surrogates import whole
from gemini.structured.finding import Finding, JsonSchema, Path, Reading, short
from gemini.structured.openapi import from_openapi

LONGEST = 1_000_000
"""Characters of text that are read; a schema has thousands."""

_COMMA = "There is a comma too many before the closing bracket."

# json's own messages, by how they begin, in words that say what to do.
_PLAIN = (
    ("Expecting ',' delimiter", "A comma or a closing bracket is missing before this."),
    ("Expecting ':' delimiter", "A colon is missing between the name and its value."),
    ("Expecting property name", "A name in double quotes should stand here."),
    ("Illegal trailing comma", _COMMA),
    ("Expecting value", "A value should stand here."),
    ("Unterminated string", "The text that starts here has no closing double quote."),
    ("Invalid control character", "A line break or tab inside a text is written \\n or \\t."),
    ("Invalid \\", "A backslash inside a text is written twice, \\\\."),
    ("Extra data", "The schema ends before this; only one may be given."),
)
# What people write out of habit, by the characters at the error.
_HABITS = (
    ("'", 'JSON uses double quotes, ", not single ones.'),
    ("“", 'This is a typographic quote; JSON uses the plain one, ".'),
    ("”", 'This is a typographic quote; JSON uses the plain one, ".'),
    ("//", "JSON has no comments."),
    ("/*", "JSON has no comments."),
    ("#", "JSON has no comments."),
    ("True", "JSON writes true in lower case."),
    ("False", "JSON writes false in lower case."),
    ("None", "JSON writes null."),
    ("}", "A value is missing before this bracket."),
    ("]", "A value is missing before this bracket."),
)


class TextPosition(NamedTuple):
    """Line and column, both from 1."""

    line: int
    column: int


def parse_json(text: str) -> tuple[Any, Finding | None]:
    """The value of a JSON text, or None and what is wrong with it. Never raises.

    Strict where silence would lose something: a name given twice, NaN and Infinity are errors.
    """
    text = unfenced(text)
    if len(text) > LONGEST:
        return None, Finding(f"The text is longer than {LONGEST} characters.", line=1, column=1)
    if not text.strip():
        return None, Finding("There is nothing here yet.", line=1, column=1)
    try:
        value = whole(json.loads(text, parse_constant=_no_constant))
    except json.JSONDecodeError as error:
        return None, _plain(text, error)
    except RecursionError:
        return None, Finding("The text is nested too deeply.", line=1, column=1)
    except ValueError as error:
        words = ("NaN", "Infinity", "-Infinity")
        at = next((at for part, at in _tokens(text) if part in words), TextPosition(1, 1))
        return None, Finding(f"{error}.", (), *at)
    places, twice = _positions(text)
    if twice:
        reason = f"“{twice[0][-1]}” is there twice; only one of them can count."
        return None, Finding(reason, twice[0], *places[twice[0]])
    return value, None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} isn't a JSON number")


def _plain(text: str, error: json.JSONDecodeError) -> Finding:
    at, message = error.pos, error.msg
    rest, before = text[at:], text[:at].rstrip()
    reason = next((said for start, said in _PLAIN if message.startswith(start)), f"{message}.")
    if not rest.strip():
        reason = "The text ends before it is complete: a closing bracket is missing."
    elif rest[0] in "}]" and before.endswith(","):
        # Python 3.13 points at the comma, earlier ones at the bracket: the comma is the slip.
        at, reason = len(before) - 1, _COMMA
    elif message.startswith("Expecting ','") and rest[0] in "}]":
        reason = "This bracket doesn't match the one that was opened."
    elif not message.startswith(("Unterminated", "Invalid")):
        reason = next((said for start, said in _HABITS if rest.startswith(start)), reason)
    return Finding(reason, line=text.count("\n", 0, at) + 1, column=at - text.rfind("\n", 0, at))


def read_text(text: str) -> Reading:
    """A schema from its JSON text; `Reading.errors` carry line and column from 1."""
    value, error = parse_json(text)
    if error:
        return Reading(None, (error,))
    if not isinstance(value, dict):
        reason = f"A schema is an object, {{…}}; this is {short(value)}."
        return Reading(None, (Finding(reason, line=1, column=1),))
    if (converted := from_openapi(value)) is not None:
        note = Finding("Read as OpenAPI's spelling: types in capitals, nullable.")
        return Reading(converted, notes=(note,))
    return Reading(value)


def write_text(schema: JsonSchema) -> str:
    """The schema as JSON text, indented by two, in its own order."""
    return json.dumps(schema, indent=2, ensure_ascii=False)


def unfenced(text: str) -> str:
    """What stands in code fences, at the lines where it stood; `text` itself if there are none.

    A fence that isn't closed ends with the text.
    """
    lines: list[str] = []
    fences = 0
    for line in text.splitlines():
        fence = line.lstrip().startswith("```")
        fences += fence
        lines.append(line if fences % 2 and not fence else "")
    return "\n".join(lines) if fences else text


def positions(text: str) -> dict[Path, TextPosition]:
    """Where each value of a valid JSON text stands: a property where its name does."""
    return _positions(unfenced(text))[0]


def placed(finding: Finding, places: Mapping[Path, TextPosition], path: Path) -> Finding:
    """The finding with the line of `path`, or of the nearest part around it that has one."""
    while path and path not in places:
        path = path[:-1]
    return Finding(finding.reason, finding.path, *places[path]) if path in places else finding


def place(text: str, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings of `check` with line and column in the text the schema was read from."""
    value, error = parse_json(text)
    if error or not isinstance(value, dict):
        return findings
    places = positions(text)
    return tuple(placed(finding, places, finding.path) for finding in findings)


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


def _tokens(text: str) -> Iterator[tuple[str, TextPosition]]:
    """Brackets, commas, colons, strings and bare words, in order."""
    line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for match in _TOKEN.finditer(text):
        line = bisect_right(line_starts, match.start())
        yield match.group(), TextPosition(line, match.start() - line_starts[line - 1] + 1)


def _positions(text: str) -> tuple[dict[Path, TextPosition], list[Path]]:
    """Where each value stands, and the names that are given twice, at their second place."""
    places: dict[Path, TextPosition] = {}
    twice: list[Path] = []
    slots: list[Any] = [()]  # for the next value of all that is open; None: for a name
    for part, at in _tokens(text):
        *around, step = slots[-1] or (0,)
        if part in "}]":
            slots.pop()
        elif part == ",":
            slots[-1] = (*around, step + 1 if isinstance(step, int) else None)
        elif step is None:
            slots[-1] = path = (*around, json.loads(part))
            twice += [path] if path in places else []
            places[path] = at
        elif part != ":":
            slot: Any = slots[-1]
            places.setdefault(slot, at)
            if part in "{[":
                slots.append((*slot, None if part == "{" else 0))
    return places, twice
