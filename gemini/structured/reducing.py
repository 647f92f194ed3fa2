"""A schema as the request's config takes it, meaning the same as far as the API can be told.

What the API's keywords can't say is left out, so what is sent may allow more than the schema, and
never less: every answer that fits the schema fits what is sent. Each thing left out is a finding.

    const                          an enum of one value
    allOf                          its schemas, merged into one
    $ref with more beside it       the reference alone, or merged with what it names
    definitions, anchors, #/a/b    $defs, of which only those that are named
    items: false, items: [...]     maxItems; prefixItems
    patternProperties              additionalProperties, where no other names are allowed
    exclusiveMinimum               minimum
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import unquote

from gemini.structured.finding import TYPE_OF, Finding, JsonSchema, Path, short
from gemini.structured.subschemas import DEFINITIONS, keywords, pointer, resolve

Place = tuple[Any, Path]
"""A subschema, and where it stands in the schema."""

_ANNOTATIONS = ("title", "description", "propertyOrdering")
_SILENT = (*DEFINITIONS, "$id", "$anchor", "additionalItems")  # moved, or of no use when sent
_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_MOST_OPEN = 40  # references written out within one another


def reduced(schema: JsonSchema) -> tuple[JsonSchema, tuple[Finding, ...]]:
    """The schema as it can be sent, and what is left out of it. Expects one without endless
    references and of bearable size: see `check`."""
    reducer = _Reducer(schema)
    return reducer.run(), tuple(reducer.left)


# How two schemas that must both hold agree on a keyword.
_AGREED: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("title", "description", "format"), lambda one, _: one),
    **dict.fromkeys(("required", "propertyOrdering"), lambda a, b: list(dict.fromkeys([*a, *b]))),
    **dict.fromkeys(("minItems", "minimum"), max),
    **dict.fromkeys(("maxItems", "maximum"), min),
}


@dataclass
class _Merge:
    """What several schemas say together, their subschemas not yet reduced."""

    keywords: JsonSchema = field(default_factory=dict)
    properties: dict[str, list[Place]] = field(default_factory=dict)
    items: list[Place] = field(default_factory=list)
    prefix: list[list[Place]] = field(default_factory=list)
    further: list[Place] = field(default_factory=list)
    choice: tuple[str, Place] | None = None


class _Reducer:
    def __init__(self, root: JsonSchema) -> None:
        self._root = root
        self._names: dict[str, str] = {}  # by what is referred to
        self._pending: list[str] = []
        self.left: dict[Finding, None] = {}

    def run(self) -> JsonSchema:
        result = self._schema([(self._root, ())], ())
        if isinstance(self._root.get("$id"), str):
            result = {"$id": self._root["$id"]} | result
        definitions: JsonSchema = {}
        while self._pending:
            ref = self._pending.pop(0)
            target = (resolve(self._root, ref), pointer(ref))
            definitions[self._names[ref]] = self._schema([target], ())
        return result | ({"$defs": definitions} if definitions else {})

    def _leave_out(self, reason: str, path: Path) -> None:
        self.left[Finding(reason, path)] = None

    def _schema(self, places: Iterable[Place], open_refs: tuple[str, ...]) -> JsonSchema:
        """The schema of what all of `places` allow; `open_refs` are those written out around it."""
        parts: list[Place] = []
        refs: dict[str, Path] = {}
        for node, path in places:
            self._flatten(node, path, parts, refs)
        if len(refs) == 1 and not any(_constrains(node) for node, _ in parts):
            ((ref, path),) = refs.items()
            if new_ref := self._named(ref):
                words = [word for node, _ in parts for word in node if word not in _SILENT]
                if beside := [word for word in words if not word.startswith("$")]:
                    reason = f"The API allows nothing beside a $ref; left out: {', '.join(beside)}."
                    self._leave_out(reason, (*path, "$ref"))
                return {"$ref": new_ref}
        opened: list[str] = []
        while refs:
            ref, path = refs.popitem()
            target = resolve(self._root, ref)
            if ref in opened or not isinstance(target, dict):
                continue
            if ref in open_refs or target is self._root or len(open_refs) > _MOST_OPEN:
                reason = f"{ref} leads back to here, so it can't be merged with what stands beside."
                self._leave_out(reason, (*path, "$ref"))
                continue
            opened.append(ref)
            self._flatten(target, pointer(ref), parts, refs)
        return self._merged(parts, (*open_refs, *opened))

    def _flatten(self, node: Any, path: Path, parts: list[Place], refs: dict[str, Path]) -> None:
        """Adds `node` and all that its allOf holds, references apart."""
        if node is False:
            self._leave_out("The API has no schema that allows nothing.", path)
        if not isinstance(node, dict):
            return
        if isinstance(node.get("$ref"), str):
            refs.setdefault(node["$ref"], path)
        parts.append(({k: v for k, v in node.items() if k not in {"$ref", "allOf"}}, path))
        for index, member in enumerate(node.get("allOf", [])):
            self._flatten(member, (*path, "allOf", index), parts, refs)

    def _named(self, ref: str) -> str | None:
        """The reference by which what `ref` names is sent; None if it names no schema here."""
        target = resolve(self._root, ref)
        if target is self._root:
            return "#"
        if not isinstance(target, dict):
            return None
        if ref not in self._names:
            # A name that needs no escape in a reference.
            last = unquote(ref).rsplit("/", 1)[-1].lstrip("#")
            base = re.sub(r"[^A-Za-z0-9_.-]", "_", last) or "root"
            names = (base if number == 1 else f"{base}_{number}" for number in count(1))
            self._names[ref] = next(n for n in names if n not in self._names.values())
            self._pending.append(ref)
        return f"#/$defs/{self._names[ref]}"

    def _merged(self, parts: list[Place], open_refs: tuple[str, ...]) -> JsonSchema:
        merge = _Merge()
        for node, path in parts:
            for word, value in node.items():
                self._add(merge, word, value, node, path)
        result = merge.keywords
        if merge.properties:
            result["properties"] = {
                name: self._schema(places, open_refs) for name, places in merge.properties.items()
            }
            order = result.pop("propertyOrdering", [])
            if order or len(merge.properties) > 1:
                result["propertyOrdering"] = list(dict.fromkeys([*order, *merge.properties]))
        if merge.prefix:
            result["prefixItems"] = [self._schema(places, open_refs) for places in merge.prefix]
        if merge.items:
            result["items"] = self._schema(merge.items, open_refs)
        if any(node is False for node, _ in merge.further):
            result["additionalProperties"] = False
        elif merge.further:
            result["additionalProperties"] = self._schema(merge.further, open_refs) or True
        if merge.choice:
            result |= self._choice(*merge.choice, open_refs)
        if "enum" in result and "type" not in result:
            names = _type_names(result["enum"])
            if len([name for name in names if name != "null"]) <= 1:
                result["type"] = _one_or_list(names)
        return result

    def _add(self, merge: _Merge, word: str, value: Any, node: JsonSchema, path: Path) -> None:
        """Adds one keyword of a part to what the others say."""
        at = (*path, word)
        if word == "properties":
            for name, child in value.items():
                if child is False:
                    self._leave_out("The API has no schema that allows nothing.", (*at, name))
                else:
                    merge.properties.setdefault(name, []).append((child, (*at, name)))
        elif word in {"items", "prefixItems"}:
            self._add_items(merge, word, node, path)
        elif word in {"additionalProperties", "patternProperties"}:
            self._add_further(merge, word, node, path)
        elif word in {"anyOf", "oneOf"}:
            if merge.choice:
                self._leave_out(f"The API takes one choice here; left out: {word}.", at)
            else:
                merge.choice = (word, (value, at))
        elif word not in _SILENT:
            self._add_plain(merge, word, value, node, path)

    def _add_plain(
        self, merge: _Merge, word: str, value: Any, node: JsonSchema, path: Path
    ) -> None:
        """Adds a keyword without subschemas, or one that the API doesn't take."""
        at, said = (*path, word), merge.keywords
        if word in {"enum", "const"}:
            self._add_values(said, [value] if word == "const" else value, at)
        elif word == "type":
            self._add_type(said, value, at)
        elif word == "format" and value not in keywords()["formats"]["taken"]:
            self._leave_out(f"The API names no format “{value}”: say it in the description.", at)
        elif word in _AGREED:
            said[word] = _AGREED[word](said[word], value) if word in said else value
        else:
            self._add_other(merge, word, value, node, path)

    def _add_other(
        self, merge: _Merge, word: str, value: Any, node: JsonSchema, path: Path
    ) -> None:
        """Keywords the API doesn't take: said in another way, if there is one, else left out."""
        instead = keywords()["instead"].get(word)
        if word in _EXCLUSIVE and not isinstance(value, bool):
            bound = _EXCLUSIVE[word]
            if whole := node.get("type") == "integer":
                value = math.floor(value) + 1 if bound == "minimum" else math.ceil(value) - 1
            self._add(merge, bound, value, node, path)
            if whole:
                return
            instead = f"{bound} is sent, which allows {value} too"
        advice = f": {instead}" if instead else ""
        self._leave_out(f"The API doesn't take “{word}”{advice}.", (*path, word))

    def _add_values(self, said: JsonSchema, values: list[Any], path: Path) -> None:
        """An enum. The API has those of strings and numbers; null says that it is nullable."""
        if any(isinstance(value, (dict, list)) for value in values):
            self._leave_out("The API takes enums of strings and numbers only.", path)
        elif any(isinstance(value, bool) for value in values):
            if not {True, False} <= set(values):
                self._leave_out(f"The API can't be told {short(values)}, only the type.", path)
            self._add_type(said, _type_names(values), path)
        elif "enum" not in said:
            said["enum"] = list(values)
        elif common := [value for value in said["enum"] if value in values]:
            said["enum"] = common
        else:
            self._leave_out("No value is in both enums; the first is sent.", path)

    def _add_type(self, said: JsonSchema, types: Any, path: Path) -> None:
        names = _names(types)
        before = _names(said.get("type", names))
        common = [name for name in before if name in names]
        if "integer" in before + names and "number" in before + names and "integer" not in common:
            common = [*(name for name in common if name != "number"), "integer"]
        if common:
            said["type"] = _one_or_list(common)
        else:
            named = short(_one_or_list(before))
            self._leave_out(f"Nothing is both {named} and {short(types)}.", path)

    def _add_items(self, merge: _Merge, word: str, node: JsonSchema, path: Path) -> None:
        value: Any = node[word]
        if isinstance(value, list):  # `items` with a list is how drafts before 2020 say prefixItems
            for index, child in enumerate(value):
                if index == len(merge.prefix):
                    merge.prefix.append([])
                merge.prefix[index].append((child, (*path, word, index)))
            if word == "prefixItems":
                return
            word, value = "additionalItems", node.get("additionalItems", True)
        if value is False:
            first = node.get("prefixItems", node["items"])
            most = len(first) if isinstance(first, list) else 0
            self._add(merge, "maxItems", most, node, path)
        elif value is not True:
            merge.items.append((value, (*path, word)))

    def _add_further(self, merge: _Merge, word: str, node: JsonSchema, path: Path) -> None:
        """additionalProperties, which in JSON Schema doesn't hold for names of a pattern."""
        patterns: JsonSchema = node.get("patternProperties", {})
        if word == "additionalProperties":
            if not patterns:
                merge.further.append((node[word], (*path, word)))
            return
        reason = f"The API doesn't take “{word}”: {keywords()['instead'][word]}."
        if node.get("additionalProperties") is False and patterns:
            options = [(child, (*path, word, name)) for name, child in patterns.items()]
            either = ({"anyOf": list(patterns.values())}, (*path, word))
            merge.further.append(options[0] if len(options) == 1 else either)
            reason = "The API doesn't take “patternProperties”: the names are left out."
        self._leave_out(reason, (*path, word))

    def _choice(self, word: str, place: Place, open_refs: tuple[str, ...]) -> JsonSchema:
        """Alternatives, if each of them says something by itself."""
        options, path = place
        reduced_options = [
            self._schema([(option, (*path, index))], open_refs)
            for index, option in enumerate(options)
            if option is not False
        ]
        vague = {"required", *_ANNOTATIONS}
        if reduced_options and all(set(option) - vague for option in reduced_options):
            return {word: reduced_options}
        if any(option not in ({}, True) for option in options):
            self._leave_out(f"Left out: the API can't tell the options of this {word} apart.", path)
        return {}


def _constrains(node: JsonSchema) -> bool:
    """Whether a schema beside a reference says more than words about it."""
    words = {*keywords()["taken"], "const", "patternProperties", *_EXCLUSIVE} - {*_ANNOTATIONS}
    return any(word in words and not word.startswith("$") for word in node)


def _names(types: Any) -> list[str]:
    return list(types) if isinstance(types, list) else [types]


def _one_or_list(names: list[str]) -> Any:
    return names[0] if len(names) == 1 else names


def _type_names(values: list[Any]) -> list[str]:
    """The types of these values, each once."""
    return list(dict.fromkeys(TYPE_OF[type(value)] for value in values))
