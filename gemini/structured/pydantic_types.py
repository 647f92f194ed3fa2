"""Type annotations as JSON Schema: `list[str] | None`, `Literal["a", "b"]`, `Annotated[…]`."""

import ast
import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from gemini.structured.finding import TYPE_OF, JsonSchema
from gemini.structured.pydantic_fields import constrained, field_arguments
from gemini.structured.python_syntax import UnreadableError, elements, literal, name_of, source_of

Lookup = Callable[[ast.expr, str], JsonSchema | None]
"""From a name in the source (and its node, for errors) to the schema of that class or alias."""

_DEEPEST = 60


@cache
def _known() -> dict[str, Any]:
    return json.loads(Path(__file__).with_name("python_types.json").read_text("utf-8"))


class TypeReader:
    """Reads annotations; `lookup` knows the source's own classes and aliases.

    `member` gives the value of an enum's member (`Color.RED`), for `Literal` and defaults.
    """

    def __init__(self, lookup: Lookup, member: Callable[[ast.expr], Any]) -> None:
        self._lookup = lookup
        self._member = member
        self._depth = 0

    def read(self, node: ast.expr) -> JsonSchema:
        """The schema of an annotation. Raises UnreadableError for what has none."""
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                raise UnreadableError("The type is nested too deeply.", node)
            return self._read(node)
        finally:
            self._depth -= 1

    def _read(self, node: ast.expr) -> JsonSchema:
        if isinstance(node, ast.Constant):
            return self._constant(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._union(_alternatives(node))
        if isinstance(node, ast.Subscript):
            return self._generic(node)
        if isinstance(node, ast.Call):
            return self._constrained_call(node)
        name = name_of(node)
        schema = self._lookup(node, name) if name else None
        if schema is None:
            schema = copy.deepcopy(_known()["types"].get(name))
        if schema is None:
            raise UnreadableError(f"The type “{source_of(node)}” isn't known here.", node)
        return schema

    def _constant(self, node: ast.Constant) -> JsonSchema:
        if node.value is None:
            return {"type": "null"}
        if not isinstance(node.value, str):
            raise UnreadableError(f"“{source_of(node)}” isn't a type.", node)
        try:
            inner = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise UnreadableError(f"“{source_of(node)}” isn't a type.", node) from error
        for part in ast.walk(inner):  # a type in quotes: its errors are at the quotes
            ast.copy_location(part, node)
        return self.read(inner)

    def _generic(self, node: ast.Subscript) -> JsonSchema:
        name, known = name_of(node), _known()
        arguments = elements(node.slice)
        if name == "Optional":
            return self._union([node.slice, ast.copy_location(ast.Constant(None), node)])
        if name == "Union":
            return self._union(arguments)
        if name == "Literal":
            return self._literal(arguments)
        if name == "Annotated":
            return self._annotated(arguments)
        if name in {"tuple", "Tuple"}:
            return self._tuple(arguments)
        if name in known["lists"]:
            return _array(self.read(node.slice))
        if name in known["sets"]:
            return _array(self.read(node.slice)) | {"uniqueItems": True}
        if name in known["maps"] and len(arguments) == 2:
            return self._map(arguments)
        if name in {"Required", "NotRequired", "Final", "ReadOnly"}:
            return self.read(node.slice)
        raise UnreadableError(f"The type “{source_of(node)}” isn't known here.", node)

    def _map(self, arguments: list[ast.expr]) -> JsonSchema:
        key, value = arguments
        if self.read(key).get("type") != "string":
            raise UnreadableError("The keys of a JSON object are text: dict[str, …].", key)
        return {"type": "object", "additionalProperties": self.read(value) or True}

    def _tuple(self, arguments: list[ast.expr]) -> JsonSchema:
        last = arguments[-1]
        if len(arguments) == 2 and isinstance(last, ast.Constant) and last.value is Ellipsis:
            return _array(self.read(arguments[0]))
        count = len(arguments)
        places = [self.read(argument) for argument in arguments]
        return {"type": "array", "prefixItems": places, "minItems": count, "maxItems": count}

    def _literal(self, arguments: list[ast.expr]) -> JsonSchema:
        values = [self._literal_value(argument) for argument in arguments]
        return enum_schema(list({json.dumps(value): value for value in values}.values()))

    def value(self, node: ast.expr) -> Any:
        """The value of a literal, or of an enum's member. Raises UnreadableError for all else."""
        return self._member(node) if isinstance(node, ast.Attribute) else literal(node)

    def _literal_value(self, node: ast.expr) -> Any:
        value = self.value(node)
        if isinstance(value, (dict, list, float)):
            raise UnreadableError("Literal takes strings, whole numbers, True, False, None.", node)
        return value

    def _annotated(self, arguments: list[ast.expr]) -> JsonSchema:
        schema = self.read(arguments[0])
        for extra in arguments[1:]:
            if isinstance(extra, ast.Call):
                schema = constrained(schema, field_arguments(extra, self.value), extra)
        return schema

    def _constrained_call(self, node: ast.Call) -> JsonSchema:
        """`conint(ge=1)`, `conlist(str, max_length=3)`: Pydantic's older spelling."""
        base = _known()["constrained"].get(name_of(node))
        if base is None:
            raise UnreadableError(f"“{source_of(node)}” isn't a type that can be read.", node)
        schema = copy.deepcopy(_known()["types"][base])
        if node.args:
            schema |= _array(self.read(node.args[0]))
        return constrained(schema, field_arguments(node, self.value), node)

    def _union(self, arguments: list[ast.expr]) -> JsonSchema:
        options: list[JsonSchema] = []
        for argument in arguments:
            schema = self.read(argument)
            nested = schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
            options += [option for option in nested if option not in options]
        null = {"type": "null"}
        plain = [option for option in options if option != null]
        if len(plain) == 1 and len(options) == 2:
            return _nullable(plain[0])
        return {"anyOf": options} if len(options) > 1 else options[0]


def _alternatives(node: ast.expr) -> list[ast.expr]:
    """The sides of `a | b | c`, from left to right."""
    sides: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides.append(node.right)
        node = node.left
    return [node, *reversed(sides)]


def _array(items: JsonSchema) -> JsonSchema:
    return {"type": "array", "items": items} if items else {"type": "array"}


def _nullable(schema: JsonSchema) -> JsonSchema:
    """The schema with null allowed as well: a list of types where it has one type."""
    if not schema:
        return schema
    if not isinstance(schema.get("type"), str):
        return {"anyOf": [schema, {"type": "null"}]}
    nullable = schema | {"type": [schema["type"], "null"]}
    if "enum" in schema:
        nullable["enum"] = [*schema["enum"], None]
    return nullable


def enum_schema(values: list[Any]) -> JsonSchema:
    """An enum with the type of its values, if they have one in common beside null."""
    types = list(dict.fromkeys(TYPE_OF[type(value)] for value in values if value is not None))
    schema: JsonSchema = {"enum": values}
    if len(types) == 1:
        schema = {"type": [types[0], "null"] if None in values else types[0]} | schema
    return schema
