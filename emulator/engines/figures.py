"""Numbers: read without their signs for thousands, and kept from running away when written."""

import re
from typing import Any

MOST_DIGITS = 15  # what a double keeps of any number, before its point
FRACTION = 0.000_001  # the step of what is behind it
_THOUSANDS = re.compile(r"(?<![\d.,'’])\d{1,3}(?:([,'’])\d{3})(?:\1\d{3})*(?![\d'’])(?!,\d)")
_SCHEMAS = ("properties", "$defs")  # schemas by name
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")


def plain(text: str) -> str:
    """The text with "1,150" and "1'150" as "1150", as JSON writes it."""
    return _THOUSANDS.sub(lambda match: re.sub(r"[,'’]", "", match[0]), text)


def has_numbers(schema: Any) -> bool:
    """Whether a number is asked for anywhere in a schema."""
    return "'number'" in repr(schema) or "'integer'" in repr(schema)


def bounded(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with ends to every number: a small model may not find that of its digits."""
    changed = dict(schema)
    for name in _SCHEMAS:
        if isinstance(schema.get(name), dict):
            changed[name] = {key: _bounded(value) for key, value in schema[name].items()}
    for name in _LISTS:
        if isinstance(schema.get(name), list):
            changed[name] = [_bounded(value) for value in schema[name]]
    for name in ("items", "additionalProperties"):
        if name in schema:
            changed[name] = _bounded(schema[name])
    kinds = schema.get("type", "")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if not {"number", "integer"} & set(kinds) or "enum" in schema or "const" in schema:
        return changed
    given = [abs(schema[name]) for name in ("minimum", "maximum") if name in schema]
    most = max(10**MOST_DIGITS, *(10 * int(value) for value in given), 0)
    changed = {"minimum": -most, "maximum": most} | changed
    if "number" in kinds and most == 10**MOST_DIGITS:
        changed["multipleOf"] = FRACTION
    return changed


def _bounded(schema: Any) -> Any:
    return bounded(schema) if isinstance(schema, dict) else schema
