"""What `Field(…)` and its like say about a field, as keywords of JSON Schema."""

import ast
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gemini.structured.finding import JsonSchema
from gemini.structured.python_syntax import UnreadableError, name_of

ABOUT = ("title", "description", "examples")
BOUNDS = {
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}
# min_length counts characters, items or properties, by the type it is said of.
LENGTHS = {
    "min_length": {"string": "minLength", "array": "minItems", "object": "minProperties"},
    "max_length": {"string": "maxLength", "array": "maxItems", "object": "maxProperties"},
}
_OLD_NAMES = {"regex": "pattern", "min_items": "min_length", "max_items": "max_length"}
_ALIASES = ("validation_alias", "alias")
# annotated_types: Ge(0), MinLen(1), Len(1, 3) say as a call what Field says as an argument.
_CALLS = {
    "Ge": ("ge",),
    "Gt": ("gt",),
    "Le": ("le",),
    "Lt": ("lt",),
    "MultipleOf": ("multiple_of",),
    "MinLen": ("min_length",),
    "MaxLen": ("max_length",),
    "Len": ("min_length", "max_length"),
}
_READ = {
    *ABOUT,
    *BOUNDS,
    *LENGTHS,
    *_OLD_NAMES,
    *_ALIASES,
    "default",
    "pattern",
    "json_schema_extra",
}


@dataclass(slots=True)
class FieldArguments:
    """The arguments of a call by name, and whether it gives a default (then the field isn't
    required; the default itself may be one that only running the code would tell)."""

    values: dict[str, Any] = field(default_factory=dict)
    has_default: bool = False
    unread: str = ""
    """The name of an argument that should have been read and can't be."""

    @property
    def alias(self) -> str | None:
        """The name the property has in JSON, where it isn't the field's own."""
        named = [self.values[word] for word in _ALIASES if word in self.values]
        return named[0] if named and isinstance(named[0], str) else None


def field_arguments(call: ast.Call, read: Callable[[ast.expr], Any]) -> FieldArguments:
    """What `Field(…)`, `StringConstraints(…)`, `conint(…)`, `Ge(…)` say; `read` gives values."""
    arguments = FieldArguments()
    names = _CALLS.get(name_of(call), ("default",) if name_of(call) == "Field" else ())
    given = [*zip(names, call.args, strict=False), *((k.arg, k.value) for k in call.keywords)]
    for name, node in given:
        if name is None:
            raise UnreadableError("Arguments passed as ** can't be read without running it.", node)
        if name in {"default", "default_factory"}:
            arguments.has_default = not (isinstance(node, ast.Constant) and node.value is Ellipsis)
        if name not in _READ or (name == "default" and not arguments.has_default):
            continue
        try:
            arguments.values[_OLD_NAMES.get(name, name)] = read(node)
        except UnreadableError:
            arguments.unread = name
    return arguments


def constrained(schema: JsonSchema, arguments: FieldArguments, node: ast.AST) -> JsonSchema:
    """The schema with what the arguments say of it; they win over what it says itself.

    Raises UnreadableError for a bound that doesn't go with the type.
    """
    values = arguments.values
    result = dict(schema)
    result |= {name: values[name] for name in ABOUT if values.get(name) is not None}
    for name in ("pattern", *BOUNDS, *LENGTHS):
        if values.get(name) is not None:
            result = _bounded(result, name, values[name], node)
    extra = values.get("json_schema_extra")
    return result | extra if isinstance(extra, dict) else result


def _bounded(schema: JsonSchema, name: str, value: Any, node: ast.AST) -> JsonSchema:
    """One bound, applied to the schema or to those of its alternatives that it fits."""
    if "anyOf" in schema:
        options = [
            _bounded(option, name, value, node) if _keyword(option, name) else option
            for option in schema["anyOf"]
        ]
        return schema | {"anyOf": options}
    keyword = _keyword(schema, name)
    if keyword is None:
        types = json.dumps(schema.get("type", "any"))
        raise UnreadableError(f"“{name}” doesn't apply to the type {types}.", node)
    if name != "pattern" and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise UnreadableError(f"“{name}” should be a number.", node)
    if "integer" in _types(schema) and isinstance(value, int):
        # For whole numbers "more than 0" is "at least 1", which the API takes.
        if keyword == "exclusiveMinimum":
            return schema | {"minimum": value + 1}
        if keyword == "exclusiveMaximum":
            return schema | {"maximum": value - 1}
    return schema | {keyword: value}


def _types(schema: JsonSchema) -> list[str]:
    types = schema.get("type", ["object"] if "$ref" in schema else [])  # a model, by its name
    return types if isinstance(types, list) else [types]


def _keyword(schema: JsonSchema, name: str) -> str | None:
    """The keyword that says `name` of a value of this type, if any does."""
    types = _types(schema)
    if name == "pattern":
        return "pattern" if "string" in types else None
    if name in BOUNDS:
        return BOUNDS[name] if {"integer", "number"} & set(types) else None
    return next((word for kind, word in LENGTHS[name].items() if kind in types), None)
