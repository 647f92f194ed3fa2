"""Schemas for answers and function arguments: read, checked, and put into plain JSON Schema.

A schema steers a grammar while text is made, and a grammar can be far larger than the schema it
comes from: five levels of "at least 100 items" are ten thousand million rules. So what can't be
satisfied, or would explode, is refused here with the path of the field, before any engine sees it.

The keywords taken: https://ai.google.dev/gemini-api/docs/structured-output#json_schema_support.
"""

import re
from typing import Any

from emulator.engines.instance import is_plain
from emulator.errors import invalid_field
from emulator.messages.content import Schema

MAX_DEPTH = 24
MAX_NODES = 500
MAX_ENUM_VALUES = 500
MAX_REPEATS = 1_000  # items, multiplied along the way down
MAX_LENGTH = 1_000  # characters of a string with minLength or maxLength

_CARRIED = ("title", "description", "format", "enum", "const", "required")
_BOUNDS = (("minItems", "maxItems"), ("minimum", "maximum"), ("minLength", "maxLength"))
_TYPES = {"object", "array", "string", "number", "integer", "boolean", "null"}
_DEFINITIONS = ("$defs", "definitions")


def from_openapi(schema: Schema) -> dict[str, Any]:
    """The API's OpenAPI-like `Schema` as JSON Schema: lower-case types, null as a type."""
    out: dict[str, Any] = {}
    if schema.type and schema.type != "TYPE_UNSPECIFIED":
        kind = schema.type.lower()
        out["type"] = [kind, "null"] if schema.nullable else kind
    for name in ("format", "title", "description", "enum", "required", "pattern"):
        if value := getattr(schema, name):
            out[name] = list(value) if isinstance(value, tuple) else value
    for name, key in (
        ("min_items", "minItems"),
        ("max_items", "maxItems"),
        ("minimum", "minimum"),
        ("maximum", "maximum"),
        ("min_length", "minLength"),
        ("max_length", "maxLength"),
        ("additional_properties", "additionalProperties"),
    ):
        if (value := getattr(schema, name)) is not None:
            out[key] = value
    if schema.items is not None:
        out["items"] = from_openapi(schema.items)
    if schema.properties:
        out["properties"] = {n: from_openapi(s) for n, s in schema.properties.items()}
        out["propertyOrdering"] = list(schema.property_ordering)
    if schema.any_of:
        out["anyOf"] = [from_openapi(option) for option in schema.any_of]
    if schema.ref:
        out["$ref"] = schema.ref
    if schema.defs:
        out["$defs"] = {n: from_openapi(s) for n, s in schema.defs.items()}
    return out


def checked(schema: Any, path: str) -> dict[str, Any]:
    """`schema` with the keywords an engine understands, and nothing that could harm it.

    Raises ApiError 400 naming the field, `path` being where the schema stands in the request.
    """
    return _SchemaReader(schema, path).read()


