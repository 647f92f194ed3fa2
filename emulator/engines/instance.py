"""The smallest value that satisfies a JSON Schema, for an engine without a model."""

from typing import Any

_PLAIN: dict[str, Any] = {"string": "text", "boolean": True, "null": None}
_FORMATS = {"date-time": "2025-01-01T00:00:00Z", "date": "2025-01-01", "time": "00:00:00Z"}


def minimal_instance(schema: Any, definitions: dict[str, Any] | None = None) -> Any:
    """A value for `schema`, always the same one. References are to `$defs`."""
    if not isinstance(schema, dict):
        return "text"
    definitions = schema.get("$defs", definitions) or {}
    if "$ref" in schema:
        return minimal_instance(definitions.get(schema["$ref"].split("/")[-1], {}), definitions)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for union in ("anyOf", "oneOf"):
        if schema.get(union):
            return minimal_instance(schema[union][0], definitions)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        return _object(schema, definitions)
    if kind == "array":
        return _array(schema, definitions)
    if kind in ("integer", "number"):
        return _number(schema, kind)
    if kind == "string":
        return _string(schema)
    return _PLAIN.get(kind, "text")


def _object(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Required properties; when none is required, those that don't refer back to a definition."""
    properties = schema.get("properties", {})
    names = schema.get("required") or [n for n, s in properties.items() if "$ref" not in str(s)]
    return {n: minimal_instance(properties.get(n, {}), definitions) for n in names}


def _array(schema: dict[str, Any], definitions: dict[str, Any]) -> list[Any]:
    fixed = [minimal_instance(item, definitions) for item in schema.get("prefixItems", [])]
    most = schema.get("maxItems")
    wanted = schema.get("minItems", 1 if most is None else min(1, most))
    more = max(0, wanted - len(fixed))
    return fixed + [minimal_instance(schema.get("items", {}), definitions)] * more


def _number(schema: dict[str, Any], kind: str) -> int | float:
    least, most = schema.get("minimum"), schema.get("maximum")
    value = least if least is not None else min(1, most) if most is not None else 1
    return int(-(-value // 1)) if kind == "integer" else value


def _string(schema: dict[str, Any]) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    text = "text".ljust(schema.get("minLength") or 0, "x")
    most = schema.get("maxLength")
    return text if most is None else text[:most]
