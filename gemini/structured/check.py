"""A schema before it is sent: what the API doesn't take is marked, what can't work is refused.

Refused are schemas that no answer fits and schemas that explode. Both are a danger beyond a bad
answer: a generator constrained by `{"type": "array", "minItems": 5, "maxItems": 2}` was seen to
take 23 GB of memory. Whatever the API merely might not like is marked only; its own reply decides.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator

from gemini.structured.explosion import explosive, oversized
from gemini.structured.finding import Finding, JsonSchema, Path, short
from gemini.structured.keywords import judged, keywords
from gemini.structured.recursion import recursion
from gemini.structured.reduce import reduced
from gemini.structured.refs import unwalked, walk_all
from gemini.structured.validate import draft_of, findings
from gemini.structured.walk import IN_MAP, children

TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
_BOUNDS = (
    ("minItems", "maxItems"),
    ("minLength", "maxLength"),
    ("minProperties", "maxProperties"),
    ("minimum", "maximum"),
)


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
    limits = keywords()["limits"]
    if not isinstance(schema, dict):
        return Report((Finding(f"A schema is an object, {{…}}; this is {short(schema)}."),))
    if too_big := oversized(schema, limits):
        return Report((too_big,))
    if malformed := tuple(_malformed(schema)):
        return Report(malformed)
    endless, limited = recursion(schema)
    too_much, costly = ([], []) if endless else explosive(schema, limits)
    refused = [*endless, *too_much]
    marked = [] if refused else list(reduced(schema)[1])
    for path, node in walk_all(schema, judged()):  # only what is sent can be in the way
        refused += [Finding(text, (*path, word)) for word, text in _impossible(node)]
        marked += [Finding(text, (*path, word)) for rule in _ADVICE for word, text in rule(node)]
    return Report(tuple(refused), (*marked, *limited, *costly))


def _malformed(schema: JsonSchema) -> Iterator[Finding]:
    """What isn't JSON Schema at all, by its own meta-schema."""
    draft = draft_of(schema)
    for base, part in [((), schema), *unwalked(schema)]:
        for finding in findings(draft(draft.META_SCHEMA).iter_errors(part)):
            keyword = finding.path[-1:] if not set(finding.path[-2:-1]) & set(IN_MAP) else ()
            if keyword == ("examples",):  # a list by the standard, but often one value; not sent
                continue
            if keyword == ("type",):
                yield _wrong_type(part, finding, base)
            else:
                yield Finding(finding.reason, (*base, *finding.path))
    for path, node in walk_all(schema):
        yield from _malformed_here(path, node)


def _wrong_type(schema: JsonSchema, finding: Finding, base: Path) -> Finding:
    """Names the types, and the lower-case spelling to those who wrote OpenAPI's."""
    value: Any = schema
    for step in finding.path:
        value = value[step]
    hint = f" It is written “{value.lower()}”." if str(value).lower() in TYPES else ""
    reason = f"{short(value)} is no type. The types are {', '.join(TYPES)}.{hint}"
    return Finding(reason, (*base, *finding.path))


def _malformed_here(path: Path, node: JsonSchema) -> Iterator[Finding]:
    """What the meta-schema lets pass: NaN and infinity, and `propertyOrdering`, unknown to it."""
    for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        bound = node.get(word)
        if isinstance(bound, float) and not math.isfinite(bound):
            yield Finding("must be a finite number.", (*path, word))
    order: Any = node.get("propertyOrdering", [])
    if not isinstance(order, list) or not all(isinstance(name, str) for name in order):
        yield Finding("must be a list of property names.", (*path, "propertyOrdering"))


def _impossible(node: JsonSchema) -> Iterator[tuple[str, str]]:
    """Keyword and reason for all that no value can fulfil."""
    for low, high in _BOUNDS:
        if low in node and high in node and node[low] > node[high]:
            yield low, f"{low} {node[low]} is more than {high} {node[high]}: nothing fits both."
    if node.get("type") == "integer" and "minimum" in node and "maximum" in node:
        low, high = math.ceil(node["minimum"]), math.floor(node["maximum"])
        if low > high and node["minimum"] <= node["maximum"]:
            yield "minimum", "There is no whole number between minimum and maximum."
    yield from _impossible_enum(node)
    yield from _nothing_allowed(node)


def _impossible_enum(node: JsonSchema) -> Iterator[tuple[str, str]]:
    if "enum" not in node:
        return
    if not node["enum"]:
        yield "enum", "The enum is empty: no value is allowed."
    elif "type" in node and not any(fits_type(value, node["type"]) for value in node["enum"]):
        yield "enum", f"None of the enum's values is of the type {short(node['type'])}."


def fits_type(value: object, types: Any) -> bool:
    """Whether a JSON value is of a schema's `type`, a name or a list of names."""
    names = types if isinstance(types, list) else [types]
    checker = Draft202012Validator.TYPE_CHECKER
    return any(checker.is_type(value, name) for name in names if name in TYPES)


def _advise_names(node: JsonSchema) -> Iterator[tuple[str, str]]:
    """Valid, but likely a slip. A schema without properties adds to one around it."""
    known = node.get("properties")
    if known is None:
        return
    for word in ("required", "propertyOrdering"):
        for name in node.get(word, []):
            if name not in known:
                yield word, f"{word} names “{name}”, which isn't among the properties."


def _nothing_allowed(node: JsonSchema) -> Iterator[tuple[str, str]]:
    """Subschemas that are `false` where a value has to be."""
    for path, child in children(node):
        required_here = path[0] == "properties" and path[1] in node.get("required", [])
        first = len(node.get("prefixItems", []))
        needs_items = path == ("items",) and node.get("minItems", 0) > first
        if child is False and (required_here or needs_items):
            yield str(path[0]), f"“{path[-1]}” is false, which allows no value, yet needs one."


def _advise_enum(node: JsonSchema) -> Iterator[tuple[str, str]]:
    values = node.get("enum", [])
    advised = keywords()["limits"]["enum_values_advised"]
    if len(values) > advised:
        yield "enum", f"{len(values)} values are many: over {advised} the API may refuse them."
    types = node.get("type")
    stray = [v for v in values if types and not isinstance(v, bool) and not fits_type(v, types)]
    if stray and len(stray) < len(values):
        yield "enum", f"{short(stray[0])} isn't of the type {short(types)}."


def _advise_contents(node: JsonSchema) -> Iterator[tuple[str, str]]:
    open_object = not node.get("properties") and "additionalProperties" not in node
    if node.get("type") == "object" and open_object:
        yield "type", "An object without properties: the model decides what goes in."
    if node.get("type") == "array" and "items" not in node and "prefixItems" not in node:
        yield "type", "An array without items: the model decides what goes in."


_ADVICE: tuple[Callable[[JsonSchema], Iterator[tuple[str, str]]], ...] = (
    _advise_names,
    _advise_enum,
    _advise_contents,
)
