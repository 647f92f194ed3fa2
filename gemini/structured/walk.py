"""The subschemas of a JSON Schema: which keywords hold them, and walking over them."""

from collections.abc import Container, Iterator
from typing import Any

from gemini.structured.finding import JsonSchema, Path

# JSON Schema 2020-12, core and applicator vocabularies; `definitions` is the older `$defs`, and
# `items` with a list the older `prefixItems`.
IN_MAP = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")
IN_LIST = ("prefixItems", "anyOf", "oneOf", "allOf")
DIRECT = (
    "items",
    "additionalItems",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
DEFINITIONS = ("$defs", "definitions")


def children(schema: JsonSchema) -> Iterator[tuple[Path, Any]]:
    """The direct subschemas with their paths relative to `schema`, booleans and junk included."""
    for keyword, value in schema.items():
        if keyword in IN_MAP and isinstance(value, dict):
            for name, child in value.items():
                yield (keyword, name), child
        elif keyword in (*IN_LIST, "items") and isinstance(value, list):
            for index, child in enumerate(value):
                yield (keyword, index), child
        elif keyword in DIRECT:
            yield (keyword,), value


def walk(
    schema: JsonSchema, only: Container[str] | None = None
) -> Iterator[tuple[Path, JsonSchema]]:
    """Every subschema that is an object, the root first, in the order of the text.

    With `only`, those that stand under these keywords and no others.
    Iterative, so no depth of nesting exhausts the stack.
    """
    pending: list[tuple[Path, Any]] = [((), schema)]
    while pending:
        path, node = pending.pop()
        if not isinstance(node, dict):
            continue
        yield path, node
        below = [
            (path + steps, child)
            for steps, child in children(node)
            if only is None or str(steps[0]) in only
        ]
        pending.extend(reversed(below))


def field_path(path: Path) -> str:
    """A path in a schema as the field it describes: `line_items[].price`.

    The root is "" and parts of a field that aren't fields (anyOf/0, minimum) are left out.
    """
    text = ""
    steps = iter(path)
    for step in steps:
        if step in IN_MAP:
            name = next(steps, None)
            if step == "properties" and name is not None:
                text += f".{name}" if text else str(name)
        elif step in {"items", "prefixItems"}:
            text += "[]"
    return text
