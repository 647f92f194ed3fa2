"""A body into a message, or the API's own words on what is wrong with it.

The API answers a body it can't read with one line a mistake, and the same again as a
google.rpc.BadRequest, with paths in snake_case: `generation_config.thinking_config`.
"""

import json
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from emulator.errors import ApiError, Violation, invalid_argument
from emulator.messages.base import Message

M = TypeVar("M", bound=Message)

_TYPES = {
    "int": "TYPE_INT32",
    "float": "TYPE_FLOAT",
    "greater": "TYPE_INT32",
    "less": "TYPE_INT32",
    "finite": "TYPE_FLOAT",
    "string": "TYPE_STRING",
    "bool": "TYPE_BOOL",
    "bytes": "TYPE_BYTES",
}
_MOST_VIOLATIONS = 10


def read_message(message: type[M], body: dict[str, Any]) -> M:
    """`body` as `message`. Raises ApiError 400 with every mistake and its path (at most ten)."""
    try:
        return message.model_validate(body)
    except ValidationError as error:
        raise _in_api_words(error, message) from error
    except RecursionError as error:
        raise invalid_argument("Message too deep. Max recursion depth reached.") from error


def _in_api_words(error: ValidationError, message: type[Message]) -> ApiError:
    mistakes = error.errors(include_url=False)[:_MOST_VIOLATIONS]
    violations = [_violation(mistake, message) for mistake in mistakes]
    return invalid_argument("\n".join(v.description for v in violations), *violations)


def _violation(mistake: ErrorDetails, message: type[Message]) -> Violation:
    path = field_path(mistake["loc"])
    kind = mistake["type"]
    if kind == "extra_forbidden":
        parent, name = field_path(mistake["loc"][:-1]), str(mistake["loc"][-1])
        where = f" at '{parent}'" if parent else ""
        text = f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'
        return Violation(parent, text)
    if kind == "missing":
        return Violation(path, f"{message.__name__}.{path}: required field is missing")
    shown = _shown(mistake["input"])
    if kind == "bytes_type":
        return Violation(path, f"Invalid value at '{path}' (TYPE_BYTES), Base64 decoding failed")
    if kind == "proto_enum":
        return Violation(path, f"Invalid value at '{path}' ({mistake['msg']}), {shown}")
    type_name = _TYPES.get(kind.split("_")[0], "")
    if type_name:
        return Violation(path, f"Invalid value at '{path}' ({type_name}), {shown}")
    text = f"Invalid JSON payload received. Wrong kind of value at '{path}': {mistake['msg']}."
    return Violation(path, text)


def field_path(loc: tuple[int | str, ...]) -> str:
    """`("generationConfig", "stopSequences", 2)` as `generation_config.stop_sequences[2]`."""
    path = ""
    for step in loc:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += ("." if path else "") + _snake(step)
    return path


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isascii() and c.isupper() else c for c in name).lstrip("_")


def _shown(value: Any) -> str:
    """The wrong value as JSON, cut short: a body may hold megabytes."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= 100 else text[:97] + "..."
