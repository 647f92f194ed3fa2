"""What a JSON Schema asks for: its smallest value, and numbers that a small model can end."""

import re
from typing import Any

MOST_DIGITS = 15  # what a double keeps of any number, before its point
FRACTION = 0.000_001  # the step of what is behind it
_THOUSANDS = re.compile(r"(?<![\d.,'’])\d{1,3}(?:([,'’])\d{3})(?:\1\d{3})*(?![\d'’])(?!,\d)")
_SCHEMAS = ("properties", "$defs")  # schemas by name
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")


def plain_numbers(text: str) -> str:
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


_FORMATS = {"date-time": "2025-01-01T00:00:00Z", "date": "2025-01-01", "time": "00:00:00Z"}
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]+(?: [A-Z][\w-]+)*(?:, [A-Z]{2,3}\b)?")


def is_plain(schema: dict[str, Any]) -> bool:
    """Whether nothing in it refers to a definition, which might lead back to itself."""
    return "'$ref'" not in repr(schema)


class Instance:
    """Builds a value, always the same one for the same schema and message.

    Numbers and names (capitalised words inside a sentence) are taken from the message in their
    order, where they fit; the rest is 1, "text", true and the first of an enum.
    """

    def __init__(self, message: str = "") -> None:
        self._numbers = [float(n) for n in _NUMBER.findall(plain_numbers(message))]
        self._names = _NAME.findall(message)
        self._definitions: dict[str, Any] = {}
        self._inside = 0

    def build(self, schema: dict[str, Any]) -> Any:
        """A value for `schema`, whose references are to its own `$defs`."""
        self._definitions = schema.get("$defs", {})
        return self._value(schema)

    def _value(self, schema: dict[str, Any]) -> Any:
        if "$ref" in schema:
            return self._defined(schema["$ref"].removeprefix("#/$defs/"))
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][0]
        if schema.get("anyOf"):
            options = schema["anyOf"]
            return self._value(next(filter(is_plain, options), options[0]))
        kind = schema.get("type", "string")
        build = {
            "object": self._object,
            "array": self._array,
            "integer": self._integer,
            "number": self._number,
            "boolean": lambda _: True,
            "null": lambda _: None,
        }.get(kind[0] if isinstance(kind, list) else kind, self._string)
        return build(schema)

    def _defined(self, name: str) -> Any:
        self._inside += 1
        value = self._value(self._definitions[name])
        self._inside -= 1
        return value

    def _object(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Required properties; where none is, those that can't lead back to a definition."""
        properties = schema.get("properties", {})
        plain = [name for name, s in properties.items() if is_plain(s)]
        return {name: self._value(properties[name]) for name in schema.get("required") or plain}

    def _array(self, schema: dict[str, Any]) -> list[Any]:
        fixed = [self._value(item) for item in schema.get("prefixItems", [])]
        items = schema.get("items", {})
        # A definition's own items may be that definition again: a list may end where it begins.
        endless = self._inside > 0 and not is_plain(items)
        usual = 0 if endless else min(1, schema.get("maxItems", 1))
        count = schema.get("minItems", usual)
        return fixed + [self._value(items) for _ in range(count - len(fixed))]

    def _integer(self, schema: dict[str, Any]) -> int:
        return int(-(-self._number(schema) // 1))

    def _number(self, schema: dict[str, Any]) -> float:
        least, most = schema.get("minimum"), schema.get("maximum")
        value = self._numbers.pop(0) if self._numbers else 1.0
        if least is not None:
            value = max(value, least)
        if most is not None:
            value = min(value, most)
        return int(value) if float(value).is_integer() else value

    def _string(self, schema: dict[str, Any]) -> str:
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        text = self._names.pop(0) if self._names else "text"
        text = text.ljust(schema.get("minLength") or 0, "x")
        most = schema.get("maxLength")
        return text if most is None else text[:most]
