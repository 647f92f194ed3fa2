"""A schema before it is sent: what the API doesn't take is marked, what can't work is refused.

Refused are schemas that no answer fits, and those too large to be worked on here. Whatever the API
merely might not like is marked only; its own reply decides.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from gemini.structured.finding import Finding, JsonSchema, Path, short
from gemini.structured.reducing import reduced
from gemini.structured.subschemas import (
    DEFINITIONS,
    IN_LIST,
    IN_MAP,
    children,
    is_local,
    judged,
    keywords,
    reached,
    resolve,
    unwalked,
    walk,
    walk_all,
)
from gemini.structured.validate import draft_of, findings

TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
_BOUNDS = (
    ("minItems", "maxItems"),
    ("minLength", "maxLength"),
    ("minProperties", "maxProperties"),
    ("minimum", "maximum"),
)
_LONGEST_CHAIN = 250  # schemas within schemas, references followed: Python's stack bears it


@dataclass(frozen=True, slots=True)
class Report:
    """`refused`: must not be sent. `marked`: is sent without, or at the user's own risk.

    Paths lead into the schema, to the keyword where there is one.
    """

    refused: tuple[Finding, ...] = ()
    marked: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.refused


def check(schema: Any) -> Report:
    """Whether and how `schema` can be sent as `response_json_schema`. Never raises."""
    if not isinstance(schema, dict):
        return Report((Finding(f"A schema is an object, {{…}}; this is {short(schema)}."),))
    if too_large := oversized(schema):
        return Report((too_large,))
    if malformed := tuple(_malformed(schema)):
        return Report(malformed)
    refused, circular = _references(schema)
    if not refused and multiplies(schema):
        reason = "Its references, written out, become far too large. Use fewer."
        refused = [Finding(reason)]
    marked = [] if refused else list(reduced(schema)[1])
    for path, node in walk_all(schema, judged()):  # only what is sent can be in the way
        refused += [Finding(text, (*path, word)) for word, text in _impossible(node)]
        marked += [Finding(text, (*path, word)) for word, text in _advice(node)]
    return Report(tuple(refused), (*marked, *circular))


def oversized(schema: JsonSchema) -> Finding | None:
    """Whether the text is nested too deeply or too long. Must come first: all else recurses."""
    limits = keywords()["limits"]
    # Without what only references lead to, then with it: finding that takes longer.
    for nodes in (walk(schema), walk_all(schema)):
        for count, (path, _) in enumerate(nodes, 1):
            if count > limits["nodes"]:
                reason = f"The schema has more than {limits['nodes']} parts. Make it smaller."
                return Finding(reason)
            if _depth(path) > limits["depth"]:
                reason = f"The schema is nested more than {limits['depth']} levels deep."
                return Finding(f"{reason} Flatten it.", path)
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


def _malformed(schema: JsonSchema) -> Iterator[Finding]:
    """What isn't JSON Schema at all, by its own meta-schema."""
    draft = draft_of(schema)
    for base, part in [((), schema), *unwalked(schema)]:
        for finding in findings(draft(draft.META_SCHEMA).iter_errors(part)):
            keyword = finding.path[-1:] if not set(finding.path[-2:-1]) & set(IN_MAP) else ()
            if keyword == ("examples",):  # a list by the standard, but often one value; not sent
                continue
            reason = _wrong_type(part, finding) if keyword == ("type",) else finding.reason
            yield Finding(reason, (*base, *finding.path))
    for path, node in walk_all(schema):  # what the meta-schema lets pass
        for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            bound = node.get(word)
            if isinstance(bound, float) and not math.isfinite(bound):
                yield Finding("must be a finite number.", (*path, word))
        order: Any = node.get("propertyOrdering", [])
        if not isinstance(order, list) or not all(isinstance(name, str) for name in order):
            yield Finding("must be a list of property names.", (*path, "propertyOrdering"))


def _wrong_type(schema: JsonSchema, finding: Finding) -> str:
    """Names the types, and the lower-case spelling to those who wrote OpenAPI's."""
    value: Any = schema
    for step in finding.path:
        value = value[step]
    hint = f" It is written “{value.lower()}”." if str(value).lower() in TYPES else ""
    return f"{short(value)} isn't a type. The types are {', '.join(TYPES)}.{hint}"


