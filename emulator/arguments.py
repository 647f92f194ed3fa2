"""A function's schema narrowed to what was said, so that a small model makes up less.

Values that the words leave no doubt about are fixed (`const`); optional parameters that nobody
spoke of are left out. The engine writes the rest.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from emulator.engines import figures
from emulator.functions import spoken_words

_NUMBER = r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\d)"
LONGEST_TEXT = 80  # characters
_WORD = r"°?[^\W\d_][\w/-]*"
_NUMERIC = ("integer", "number")
_PREPOSITIONS = ("from", "to")


def narrowed(
    schema: dict[str, Any], text: str, message: str, results: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The schema of the arguments for a call that `text`, a part of `message`, is about.

    `results` are what functions returned since the question was asked, the latest last. A schema
    whose properties aren't plain is given back as it is.
    """
    text, message = figures.plain(text), figures.plain(message)
    properties = schema.get("properties")
    if not properties or "$ref" in repr(schema):
        return schema
    required = list(schema.get("required", []))
    said = spoken_words(message)
    if required:
        properties = {
            name: field
            for name, field in properties.items()
            if name in required or spoken_words(name) & said
        }
    fixed = {
        name: _fixed(name, field, text, message, results) for name, field in properties.items()
    }
    _fix_numbers(fixed, required, text)
    return schema | {"properties": {name: _short(field) for name, field in fixed.items()}}


def _fixed(
    name: str,
    field: dict[str, Any],
    text: str,
    message: str,
    results: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The field, fixed where a result, a number beside its name, or a word of its enum says it."""
    for result in reversed(results):
        if name in result and _suits(result[name], field):
            return {"const": result[name]}
    if field.get("type") in _NUMERIC:
        for source in (text, message):
            if (number := _number_beside(name, source)) is not None and _suits(number, field):
                return {"const": number}
    if (word := _after_preposition(name, text)) and _suits(word, field):
        return {"const": word}
    if field.get("enum"):
        said = spoken_words(text)
        spoken = [value for value in field["enum"] if spoken_words(str(value)) & said]
        if len(spoken) == 1:
            return {"const": spoken[0]}
    return field


def _short(field: dict[str, Any]) -> dict[str, Any]:
    """A free text of bounded length: a small model may not find its end."""
    free = field.get("type") == "string" and not {"enum", "format", "maxLength"} & set(field)
    return field | {"maxLength": LONGEST_TEXT} if free else field


def _number_beside(name: str, text: str) -> float | int | None:
    """`3` in "for 3 nights" or "nights: 3", for the parameter `nights`."""
    for word in sorted(spoken_words(name)):
        pattern = rf"({_NUMBER})\s+{word}s?\b|\b{word}s?\b\s*(?:of|to|at|is|[:=])?\s*({_NUMBER})"
        if match := re.search(pattern, text, re.IGNORECASE):
            return _number(match[1] or match[2])
    return None


def _after_preposition(name: str, text: str) -> str:
    """`kilometers` in "26 miles to kilometers", for the parameter `to_unit`."""
    first = name.partition("_")[0].lower()
    if first not in _PREPOSITIONS:
        return ""
    match = re.search(rf"\b{first}\s+({_WORD})", text, re.IGNORECASE)
    if match is None and first == "from":  # "26 miles to kilometers"
        match = re.search(rf"\d\s*({_WORD})\s+(?:in)?to\b", text, re.IGNORECASE)
    return match[1] if match else ""


def _fix_numbers(fixed: dict[str, dict[str, Any]], required: Sequence[str], text: str) -> None:
    """As many numbers in the text as there are left to fill: each has its place."""
    left = [n for n in required if fixed.get(n, {}).get("type") in _NUMERIC]
    taken = [field["const"] for field in fixed.values() if "const" in field]
    numbers = [number for n in re.findall(_NUMBER, text) if (number := _number(n)) not in taken]
    if len(numbers) != len(left):
        return
    for name, number in zip(left, numbers, strict=True):
        if _suits(number, fixed[name]):
            fixed[name] = {"const": number}


def _number(text: str) -> float | int:
    value = float(text)
    return int(value) if value.is_integer() else value


def _suits(value: Any, field: dict[str, Any]) -> bool:
    """Whether a value may stand in a plain field."""
    if field.get("enum"):
        return value in field["enum"]
    kind = field.get("type")
    if kind not in _NUMERIC:
        return kind == "string" and isinstance(value, str)
    if isinstance(value, bool) or not isinstance(value, int if kind == "integer" else int | float):
        return False
    return field.get("minimum", value) <= value <= field.get("maximum", value)
