"""References that can't be found, and those that lead back to themselves."""

from typing import Any

from gemini.schema.finding import Finding, JsonSchema
from gemini.schema.refs import resolve
from gemini.schema.walk import DEFINITIONS, children, walk

_LIMITED = (
    "leads back to itself. The API unrolls such a reference a few levels only, and takes it "
    "only in properties that aren't required."
)
_HERE_ONLY = " Only references within the schema (#/…) are followed."


def recursion(schema: JsonSchema) -> tuple[list[Finding], list[Finding]]:
    """References to refuse (to nothing, or to nothing but themselves) and to mark (recursive)."""
    places = [(path, node) for path, node in walk(schema) if "$ref" in node]
    targets = {node["$ref"]: resolve(schema, node["$ref"]) for _, node in places}
    refused: list[Finding] = []
    marked: list[Finding] = []
    for path, node in places:
        ref = node["$ref"]
        if problem := _unusable(ref, targets):
            refused.append(Finding(problem, (*path, "$ref")))
        elif _reaches(ref, node, targets):
            marked.append(Finding(f"{ref} {_LIMITED}", (*path, "$ref")))
    return refused, marked


def _unusable(ref: str, targets: dict[str, Any]) -> str | None:
    """Why `ref` can't be used at all, or None."""
    seen = {ref}
    while True:
        target = targets.get(ref)
        if target is None:
            return f"{ref} names nothing in this schema.{'' if ref[:1] == '#' else _HERE_ONLY}"
        if not isinstance(target, dict):
            return f"{ref} doesn't name an object, so it isn't a usable schema."
        if "$ref" not in target:
            return None
        ref = target["$ref"]
        if ref in seen:
            return f"{ref} refers to itself and to nothing else."
        seen.add(ref)


def _reaches(ref: str, home: JsonSchema, targets: dict[str, Any]) -> bool:
    """Whether following `ref` comes back to `home`, the node that holds it."""
    seen: set[int] = set()
    pending: list[Any] = [targets.get(ref)]
    while pending:
        node = pending.pop()
        if not isinstance(node, dict) or id(node) in seen:
            continue
        if node is home:
            return True
        seen.add(id(node))
        pending += [child for path, child in children(node) if path[0] not in DEFINITIONS]
        pending.append(targets.get(node.get("$ref", "")))
    return False
