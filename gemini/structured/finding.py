"""What is found while reading, checking or validating: a place and a plain sentence."""

import json
import re
from dataclasses import dataclass
from typing import Any

from gemini.format import shortened

JsonSchema = dict[str, Any]
Path = tuple[str | int, ...]
"""Keys and indexes from the root down, of a value or of a schema: ("items", 2, "price")."""

TYPE_OF: dict[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    list: "array",
    dict: "object",
    type(None): "null",
}
"""JSON Schema's names for the types of plain data."""

_PLAIN_NAME = re.compile(r"[^\W\d]\w*")


def path_text(path: Path) -> str:
    """A path as JSONPath (RFC 9535), the root as `$`: `$.items[2].price`, `$['odd name']`."""
    text = "$"
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN_NAME.fullmatch(step):
            text += f".{step}"
        else:
            escaped = step.replace("\\", "\\\\").replace("'", "\\'")
            text += f"['{escaped}']"
    return text


def short(value: object, limit: int = 60) -> str:
    """A value as JSON for a sentence, cut with an ellipsis after `limit` characters."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = repr(value)
    return shortened(text, limit)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell the user.

    `path` leads to it from the root of the schema or value; `line` and `column` count from 1 and
    are set where there is a source text (in a table of fields, `line` is the row).
    """

    reason: str
    path: Path = ()
    line: int | None = None
    column: int | None = None

    @property
    def where(self) -> str:
        """The path as JSONPath."""
        return path_text(self.path)


@dataclass(frozen=True, slots=True)
class Reading:
    """A schema read from one of its four sources (table, text, example, Pydantic).

    `schema` is None when there are `errors`. `notes` say what was left out or assumed on the way.
    """

    schema: JsonSchema | None
    errors: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
