"""Partial responses: `?fields=models(name,version),nextPageToken` or the header X-Goog-FieldMask.

Syntax: https://developers.google.com/workspace/drive/api/guides/fields-parameter (paths by `.` or
`/`, groups in brackets, `*` for all), as every API of Google takes it.
"""

import re
from typing import Any

from pydantic.alias_generators import to_camel
from starlette.requests import Request

from emulator.errors import invalid_argument

Mask = dict[str, "Mask"]
"""The fields to keep, each with those to keep of it; an empty one keeps all."""

_TOKEN = re.compile(r"[\w$-]+|\*|[,./()]", re.ASCII)
_LONGEST = 2_000  # characters
_DEEPEST = 20


def of_request(request: Request) -> Mask:
    """The mask a request asks for; {} for none. Raises ApiError 400 for one that can't be read."""
    query = request.query_params
    header = request.headers.get("x-goog-fieldmask", "")
    text = query.get("fields") or query.get("$fields") or header
    return parse(text) if text.strip() else {}


def parse(text: str) -> Mask:
    """The mask that is written as `text`. Raises ApiError 400."""
    squeezed = "".join(text.split())
    tokens = _TOKEN.findall(squeezed)
    if len(text) > _LONGEST or "".join(tokens) != squeezed:
        raise _invalid(text)
    mask: Mask = {}
    if _read(tokens, 0, mask, 0) != len(tokens):
        raise _invalid(text)
    return mask


def masked(value: Any, mask: Mask) -> Any:
    """`value` with the fields in `mask` alone; of a list, each item so."""
    if not mask:
        return value
    if isinstance(value, list):
        return [masked(item, mask) for item in value]
    if not isinstance(value, dict):
        return value
    everything = mask.get("*")
    result = {}
    for name, item in value.items():
        inner = mask.get(name, everything)
        if inner is not None:
            result[name] = masked(item, inner)
    return result


def _read(tokens: list[str], place: int, into: Mask, depth: int) -> int:
    """Reads `a.b,c(d,e)` from `place` on; the place behind it."""
    if depth > _DEEPEST:
        raise _invalid("".join(tokens))
    while True:
        mask = into
        while True:
            if place >= len(tokens) or not re.fullmatch(r"[\w$-]+|\*", tokens[place]):
                raise _invalid("".join(tokens))
            name = tokens[place] if tokens[place] == "*" else to_camel(tokens[place])
            mask = mask.setdefault(name, {})
            place += 1
            if place < len(tokens) and tokens[place] in "./":
                place += 1
                continue
            break
        if place < len(tokens) and tokens[place] == "(":
            place = _read(tokens, place + 1, mask, depth + 1)
            if place >= len(tokens) or tokens[place] != ")":
                raise _invalid("".join(tokens))
            place += 1
        if place >= len(tokens) or tokens[place] != ",":
            return place
        place += 1


def _invalid(text: str) -> Exception:
    return invalid_argument(f"Invalid field mask: {text[:200]}")
