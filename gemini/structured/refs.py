"""`$ref` within one schema: finding what it names, and writing it out in place.

References to other documents are never followed: nothing is fetched.
"""

from collections.abc import Container, Iterator
from typing import Any
from urllib.parse import unquote

from gemini.structured.finding import JsonSchema, Path
from gemini.structured.walk import DEFINITIONS, DIRECT, IN_LIST, IN_MAP, walk


def resolve(root: JsonSchema, ref: str) -> Any | None:
    """What `ref` names: `#`, a JSON pointer (`#/$defs/Address`) or an anchor (`#address`).

    None if it names nothing in `root`, or another document.
    """
    if not is_local(root, ref):
        return None
    fragment = unquote(ref.partition("#")[2])
    if fragment and not fragment.startswith("/"):
        target_schema = (node for _, node in walk(root) if _is_called(node, fragment))
        return next(target_schema, None)
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


def _is_called(node: JsonSchema, name: str) -> bool:
    return node.get("$anchor") == name or node.get("$id") == f"#{name}"  # the latter before 2019


def pointer(ref: str) -> tuple[str, ...]:
    """The steps of a reference that is a JSON pointer; none for others."""
    fragment = unquote(ref.partition("#")[2])
    steps = fragment.split("/")[1:] if fragment.startswith("/") else []
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


def unwalked(root: JsonSchema) -> list[tuple[Path, JsonSchema]]:
    """What references name in places where no schema is expected, `#/$defs/group/Address` say."""
    known = {id(node) for _, node in walk(root)}
    target_schema: list[tuple[Path, JsonSchema]] = []
    pending = [root]
    while pending:
        for ref in _refs(pending.pop()):
            target = resolve(root, ref)
            if isinstance(target, dict) and id(target) not in known:
                target_schema.append((pointer(ref), target))
                known |= {id(node) for _, node in walk(target)}
                pending.append(target)
    return target_schema


def walk_all(
    root: JsonSchema, only: Container[str] | None = None
) -> Iterator[tuple[Path, JsonSchema]]:
    """As `walk`, with what only references lead to."""
    yield from walk(root, only)
    for base, target in unwalked(root):
        yield from ((base + path, node) for path, node in walk(target, only))


def _refs(schema: JsonSchema) -> list[str]:
    refs = (node.get("$ref") for _, node in walk(schema))
    return list(dict.fromkeys(ref for ref in refs if isinstance(ref, str)))


def inline(root: JsonSchema) -> tuple[JsonSchema, tuple[str, ...]]:
    """The schema with its references written out, and the references that had to stay.

    Those that stay are recursive or name nothing; `$defs` stays with them. Keywords beside a
    `$ref` win over those of what it names. Expects a schema that passed `check`: one that isn't
    explosive.
    """
    recursive: dict[str, None] = {}
    body = {key: value for key, value in root.items() if key not in DEFINITIONS}
    schema = _inlined(body, root, (), recursive)
    if recursive:
        schema |= {key: root[key] for key in DEFINITIONS if key in root}
    return schema, tuple(recursive)


def _inlined(
    node: Any, root: JsonSchema, open_refs: tuple[str, ...], recursive: dict[str, None]
) -> Any:
    """`node` with its references written out, `open_refs` being those it stands in."""
    if not isinstance(node, dict):
        return node
    ref = node.get("$ref")
    if isinstance(ref, str):
        target = resolve(root, ref)
        if ref in open_refs or not isinstance(target, dict) or target is root:
            recursive[ref] = None
            return dict(node)
        target_schema = _inlined(target, root, (*open_refs, ref), recursive)
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return target_schema | _inlined(beside, root, open_refs, recursive)

    def below(child: Any) -> Any:
        return _inlined(child, root, open_refs, recursive)

    result: JsonSchema = {}
    for keyword, value in node.items():
        if keyword in IN_MAP and isinstance(value, dict):
            result[keyword] = {name: below(child) for name, child in value.items()}
        elif keyword in IN_LIST and isinstance(value, list):
            result[keyword] = [below(child) for child in value]
        else:
            result[keyword] = below(value) if keyword in DIRECT else value
    return result
