"""References that can't be found, and those that lead back to themselves."""

from typing import Any

from gemini.structured.finding import Finding, JsonSchema
from gemini.structured.keywords import judged
from gemini.structured.refs import is_local, resolve, walk_all
from gemini.structured.walk import DEFINITIONS, children

_LIMITED = (
    "leads back to itself. The API unrolls such a reference a few levels only, and takes it "
    "only in properties that aren't required."
)
_ELSEWHERE = "is in another document, which isn't fetched: anything may stand here."


def recursion(schema: JsonSchema) -> tuple[list[Finding], list[Finding]]:
    """References to refuse (to nothing, or to nothing but themselves) and to mark: those to
    themselves and those to other documents."""
    refused: list[Finding] = []
    marked: list[Finding] = []
    places = [(path, node) for path, node in walk_all(schema, judged()) if "$ref" in node]
    targets = {node["$ref"]: resolve(schema, node["$ref"]) for _, node in places}
    held = {ref: _held(target) for ref, target in targets.items()}
    for path, node in places:
        ref = node["$ref"]
        if not is_local(schema, ref):
            marked.append(Finding(f"{ref} {_ELSEWHERE}", (*path, "$ref")))
        elif problem := _unusable(ref, schema):
            refused.append(Finding(problem, (*path, "$ref")))
        elif _reaches(ref, node, held):
            marked.append(Finding(f"{ref} {_LIMITED}", (*path, "$ref")))
    return refused, marked


def _unusable(ref: str, schema: JsonSchema) -> str | None:
    """Why `ref`, which is to this document, can't be used at all, or None."""
    seen = {ref}
    while is_local(schema, ref):
        target = resolve(schema, ref)
        if target is None:
            return f"{ref} names nothing in this schema."
        if not isinstance(target, (dict, bool)):
            return f"{ref} doesn't name an object, so it isn't a usable schema."
        if isinstance(target, bool) or "$ref" not in target:
            return None
        ref = target["$ref"]
        if ref in seen:
            return f"{ref} refers to itself and to nothing else."
        seen.add(ref)
    return None


def _held(target: Any) -> dict[int, str]:
    """The references in a schema, by the identity of the node that holds each."""
    held: dict[int, str] = {}
    pending: list[Any] = [target]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            if "$ref" in node:
                held[id(node)] = node["$ref"]
            pending += [child for path, child in children(node) if path[0] not in DEFINITIONS]
    return held


def _reaches(ref: str, home: JsonSchema, held: dict[str, dict[int, str]]) -> bool:
    """Whether following `ref` comes back to `home`, the node that holds it."""
    seen: set[str] = set()
    pending = [ref]
    while pending:
        current = pending.pop()
        if current in seen or current not in held:
            continue
        if id(home) in held[current]:
            return True
        seen.add(current)
        pending += held[current].values()
    return False
