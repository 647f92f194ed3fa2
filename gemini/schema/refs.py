"""`$ref` within one schema: finding what it names, and writing it out in place.

References to other documents are never followed: nothing is fetched.
"""

from typing import Any
from urllib.parse import unquote

from gemini.schema.finding import JsonSchema
from gemini.schema.walk import DEFINITIONS, DIRECT, IN_LIST, IN_MAP, walk


def resolve(root: JsonSchema, ref: str) -> Any | None:
    """What `ref` names: `#`, a JSON pointer (`#/$defs/Address`) or an anchor (`#address`).

    None if it names nothing in `root`, or another document.
    """
    if not ref.startswith("#"):
        return None
    fragment = unquote(ref[1:])
    if fragment and not fragment.startswith("/"):
        return next((node for _, node in walk(root) if node.get("$anchor") == fragment), None)
    target: Any = root
    for step in fragment.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(target, dict) and key in target:
            target = target[key]
        elif isinstance(target, list) and key.isdecimal() and int(key) < len(target):
            target = target[int(key)]
        else:
            return None
    return target


def inline(root: JsonSchema) -> tuple[JsonSchema, tuple[str, ...]]:
    """The schema with its references written out, and the references that had to stay.

    Those that stay are recursive or name nothing; `$defs` stays with them. Keywords beside a
    `$ref` win over those of what it names. Expects a schema that passed `check`: one that isn't
    explosive.
    """
    kept: dict[str, None] = {}
    body = {key: value for key, value in root.items() if key not in DEFINITIONS}
    schema = _inlined(body, root, (), kept)
    if kept:
        schema |= {key: root[key] for key in DEFINITIONS if key in root}
    return schema, tuple(kept)


def _inlined(node: Any, root: JsonSchema, open_refs: tuple[str, ...], kept: dict[str, None]) -> Any:
    """`node` with its references written out, `open_refs` being those it stands in."""
    if not isinstance(node, dict):
        return node
    ref = node.get("$ref")
    if isinstance(ref, str):
        target = resolve(root, ref)
        if ref in open_refs or not isinstance(target, dict) or target is root:
            kept[ref] = None
            return dict(node)
        found = _inlined(target, root, (*open_refs, ref), kept)
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return found | _inlined(beside, root, open_refs, kept)

    def below(child: Any) -> Any:
        return _inlined(child, root, open_refs, kept)

    result: JsonSchema = {}
    for keyword, value in node.items():
        if keyword in IN_MAP and isinstance(value, dict):
            result[keyword] = {name: below(child) for name, child in value.items()}
        elif keyword in IN_LIST and isinstance(value, list):
            result[keyword] = [below(child) for child in value]
        else:
            result[keyword] = below(value) if keyword in DIRECT else value
    return result