def _references(schema: JsonSchema) -> tuple[list[Finding], list[Finding]]:
    """References to refuse (to nothing, or to nothing but themselves), and those to mark: what
    leads back to itself, or to other documents."""
    refused: list[Finding] = []
    marked: list[Finding] = []
    nodes_at = cache(lambda ref: {id(node) for node in reached(schema, ref)})
    for path, node in walk_all(schema, judged()):
        if (ref := node.get("$ref")) is None:
            continue
        at = (*path, "$ref")
        if not is_local(schema, ref):
            reason = "is in another document, which isn't fetched: anything may stand here."
            marked.append(Finding(f"{ref} {reason}", at))
        elif problem := _unusable(ref, schema):
            refused.append(Finding(f"{ref} {problem}", at))
        elif id(node) in nodes_at(ref):
            reason = (
                "leads back to itself. The API unrolls such a reference a few levels only, and "
                "takes it only in properties that aren't required."
            )
            marked.append(Finding(f"{ref} {reason}", at))
    return refused, marked


def _unusable(ref: str, schema: JsonSchema) -> str:
    """Why `ref`, which is to this document, can't be used at all, or ""."""
    seen: set[str] = set()
    while is_local(schema, ref):
        if ref in seen:
            return "refers to itself and to nothing else."
        seen.add(ref)
        target = resolve(schema, ref)
        if target is None:
            return "names nothing in this schema."
        if not isinstance(target, (dict, bool)):
            return "doesn't name an object, so it isn't a usable schema."
        if isinstance(target, bool) or "$ref" not in target:
            break
        ref = target["$ref"]
    return ""


def multiplies(schema: JsonSchema) -> bool:
    """Whether the schema would be beyond all measure with its references written out."""
    return _expanded(schema, schema, {}) > keywords()["limits"]["expanded_nodes"]


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


def _impossible(node: JsonSchema) -> Iterator[tuple[str, str]]:
    """Keyword and reason for all that no value can fulfil."""
    for low, high in _BOUNDS:
        if low in node and high in node and node[low] > node[high]:
            yield low, f"{low} {node[low]} is more than {high} {node[high]}: nothing fits both."
    if node.get("type") == "integer" and "minimum" in node and "maximum" in node:
        low, high = math.ceil(node["minimum"]), math.floor(node["maximum"])
        if low > high and node["minimum"] <= node["maximum"]:
            yield "minimum", "There is no whole number between minimum and maximum."
    if "enum" in node and not node["enum"]:
        yield "enum", "The enum is empty: no value is allowed."
    elif "enum" in node and not any(fits_type(v, node.get("type", TYPES)) for v in node["enum"]):
        yield "enum", f"None of the enum's values is of the type {short(node['type'])}."
    for path, child in children(node):
        needed = path[0] == "properties" and path[1] in node.get("required", [])
        first = len(node.get("prefixItems", []))
        needs_items = path == ("items",) and node.get("minItems", 0) > first
        if child is False and (needed or needs_items):
            yield str(path[0]), f"“{path[-1]}” is false, which allows no value, yet needs one."


def fits_type(value: object, types: Any) -> bool:
    """Whether a JSON value is of a schema's `type`, a name or several."""
    names = [types] if isinstance(types, str) else types
    checker = Draft202012Validator.TYPE_CHECKER
    return any(checker.is_type(value, name) for name in names if name in TYPES)


def _advice(node: JsonSchema) -> Iterator[tuple[str, str]]:
    """Keyword and sentence for what is valid, but likely a slip or more than the API takes."""
    limits = keywords()["limits"]
    known, types, values = node.get("properties"), node.get("type"), node.get("enum", [])
    if known is not None:  # a schema without properties adds to one around it
        for word in ("required", "propertyOrdering"):
            for name in node.get(word, []):
                if name not in known:
                    yield word, f"{word} names “{name}”, which isn't among the properties."
    if len(values) > (most := limits["enum_values_advised"]):
        yield "enum", f"{len(values)} values are many: over {most} the API may refuse them."
    stray = [v for v in values if types and not isinstance(v, bool) and not fits_type(v, types)]
    if stray and len(stray) < len(values):
        yield "enum", f"{short(stray[0])} isn't of the type {short(types)}."
    if node.get("maxItems", 0) > limits["max_items_advised"]:
        reason = "A long list is costly to enforce; the API may refuse it. Leave maxItems out?"
        yield "maxItems", reason
    if types == "object" and not known and "additionalProperties" not in node:
        yield "type", "An object without properties: the model decides what goes in."
    if types == "array" and "items" not in node and "prefixItems" not in node:
        yield "type", "An array without items: the model decides what goes in."
