"""What jsonschema finds wrong, as sentences in plain words."""

from collections.abc import Callable
from typing import Any

from jsonschema.exceptions import ValidationError

from gemini.structured.finding import short

_PLURAL = {"item": "items", "character": "characters", "property": "properties"}
_MANY = 8  # allowed values named in a sentence before it only counts them


def _a(name: str) -> str:
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def type_names(types: Any) -> str:
    """The schema's type or types for a sentence: "a string or null"."""
    names = types if isinstance(types, list) else [types]
    return " or ".join("null" if name == "null" else _a(str(name)) for name in names)


def _is(value: object) -> str:
    """What a value is, in JSON Schema's terms: `the string "12"`."""
    if value is None or isinstance(value, bool):
        return short(value)
    if isinstance(value, str):
        return f"the string {short(value)}"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    return f"the number {short(value)}"


def _type(error: ValidationError) -> str:
    return f"should be {type_names(error.validator_value)}, but is {_is(error.instance)}."


def _enum(error: ValidationError) -> str:
    allowed: Any = error.validator_value
    if len(allowed) > _MANY:
        return f"{short(error.instance)} is none of the {len(allowed)} allowed values."
    listed = ", ".join(short(value) for value in allowed)
    return f"{short(error.instance)} is none of the allowed values: {listed}."


def _const(error: ValidationError) -> str:
    return f"should be {short(error.validator_value)}, but is {_is(error.instance)}."


def _required(error: ValidationError) -> str:
    # jsonschema gives one error a missing name, and says which only in its message.
    present: Any = error.instance
    names: Any = error.validator_value
    missing = [name for name in names if name not in present]
    name = next((name for name in missing if error.message.startswith(repr(name))), missing[0])
    return f"“{name}” is required and missing."


def _extra(error: ValidationError) -> str:
    known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
    instance: Any = error.instance
    extra = [f"“{name}”" for name in instance if name not in known]
    return f"has more than the schema allows: {', '.join(extra[:_MANY])}."


def _alternatives(error: ValidationError) -> str:
    """Names the alternative that came closest: the one whose first violation lies deepest."""
    count = len(error.context or [])
    if not count:
        return "fits more than one of the alternatives; exactly one is allowed."
    closest = max(error.context or [], key=lambda item: len(item.path))
    steps = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in closest.path)
    place = f"{steps.lstrip('.')} " if steps else "it "
    return f"fits none of the alternatives; the closest: {place}{reason(closest)}"


def _count(what: str, bound: str) -> Callable[[ValidationError], str]:
    def sentence(error: ValidationError) -> str:
        size = len(error.instance) if isinstance(error.instance, (str, list, dict)) else 0
        word = what if size == 1 else _PLURAL[what]
        return f"has {size} {word}, should have {bound} {error.validator_value}."

    return sentence


def _number(relation: str) -> Callable[[ValidationError], str]:
    return lambda error: f"{short(error.instance)} should be {relation} {error.validator_value}."


_SENTENCES: dict[str, Callable[[ValidationError], str]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda error: (
        f"should be {short(error.validator_value)}, but is {_is(error.instance)}."
    ),
    "required": _required,
    "unevaluatedProperties": _extra,
    "anyOf": _alternatives,
    "oneOf": _alternatives,
    "minItems": _count("item", "at least"),
    "maxItems": _count("item", "at most"),
    "minLength": _count("character", "at least"),
    "maxLength": _count("character", "at most"),
    "minProperties": _count("property", "at least"),
    "maxProperties": _count("property", "at most"),
    "minimum": _number("at least"),
    "maximum": _number("at most"),
    "exclusiveMinimum": _number("more than"),
    "exclusiveMaximum": _number("less than"),
    "multipleOf": _number("a multiple of"),
    "uniqueItems": lambda _: "has an item twice; each should be there once.",
    "format": lambda error: f"{short(error.instance)} isn't a valid {error.validator_value}.",
    "pattern": lambda error: error.message,
}


def reason(error: ValidationError) -> str:
    """One violation as a sentence without its path."""
    if error.schema is False:
        return "nothing is allowed here."
    sentence = _SENTENCES.get(str(error.validator))
    return sentence(error) if sentence else f"{error.message}."
