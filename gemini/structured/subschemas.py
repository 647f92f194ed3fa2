"""The subschemas of a JSON Schema: the keywords that hold them, and what a `$ref` names.

References to other documents are never followed: nothing is fetched.
"""

import json
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Any
from urllib.parse import unquote

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


@cache
def keywords() -> dict[str, Any]:
    """`taken`: keywords that are sent. `instead`: what to do about others. `limits`: ours."""
    return json.loads(FilePath(__file__).with_name("keywords.json").read_text("utf-8"))


@cache
def judged() -> tuple[str, ...]:
    """Keywords whose subschemas are sent, in one form or another."""
    return (*keywords()["taken"], "definitions", "allOf", "patternProperties")


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


def walk_all(
    root: JsonSchema, only: Container[str] | None = None
) -> Iterator[tuple[Path, JsonSchema]]:
    """As `walk`, with what only references lead to."""
    yield from walk(root, only)
    for base, target in unwalked(root):
        yield from ((base + path, node) for path, node in walk(target, only))


def unwalked(root: JsonSchema) -> list[tuple[Path, JsonSchema]]:
    """What references name in places where no schema is expected, `#/$defs/group/Address` say."""
    known = {id(node) for _, node in walk(root)}
    targets: list[tuple[Path, JsonSchema]] = []
    pending = [root]
    while pending:
        refs = (node.get("$ref") for _, node in walk(pending.pop()))
        for ref in dict.fromkeys(ref for ref in refs if isinstance(ref, str)):
            target = resolve(root, ref)
            if isinstance(target, dict) and id(target) not in known:
                targets.append((pointer(ref), target))
                known |= {id(node) for _, node in walk(target)}
                pending.append(target)
    return targets


def resolve(root: JsonSchema, ref: str) -> Any | None:
    """What `ref` names: `#`, a JSON pointer (`#/$defs/Address`) or an anchor (`#address`).

    None if it names nothing in `root`, or another document.
    """
    if not is_local(root, ref):
        return None
    fragment = unquote(ref.partition("#")[2])
    if fragment and not fragment.startswith("/"):  # an anchor; before 2019 it was an `$id`
        named = {"$anchor": fragment, "$id": f"#{fragment}"}.items()
        return next((n for _, n in walk(root) if any(n.get(k) == v for k, v in named)), None)
    target: Any = root
    for step in pointer(ref):
        if isinstance(target, dict) and step in target:
            target = target[step]
        elif isinstance(target, list) and step.isdecimal() and int(step) < len(target):
            target = target[int(step)]
        else:
            return None
    return target


def is_local(root: JsonSchema, ref: str) -> bool:
    """Whether `ref` is to this document, by its own address too (`$id`)."""
    document = ref.partition("#")[0]
    return not document or document == str(root.get("$id", "")).partition("#")[0]


def pointer(ref: str) -> tuple[str, ...]:
    """The steps of a reference that is a JSON pointer; none for others."""
    fragment = unquote(ref.partition("#")[2])
    steps = fragment.split("/")[1:] if fragment.startswith("/") else []
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


def reached(root: JsonSchema, ref: str) -> list[JsonSchema]:
    """All schemas that stand where `ref` leads, further references followed."""
    nodes: dict[int, JsonSchema] = {}
    refs = {ref}
    pending = [resolve(root, ref)]
    while pending:
        node = pending.pop()
        if not isinstance(node, dict) or id(node) in nodes:
            continue
        nodes[id(node)] = node
        pending += [child for path, child in children(node) if path[0] not in DEFINITIONS]
        if (further := node.get("$ref")) is not None and further not in refs:
            refs.add(further)
            pending.append(resolve(root, further))
    return list(nodes.values())


def inline(root: JsonSchema, protected: Container[str] = ()) -> tuple[JsonSchema, tuple[str, ...]]:
    """The schema with its references written out, and the references that stayed.

    Those in `protected` stay, and those that are recursive or name nothing; `$defs` stays too.
    Keywords beside a `$ref` win over those of what it names. Expects a schema that passed `check`:
    one that doesn't multiply.
    """
    stayed: dict[str, None] = {}
    body = {key: value for key, value in root.items() if key not in DEFINITIONS}
    schema = _Inliner(root, protected, stayed).inlined(body, ())
    if stayed:
        schema |= {key: root[key] for key in DEFINITIONS if key in root}
    return schema, tuple(stayed)


@dataclass
class _Inliner:
    root: JsonSchema
    protected: Container[str]
    stayed: dict[str, None]

    def inlined(self, node: Any, open_refs: tuple[str, ...]) -> Any:
        """`node` with its references written out, `open_refs` being those it stands in."""
        if not isinstance(node, dict):
            return node
        ref = node.get("$ref")
        if isinstance(ref, str):
            target = resolve(self.root, ref)
            recursive = ref in open_refs or target is self.root
            if ref in self.protected or recursive or not isinstance(target, dict):
                self.stayed[ref] = None
                return dict(node)
            beside = {key: value for key, value in node.items() if key != "$ref"}
            named = self.inlined(target, (*open_refs, ref))
            return named | self.inlined(beside, open_refs)
        result = dict(node)
        for (keyword, *step), child in children(node):
            inlined = self.inlined(child, open_refs)
            if not step:
                result[keyword] = inlined
                continue
            if result[keyword] is node[keyword]:
                result[keyword] = node[keyword].copy()
            result[keyword][step[0]] = inlined
        return result