class _SchemaReader:
    """Walks one schema. Counts its nodes, and keeps its definitions at the top."""

    def __init__(self, schema: Any, path: str) -> None:
        self._schema = schema
        self._path = path
        self._nodes = 0
        self._definitions: dict[str, Any] = {}

    def read(self) -> dict[str, Any]:
        if not isinstance(self._schema, dict):
            raise invalid_field(self._path, "must be a schema, which is a JSON object.")
        for word in _DEFINITIONS:
            child = self._schema.get(word, {})
            if not isinstance(child, dict):
                raise invalid_field(f"{self._path}.{word}", "must be an object of schemas.")
            self._definitions |= {f"#/{word}/{name}": s for name, s in child.items()}
        cleaned = self._clean(self._schema, self._path, 0, 1)
        self._definitions = {
            ref: self._clean(schema, f"{self._path}.{ref[2:]}", 1, 1)
            for ref, schema in self._definitions.items()
        }
        definitions = {_definition_name(ref): s for ref, s in self._definitions.items()}
        self._definitions = {f"#/$defs/{name}": s for name, s in definitions.items()}
        self._least(cleaned, self._path, ())
        return cleaned | ({"$defs": definitions} if definitions else {})

    def _clean(self, schema: Any, path: str, depth: int, repeats: int) -> dict[str, Any]:
        self._nodes += 1
        if isinstance(schema, bool):
            return {}
        if not isinstance(schema, dict):
            raise invalid_field(path, "must be a schema, which is a JSON object.")
        if depth > MAX_DEPTH:
            raise invalid_field(path, f"nested deeper than {MAX_DEPTH} levels.")
        if self._nodes > MAX_NODES:
            raise invalid_field(self._path, f"more than {MAX_NODES} schemas in it.")
        if "$ref" in schema:
            return {"$ref": "#/$defs/" + _definition_name(self._reference(schema, path))}
        _check_values(schema, path)
        out = {key: schema[key] for key in _CARRIED if key in schema}
        out |= _typed(schema, path)
        for low, high in _BOUNDS:
            out |= {key: schema[key] for key in (low, high) if schema.get(key) is not None}
        out |= self._array(schema, path, depth, repeats)
        out |= self._object(schema, path, depth, repeats)
        for union in ("anyOf", "oneOf"):
            if union in schema:
                out["anyOf"] = self._options(schema[union], f"{path}.{union}", depth, repeats)
                out.pop("type", None)
        return out

    def _array(self, schema: dict[str, Any], path: str, depth: int, repeats: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        most = schema.get("maxItems", schema.get("minItems")) or 1
        if repeats * most > MAX_REPEATS:
            raise invalid_field(path, f"more than {MAX_REPEATS} items in all are too many.")
        if "items" in schema:
            out["items"] = self._clean(
                schema["items"], f"{path}.items", depth + 1, repeats * max(most, 1)
            )
        if "prefixItems" in schema:
            out["prefixItems"] = self._options(
                schema["prefixItems"], f"{path}.prefixItems", depth, repeats
            )
        return out

    def _object(
        self, schema: dict[str, Any], path: str, depth: int, repeats: int
    ) -> dict[str, Any]:
        properties, more = schema.get("properties"), schema.get("additionalProperties")
        if isinstance(more, dict):
            more = self._clean(more, f"{path}.additionalProperties", depth + 1, repeats)
        elif more is not None and not isinstance(more, bool):
            raise invalid_field(f"{path}.additionalProperties", "must be a schema, true or false.")
        if properties is None:
            return {} if more is None else {"additionalProperties": more}
        if not isinstance(properties, dict):
            raise invalid_field(f"{path}.properties", "must be an object of schemas.")
        for name in schema.get("required", []):
            if name not in properties:
                raise invalid_field(f"{path}.required", f"property is not defined: {name!r}.")
        order = [n for n in schema.get("propertyOrdering") or [] if n in properties]
        names = [*order, *(n for n in properties if n not in order)]
        cleaned = {
            name: self._clean(properties[name], f"{path}.properties[{name}]", depth + 1, repeats)
            for name in names
        }
        return {"properties": cleaned, "additionalProperties": more or False}

    def _options(self, options: Any, path: str, depth: int, repeats: int) -> list[dict[str, Any]]:
        if not isinstance(options, list) or not options:
            raise invalid_field(path, "must be a list of at least one schema.")
        return [
            self._clean(option, f"{path}[{i}]", depth + 1, repeats)
            for i, option in enumerate(options)
        ]

    def _reference(self, schema: dict[str, Any], path: str) -> str:
        ref = schema["$ref"]
        if not isinstance(ref, str) or ref not in self._definitions:
            raise invalid_field(f"{path}.$ref", f"reference to {ref!r}, which is not in $defs.")
        return ref

    def _least(self, schema: Any, path: str, inside: tuple[str, ...]) -> int:
        """How many values the smallest answer has. Raises ApiError when there is no end of them.

        Follows references, which `_clean` doesn't; `inside` are those on the way here.
        """
        if not isinstance(schema, dict):
            return 1
        if len(inside) > MAX_DEPTH:
            raise invalid_field(path, f"nested deeper than {MAX_DEPTH} levels.")
        if "$ref" in schema:
            ref = self._reference(schema, path)
            if ref in inside:
                message = f"endless: {ref} requires itself. Leave it out of `required`."
                raise invalid_field(path, message)
            return self._least(self._definitions[ref], path, (*inside, ref))
        return self._least_within(schema, path, inside)

    def _least_within(self, schema: dict[str, Any], path: str, inside: tuple[str, ...]) -> int:
        size = 1
        properties = schema.get("properties", {})
        for name in schema.get("required", []):
            size += self._least(properties.get(name), f"{path}.properties[{name}]", inside)
        for i, item in enumerate(schema.get("prefixItems", [])):
            size += self._least(item, f"{path}.prefixItems[{i}]", inside)
        if schema.get("minItems"):
            each = self._least(schema.get("items"), f"{path}.items", inside)
            size += schema["minItems"] * each
        if schema.get("anyOf"):
            options = schema["anyOf"]
            chosen = next(filter(is_plain, options), options[0])
            size += self._least(chosen, f"{path}.anyOf", inside)
        if size > MAX_REPEATS:
            raise invalid_field(path, f"an answer of more than {MAX_REPEATS} values.")
        return size


def _definition_name(ref: str) -> str:
    """The definition's name, slashes and the like replaced: a grammar's names are plain."""
    return re.sub(r"[^\w-]", "_", ref.split("/", 2)[-1])


def _check_values(schema: dict[str, Any], path: str) -> None:
    """Keywords of the right type, and bounds that leave something in between."""
    for low, high in _BOUNDS:
        for key in (low, high):
            _check_number(schema.get(key), f"{path}.{key}", whole=key not in ("minimum", "maximum"))
        least, most = schema.get(low), schema.get(high)
        if least is not None and most is not None and least > most:
            raise invalid_field(f"{path}.{low}", f"{low} {least} is above {high} {most}.")
    for key in ("minLength", "maxLength"):
        if (schema.get(key) or 0) > MAX_LENGTH:
            raise invalid_field(f"{path}.{key}", f"above {MAX_LENGTH}.")
    if "enum" in schema:
        values = schema["enum"]
        if not isinstance(values, list) or not values:
            raise invalid_field(f"{path}.enum", "must be a list of at least one value.")
        if len(values) > MAX_ENUM_VALUES:
            raise invalid_field(f"{path}.enum", f"more than {MAX_ENUM_VALUES} values.")
    for key in ("required", "propertyOrdering"):
        names = schema.get(key, [])
        if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
            raise invalid_field(f"{path}.{key}", "must be a list of property names.")
    _check_texts(schema, path)


def _check_texts(schema: dict[str, Any], path: str) -> None:
    for key in ("format", "title", "description"):
        if not isinstance(schema.get(key, ""), str):
            raise invalid_field(f"{path}.{key}", "must be a text.")
    if schema.get("pattern"):
        raise invalid_field(
            f"{path}.pattern",
            "regular expressions are not supported by the emulator; use enum or format.",
        )


def _check_number(value: Any, path: str, *, whole: bool) -> None:
    if value is None:
        return
    kinds = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise invalid_field(path, "must be a whole number." if whole else "must be a number.")
    if whole and value < 0:
        raise invalid_field(path, "must be at least 0.")
    if abs(value) > 2**53:
        raise invalid_field(path, "beyond what JSON numbers hold exactly (2^53).")


def _typed(schema: dict[str, Any], path: str) -> dict[str, Any]:
    kind = schema.get("type")
    if kind is None:
        return {"type": "object"} if "properties" in schema else {}
    kinds = kind if isinstance(kind, list) else [kind]
    if not kinds or not all(isinstance(k, str) and k.lower() in _TYPES for k in kinds):
        raise invalid_field(f"{path}.type", f"must be one of {', '.join(sorted(_TYPES))}.")
    lower = [k.lower() for k in kinds]
    _require_parts(schema, lower, path)
    return {"type": lower if isinstance(kind, list) else lower[0]}


def _require_parts(schema: dict[str, Any], kinds: list[str], path: str) -> None:
    if "array" in kinds and "items" not in schema and "prefixItems" not in schema:
        raise invalid_field(f"{path}.items", "missing field.")
