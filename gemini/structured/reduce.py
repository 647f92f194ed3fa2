"""A schema in the keywords the API takes, meaning the same as far as they can say it.

What they can't say is left out, so the result may allow more than the schema, and never less: every
answer that fits the schema fits what is sent. Each thing left out is a finding.

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
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import unquote

from gemini.structured.finding import Finding, JsonSchema, Path, short
from gemini.structured.keywords import keywords
from gemini.structured.refs import pointer, resolve
from gemini.structured.walk import DEFINITIONS

Place = tuple[Any, Path]
"""A subschema, and where it stands in the schema."""

_FIRST_COUNTS = ("title", "description", "format")
_LISTS = ("required", "propertyOrdering")
_LOWEST = ("maxItems", "maximum")
_HIGHEST = ("minItems", "minimum")
_EXCLUSIVE = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_ANNOTATIONS = ("title", "description", "propertyOrdering")
_SILENT = (*DEFINITIONS, "$id", "$anchor", "additionalItems")  # moved, or of no use when sent
_MOST_OPEN = 40  # references written out within one another
_TYPE_OF = {str: "string", int: "integer", float: "number", type(None): "null", bool: "boolean"}


def reduced(schema: JsonSchema) -> tuple[JsonSchema, tuple[Finding, ...]]:
    """The schema as it can be sent, and what is left out of it. Expects one without endless
    references and of bearable size: see `check`."""
    reducer = _Reducer(schema)
    return reducer.run(), tuple(reducer.left)


@dataclass
class _Merge:
    """What several schemas say together, their subschemas not yet reduced."""

    said: JsonSchema = field(default_factory=dict)
    properties: dict[str, list[Place]] = field(default_factory=dict)
    items: list[Place] = field(default_factory=list)
    places: list[list[Place]] = field(default_factory=list)
    more: list[Place] = field(default_factory=list)
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

    def _schema(self, places: list[Place], open_refs: tuple[str, ...]) -> JsonSchema:
        """The schema of what all of `places` allow; `open_refs` are those written out around it."""
        parts: list[Place] = []
        refs: dict[str, Path] = {}
        for node, path in places:
            self._flatten(node, path, parts, refs)
        if len(refs) == 1 and not any(_constrains(node) for node, _ in parts):
            ((ref, path),) = refs.items()
            if new_ref := self._named(ref):
                self._left_beside(parts, path)
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
            self._names[ref] = _free_name(ref, self._names.values())
            self._pending.append(ref)
        return f"#/$defs/{self._names[ref]}"

    def _left_beside(self, parts: list[Place], path: Path) -> None:
        beside = [word for node, _ in parts for word in node if word not in _SILENT]
        shown = [word for word in beside if not word.startswith("$")]
        if shown:
            reason = f"The API allows nothing beside a $ref; left out: {', '.join(shown)}."
            self._leave_out(reason, (*path, "$ref"))

    def _merged(self, parts: list[Place], open_refs: tuple[str, ...]) -> JsonSchema:
        merge = _Merge()
        for node, path in parts:
            for word, value in node.items():
                self._add(merge, word, value, node, path)
        result = merge.said
        if merge.properties:
            result["properties"] = {
                name: self._schema(places, open_refs) for name, places in merge.properties.items()
            }
            given = result.pop("propertyOrdering", [])
            if given or len(merge.properties) > 1:
                result["propertyOrdering"] = list(dict.fromkeys([*given, *merge.properties]))
        if merge.places:
            result["prefixItems"] = [self._schema(place, open_refs) for place in merge.places]
        if merge.items:
            result["items"] = self._schema(merge.items, open_refs)
        if merge.more:
            closed = any(node is False for node, _ in merge.more)
            result["additionalProperties"] = (
                False if closed else self._schema(merge.more, open_refs) or True
            )
        if merge.choice:
            result |= self._choice(*merge.choice, open_refs)
        if "enum" in result and "type" not in result:
            result |= _type_of(result["enum"])
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
            self._add_more(merge, word, node, path)
        elif word in {"anyOf", "oneOf"}:
            if merge.choice:
                self._leave_out(f"The API takes one choice here; left out: {word}.", at)
            else:
                merge.choice = (word, (value, at))
        elif word not in _SILENT and not self._say(merge.said, word, value, at):
            self._add_other(merge, word, value, node, path)

    def _say(self, said: JsonSchema, word: str, value: Any, at: Path) -> bool:
        """Adds a keyword without subschemas to those said; False for one the API doesn't take."""
        if word in {"enum", "const"}:
            self._add_values(said, [value] if word == "const" else value, at)
        elif word == "type":
            self._add_type(said, value, at)
        elif word == "format" and value not in keywords()["formats"]["taken"]:
            self._leave_out(f"The API names no format “{value}”: say it in the description.", at)
        elif word in _FIRST_COUNTS:
            said.setdefault(word, value)
        elif word in _LISTS:
            said[word] = list(dict.fromkeys([*said.get(word, []), *value]))
        elif word in _HIGHEST:
            said[word] = max(said.get(word, value), value)
        elif word in _LOWEST:
            said[word] = min(said.get(word, value), value)
        else:
            return False
        return True

    def _add_other(
        self, merge: _Merge, word: str, value: Any, node: JsonSchema, path: Path
    ) -> None:
        """Keywords the API doesn't take: said in another way, if there is one, else left out."""
        instead = keywords()["instead"].get(word)
        if word in _EXCLUSIVE and not isinstance(value, bool):
            bound = _EXCLUSIVE[word]
            if node.get("type") == "integer":
                low = bound == "minimum"
                value = math.floor(value) + 1 if low else math.ceil(value) - 1
                self._add(merge, bound, value, node, path)
                return
            self._add(merge, bound, value, node, path)
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
            self._add_type(said, list(_type_names(values)), path)
        elif "enum" not in said:
            said["enum"] = list(values)
        elif common := [value for value in said["enum"] if value in values]:
            said["enum"] = common
        else:
            self._leave_out("No value is in both enums; the first is sent.", path)

    def _add_type(self, said: JsonSchema, types: Any, path: Path) -> None:
        names = types if isinstance(types, list) else [types]
        if "type" not in said:
            said["type"] = names[0] if len(names) == 1 else list(names)
            return
        before = said["type"] if isinstance(said["type"], list) else [said["type"]]
        common = [name for name in before if name in names]
        if "integer" in before + names and "number" in before + names and "integer" not in common:
            common = [*(name for name in common if name != "number"), "integer"]
        if common:
            said["type"] = common[0] if len(common) == 1 else common
        else:
            self._leave_out(f"Nothing is both {short(said['type'])} and {short(types)}.", path)

    def _add_items(self, merge: _Merge, word: str, node: JsonSchema, path: Path) -> None:
        value: Any = node[word]
        if isinstance(value, list):  # `items` with a list is how drafts before 2020 say prefixItems
            for index, child in enumerate(value):
                if index == len(merge.places):
                    merge.places.append([])
                merge.places[index].append((child, (*path, word, index)))
            if word == "prefixItems":
                return
            word, value = "additionalItems", node.get("additionalItems", True)
        if value is False:
            first = node.get("prefixItems", node["items"])
            most = len(first) if isinstance(first, list) else 0
            self._add(merge, "maxItems", most, node, path)
        elif value is not True:
            merge.items.append((value, (*path, word)))

    def _add_more(self, merge: _Merge, word: str, node: JsonSchema, path: Path) -> None:
        """additionalProperties, which in JSON Schema doesn't hold for names of a pattern."""
        value: Any = node[word]
        patterns: JsonSchema = node.get("patternProperties", {})
        if word == "additionalProperties":
            if not patterns:
                merge.more.append((value, (*path, word)))
            return
        if node.get("additionalProperties") is False and patterns:
            options = [(child, (*path, word, name)) for name, child in patterns.items()]
            if len(options) == 1:
                merge.more += options
            else:
                merge.more.append(({"anyOf": list(patterns.values())}, (*path, word)))
            reason = "The API doesn't take “patternProperties”: the names are left out."
        else:
            reason = f"The API doesn't take “{word}”: {keywords()['instead'][word]}."
        self._leave_out(reason, (*path, word))

    def _choice(self, word: str, place: Place, open_refs: tuple[str, ...]) -> JsonSchema:
        """Alternatives, if each of them says something by itself."""
        options, path = place
        reduced = [
            self._schema([(option, (*path, index))], open_refs)
            for index, option in enumerate(options)
            if option is not False
        ]
        if reduced and all(set(option) - {"required", *_ANNOTATIONS} for option in reduced):
            return {word: reduced}
        if any(option not in ({}, True) for option in options):
            self._leave_out(f"Left out: the API can't tell the options of this {word} apart.", path)
        return {}


def _constrains(node: JsonSchema) -> bool:
    """Whether a schema beside a reference says more than words about it."""
    words = {*keywords()["taken"], "const", "patternProperties", *_EXCLUSIVE}
    return any(
        word in words and not word.startswith("$") and word not in _ANNOTATIONS for word in node
    )


def _type_names(values: list[Any]) -> Iterator[str]:
    yield from dict.fromkeys(_TYPE_OF[type(value)] for value in values)


def _type_of(values: list[Any]) -> JsonSchema:
    """The type of an enum's values, if they have one beside null."""
    names = list(_type_names(values))
    plain = [name for name in names if name != "null"]
    if len(plain) > 1:
        return {}
    return {"type": names[0] if len(names) == 1 else names}


def _free_name(ref: str, taken: Any) -> str:
    """A name for what `ref` names that needs no escape in a reference."""
    base = re.sub(r"[^A-Za-z0-9_.-]", "_", unquote(ref).rsplit("/", 1)[-1].lstrip("#")) or "root"
    names = (base if number == 1 else f"{base}_{number}" for number in count(1))
    return next(name for name in names if name not in taken)
