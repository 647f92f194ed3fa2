"""Schemas too large to be used: by their text, once references are written out, or by the
smallest answer they allow."""

import math
from typing import Any

from gemini.structured.finding import Finding, JsonSchema, Path
from gemini.structured.refs import resolve, walk_all
from gemini.structured.walk import DEFINITIONS, IN_LIST, IN_MAP, children, walk

Limits = dict[str, Any]

_LONGEST_CHAIN = 250  # schemas within schemas, references followed: Python's stack bears it


def oversized(schema: JsonSchema, limits: Limits) -> Finding | None:
    """The text itself: nested too deeply or too long. Must come first: all else recurses."""
    # Without what only references lead to, then with it: finding that takes longer.
    for nodes in (walk(schema), walk_all(schema)):
        for count, (path, _) in enumerate(nodes, 1):
            if count > limits["nodes"]:
                return Finding(
                    f"The schema has more than {limits['nodes']} parts. Make it smaller."
                )
            if _depth(path) > limits["depth"]:
                reason = (
                    f"The schema is nested more than {limits['depth']} levels deep. Flatten it."
                )
                return Finding(reason, path)
    if _data_depth(schema) > limits["depth"] * 8:
        return Finding("A value in the schema is nested too deeply.")
    return None


def _depth(path: Path) -> int:
    """How many schemas stand around the one at `path`."""
    depth = 0
    steps = iter(path)
    for step in steps:
        depth += 1
        if step in IN_MAP or step in IN_LIST:
            next(steps, None)  # the name or index belongs to its keyword
    return depth


def _data_depth(value: Any) -> int:
    """How deeply any JSON value is nested, counted without recursion."""
    depth, level = 0, [value]
    while level and depth <= 1000:
        inner = [list(v.values()) if isinstance(v, dict) else v for v in level]
        level = [x for items in inner if isinstance(items, list) for x in items]
        depth += 1
    return depth


def explosive(schema: JsonSchema, limits: Limits) -> tuple[list[Finding], list[Finding]]:
    """What to refuse and what to mark for its size. Expects resolvable references."""
    refused: list[Finding] = []
    marked: list[Finding] = []
    for path, node in walk_all(schema):
        for word, limit in (
            ("minItems", limits["min_items"]),
            ("maxItems", limits["max_items"]),
            ("minLength", limits["min_length"]),
        ):
            if node.get(word, 0) > limit:
                reason = f"{word} {node[word]} is more than {limit}, more than an answer can hold."
                refused.append(Finding(f"{reason} Lower it.", (*path, word)))
        if len(node.get("enum", [])) > limits["enum_values"]:
            count = len(node["enum"])
            reason = f"{count} values are more than the {limits['enum_values']} an enum may have."
            refused.append(Finding(reason, (*path, "enum")))
        if limits["max_items_advised"] < node.get("maxItems", 0) <= limits["max_items"]:
            reason = "A long list is costly to enforce; the API may refuse it. Leave maxItems out?"
            marked.append(Finding(reason, (*path, "maxItems")))
    if not refused:
        refused = _too_much_in_all(schema, limits)
    return refused, marked


def _too_much_in_all(schema: JsonSchema, limits: Limits) -> list[Finding]:
    if _expanded(schema, schema, {}) > limits["expanded_nodes"]:
        return [Finding("Its references, written out, multiply beyond all measure. Use fewer.")]
    smallest = smallest_answer(schema)
    if math.isinf(smallest):
        return [
            Finding(
                "It requires itself within itself, so an answer would never end. "
                "Make the property that leads back optional."
            )
        ]
    if smallest > limits["smallest_answer"]:
        return [
            Finding(
                f"Even the smallest answer would hold {smallest:.0f} values: nested minItems "
                "multiply. Lower them."
            )
        ]
    return []


def _expanded(node: Any, root: JsonSchema, known: dict[int, float], level: int = 0) -> float:
    """Parts of the schema with every reference written out; a recursive one counts once.

    Infinite if a chain of references is too long to follow.
    """
    if not isinstance(node, dict):
        return 0
    if id(node) in known:
        return known[id(node)]
    if level > _LONGEST_CHAIN:
        return math.inf
    known[id(node)] = 1  # what a reference back to here counts
    parts = [child for path, child in children(node) if path[0] not in DEFINITIONS]
    if isinstance(node.get("$ref"), str):
        parts.append(resolve(root, node["$ref"]))
    known[id(node)] = 1 + sum(_expanded(part, root, known, level + 1) for part in parts)
    return known[id(node)]


def smallest_answer(schema: JsonSchema) -> float:
    """The number of values (objects, lists, scalars) the smallest fitting answer holds.

    Infinite if only an endless one fits. Each reference starts at infinity and is lowered until
    nothing changes, so a way out anywhere in a circle of references is found.
    """
    refs = {node["$ref"] for _, node in walk_all(schema) if isinstance(node.get("$ref"), str)}
    targets = {ref: resolve(schema, ref) for ref in refs}
    sizes = dict.fromkeys(refs, math.inf)
    for _ in range(len(refs) + 1):
        lowered = {ref: _smallest(targets[ref], sizes) for ref in refs}
        if lowered == sizes:
            break
        sizes = lowered
    return _smallest(schema, sizes)


def _smallest(node: Any, sizes: dict[str, float]) -> float:
    if not isinstance(node, dict) or "enum" in node or "const" in node:
        return 1
    if isinstance(node.get("$ref"), str):
        return sizes[node["$ref"]]
    for word in ("anyOf", "oneOf"):
        if node.get(word):
            return min(_smallest(child, sizes) for child in node[word])
    if node.get("allOf"):
        return max(_smallest(child, sizes) for child in node["allOf"])
    types = node.get("type", _implied_type(node))
    names = types if isinstance(types, list) else [types]
    return min((_smallest_of(name, node, sizes) for name in names), default=1)


def _implied_type(node: JsonSchema) -> str:
    if "properties" in node:
        return "object"
    return "array" if "items" in node else "string"


def _smallest_of(type_name: str, node: JsonSchema, sizes: dict[str, float]) -> float:
    if type_name == "object":
        properties = node.get("properties", {})
        return 1 + sum(_smallest(properties.get(n), sizes) for n in node.get("required", []))
    if type_name == "array":
        least = node.get("minItems", 0)
        return 1 + (least * _smallest(node.get("items"), sizes) if least else 0)
    return 1
