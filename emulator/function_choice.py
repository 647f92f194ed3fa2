"""Which functions a message asks for, at once or one after the other, and with what arguments.

Which function a part of a message is about is decided by the words they share, because a small
model chooses no better than chance. "Then" makes a call wait for the results of those before it.

The schema of a function is narrowed to what was said, so that the model makes up less: values that
the words leave no doubt about are fixed (`const`), optional parameters that nobody spoke of are
left out.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from emulator.engines import Function
from emulator.engines.instance import plain_numbers
from emulator.functions import FunctionPlan, nearest, spoken_words

_THEN = re.compile(r"[\s,;.]*\b(?:and\s+)?(?:then|after that|afterwards)\b[\s,:]*", re.IGNORECASE)
_STATE = r"[A-Z]{2,3}\b"  # "San Francisco, CA" is one place
_AND = re.compile(
    rf"(?:,\s*and\s+|,\s+(?!{_STATE})|(?<=[A-Z]{{2}}),\s+|\s+and\s+|(?<=[.?!;])\s+(?:and\s+)?)"
    r"(?:also\s+)?"
)
_NAME = rf"[^\W\d_a-z][\w'-]*(?: [^\W\d_a-z][\w'-]*)*(?:, {_STATE})?"
_NAME_AT_END = re.compile(rf"{_NAME}(?=[.?!]*$)")
_ITEM = re.compile(rf"(?:in |at |for |of )?(?P<name>{_NAME})(?P<end>[.?!]*)")
MOST = 8  # calls at once


@dataclass(frozen=True)
class FunctionChoice:
    """A function to call, and the words of the message that are about it."""

    function: Function
    text: str


def choose(functions: FunctionPlan, message: str) -> list[list[FunctionChoice]]:
    """The choices by stages: those of a stage go out together. [] where it is about no function.

    "The weather in Paris and Rome" is two choices, each in a sentence of its own. Where a call is
    forced and none is spoken of, it is the likeliest one, for the whole message.
    """
    stages = [_stage(functions, part) for part in _THEN.split(message) if part.strip()]
    used = [stage[:MOST] for stage in stages if stage]
    if len(used) == 1 and len(used[0]) == 1:
        used = [
            [FunctionChoice(used[0][0].function, message)]
        ]  # a single one: nothing is taken from it
    if not used and functions.forced and (function := nearest(functions, message, forced=True)):
        return [[FunctionChoice(function, message)]]
    return used


def uncalled(
    functions: FunctionPlan, called: Collection[str], message: str
) -> FunctionChoice | None:
    """A function not called yet, for when a call is forced and all that was asked for was called.

    Without one that the message is about, it is the last declared: agents put there the one that
    ends their loop. None where all were called.
    """
    left = tuple(f for f in reversed(functions.functions) if f.name not in called)
    if not left:
        return None
    function = nearest(replace(functions, functions=left), message, forced=True)
    return FunctionChoice(function, message) if function else None


def _stage(functions: FunctionPlan, text: str) -> list[FunctionChoice]:
    """The choices in one part of a message, in their order.

    A piece that is about no function belongs to the choice before it, or lists one more thing.
    """
    choices: list[FunctionChoice] = []
    before = ""
    for piece in _AND.split(text):
        function = nearest(functions, piece)
        if function is not None:
            choices.append(FunctionChoice(function, f"{before} {piece}".strip()))
            before = ""
        elif not choices:
            before = f"{before} {piece}".strip()
        elif (another := _with_item(choices[-1].text, piece)) is not None:
            choices.append(FunctionChoice(choices[-1].function, another))
        else:
            choices[-1] = FunctionChoice(choices[-1].function, f"{choices[-1].text} and {piece}")
    if not choices and (function := nearest(functions, text)) is not None:
        choices = [FunctionChoice(function, text)]
    return list({(choice.function.name, choice.text): choice for choice in choices}.values())


def _with_item(text: str, piece: str) -> str | None:
    """The text with the name at its end replaced by that of a list's next item, if it is one."""
    item = _ITEM.fullmatch(piece.strip())
    if item is None or not _NAME_AT_END.search(text):
        return None
    return _NAME_AT_END.sub(lambda _: item["name"], text.rstrip(".?!")) + item["end"]


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
    text, message = plain_numbers(text), plain_numbers(message)
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
