"""A schema from an example: what a value like this one would fit."""

import re
from typing import Any

from gemini.structured.finding import TYPE_OF, Finding, JsonSchema, Reading
from gemini.structured.text import parse_json
from gemini.structured.validate import conforms

DEEPEST = 30
"""Levels of nesting that are described; `check` refuses deeper schemas."""

# An enum is a guess, made only from many values that repeat: few kinds, each about three times.
_ENUM_LEAST, _ENUM_KINDS, _ENUM_REPEATS, _ENUM_LENGTH = 9, 6, 3, 24

# Formats the API names for strings (Schema.format) that are told apart with certainty.
_FORMATS = ("date", "date-time", "email")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


def infer(example: Any) -> JsonSchema:
    """The schema of a JSON value.

    All items of a list are merged into one description: a property is required if every object
    has it, integers beside decimals are numbers, null makes a type nullable, different types
    become `anyOf`. The example always fits its schema. What is nested more than 30 levels deep
    is left open.
    """
    return _merged([example], 0)


def infer_text(text: str) -> Reading:
    """The schema of an example given as JSON text; errors carry line and column."""
    value, error = parse_json(text)
    if error:
        return Reading(None, (error,))
    notes: list[Finding] = []
    if isinstance(value, (str, int, float)) or value is None:
        notes.append(Finding("The example is a single value; most schemas describe an object."))
    return Reading(infer(value), notes=tuple(notes))


def _merged(values: list[Any], depth: int) -> JsonSchema:
    """One schema for all `values`; {} for none, which is anything."""
    if depth > DEEPEST:
        return {}
    kinds: dict[str, list[Any]] = {}
    for value in values:
        kinds.setdefault(TYPE_OF[type(value)], []).append(value)
    nullable = kinds.pop("null", None) is not None
    if {"integer", "number"} <= kinds.keys():
        kinds["number"] += kinds.pop("integer")
    schemas = [_of_kind(kind, group, depth) for kind, group in kinds.items()]
    if not schemas:
        return {"type": "null"} if nullable else {}
    if len(schemas) > 1:
        return {"anyOf": [*schemas, *([{"type": "null"}] if nullable else [])]}
    schema = schemas[0]
    if nullable:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"].append(None)
    return schema


def _of_kind(kind: str, values: list[Any], depth: int) -> JsonSchema:
    if kind == "object":
        return _of_objects(values, depth)
    if kind == "array":
        items = _merged([item for value in values for item in value], depth + 1)
        return {"type": "array", "items": items} if items else {"type": "array"}
    return {"type": kind} | (_of_strings(values) if kind == "string" else {})


def _of_objects(objects: list[dict[str, Any]], depth: int) -> JsonSchema:
    """Properties in the order in which they first appear."""
    by_name: dict[str, list[Any]] = {}
    for item in objects:
        for name, value in item.items():
            by_name.setdefault(name, []).append(value)
    schema: JsonSchema = {"type": "object"}
    if by_name:
        schema["properties"] = {n: _merged(values, depth + 1) for n, values in by_name.items()}
    required = [name for name, values in by_name.items() if len(values) == len(objects)]
    if required:
        schema["required"] = required
    return schema


def _of_strings(texts: list[str]) -> JsonSchema:
    for name in _FORMATS:
        if all(_is_of_format(text, name) for text in texts):
            return {"format": name}
    different = list(dict.fromkeys(texts))
    repeats = len(texts) >= max(_ENUM_LEAST, _ENUM_REPEATS * len(different))
    words = all(text and len(text) <= _ENUM_LENGTH for text in different)
    if 2 <= len(different) <= _ENUM_KINDS and repeats and words:
        return {"enum": different}
    return {}


def _is_of_format(text: str, name: str) -> bool:
    return conforms(text, name) and (name != "email" or _EMAIL.fullmatch(text) is not None)
