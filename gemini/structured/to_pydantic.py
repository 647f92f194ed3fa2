"""A schema as Python: a module of Pydantic models whose own schema says the same."""

import json
from dataclasses import dataclass, replace
from typing import Any

from gemini.codegen.layout import python_literal
from gemini.structured.finding import Finding, JsonSchema, Path
from gemini.structured.pydantic_fields import ABOUT, BOUNDS, LENGTHS
from gemini.structured.python_code import (
    INDENT,
    PyType,
    class_name,
    docstring,
    either,
    field_line,
    field_name,
    imports,
    singular,
)
from gemini.structured.subschemas import DEFINITIONS, resolve, walk

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
_FORMATS = {
    "date": "dt.date",
    "date-time": "dt.datetime",
    "time": "dt.time",
    "duration": "dt.timedelta",
    "uuid": "UUID",
}
_ARGUMENTS = (
    {word: word for word in (*ABOUT, "pattern")}
    | {keyword: name for name, keyword in BOUNDS.items()}
    | {keyword: name for name, kinds in LENGTHS.items() for keyword in kinds.values()}
)
_TEXT_RULES = {"minLength", "maxLength", "pattern"}  # they don't go with dates and the like
# Keywords that types, classes and defaults say, and those that lead nowhere from here.
_STRUCTURE = {
    "type",
    "anyOf",
    "oneOf",
    "items",
    "properties",
    "required",
    "propertyOrdering",
    "additionalProperties",
    "default",
    *DEFINITIONS,
}
_WITHOUT_COUNTERPART = ("allOf", "not", "if", "patternProperties", "dependentSchemas")


@dataclass(frozen=True, slots=True)
class PydanticModule:
    """The source of a module, the name of its root class, and what the classes don't say."""

    source: str
    root: str
    notes: tuple[Finding, ...] = ()


def to_pydantic(schema: JsonSchema, name: str = "Answer") -> PydanticModule:
    """The models of a schema that passed `check`; `name` is the root's where it has no title.

    A property that isn't required becomes `… | None = None`: Pydantic has no other way to leave
    it out, so the models allow null there too.
    """
    writer = _ClassWriter(schema)
    root = writer.root(name)
    return PydanticModule(writer.module(), root, tuple(writer.notes))


class _ClassWriter:
    """Writes one schema's classes, each after those it uses."""

    def __init__(self, schema: JsonSchema) -> None:
        self._schema = schema
        self._blocks: list[str] = []
        self._written: dict[str, str] = {}
        self._open_refs: list[str] = []
        self._by_ref: dict[str, str] = {}
        self._rebuilt: dict[str, None] = {}
        # A class named like a field would be hidden by the field inside its class.
        self._taken = {name for _, node in walk(schema) for name in node.get("properties", {})}
        self.notes: list[Finding] = []

    def module(self) -> str:
        body = "\n\n\n".join(self._blocks)
        rebuilds = "".join(f"{name}.model_rebuild()\n" for name in self._rebuilt)
        head = imports(body, postponed=bool(rebuilds))
        return f"{head}\n\n\n{body}\n" + (f"\n\n{rebuilds}" if rebuilds else "")

    def root(self, name: str) -> str:
        """Writes the root's class, and gives its name."""
        title = self._schema.get("title", name)
        body = {key: value for key, value in self._schema.items() if key not in DEFINITIONS}
        if body.get("type", "object") == "object" and body.get("properties"):
            return self._class(body, title, ())
        kind = self.type({k: v for k, v in body.items() if k != "description"}, title, ())
        if kind.annotation in self._by_ref.values():
            return kind.annotation
        root = class_name(title, self._taken)
        inner = replace(kind, arguments={k: v for k, v in kind.arguments.items() if k != "title"})
        about = docstring(body["description"]) if body.get("description") else "pass"
        self._blocks.append(f"class {root}(RootModel[{inner.inside()}]):\n{INDENT}{about}")
        return root

    def type(self, schema: Any, name: str, path: Path) -> PyType:
        """The type of a schema; classes it needs are called after `name`."""
        if not isinstance(schema, dict):
            return PyType(("Any",))
        for word in _WITHOUT_COUNTERPART:
            if word in schema:
                reason = f"Python's types have no counterpart to {word}."
                self.notes.append(Finding(reason, (*path, word)))
        kind = self._annotation(schema, name, path)
        arguments: dict[str, Any] = {}
        extra: JsonSchema = {}
        for word, value in schema.items():
            if word in kind.said or word in _STRUCTURE or word in _WITHOUT_COUNTERPART:
                continue
            # Without a type, Pydantic has no rule that a length or a bound could be.
            if word in _ARGUMENTS and (kind.parts != ("Any",) or word in ABOUT):
                arguments[_ARGUMENTS[word]] = value
            else:
                extra[word] = value
        return replace(kind, arguments=arguments | ({"json_schema_extra": extra} if extra else {}))

    def _annotation(self, schema: JsonSchema, name: str, path: Path) -> PyType:
        if isinstance(schema.get("$ref"), str):
            return self._reference(schema["$ref"], path)
        for word in ("enum", "const"):
            values = [schema["const"]] if word == "const" and word in schema else schema.get(word)
            if values and all(isinstance(v, (str, int)) or v is None for v in values):
                return _literal(values, word)
        for word in ("anyOf", "oneOf"):
            if schema.get(word):
                options = [
                    self.type(option, f"{name}_{number}", (*path, word, number - 1))
                    for number, option in enumerate(schema[word], 1)
                ]
                return either(options)
        types = schema.get("type", _implied(schema))
        if isinstance(types, str):
            return self._of_type(types, schema, name, path)
        kinds = [self._of_type(kind, schema, name, path) for kind in types]
        said = frozenset[str]().union(*(kind.said for kind in kinds))
        return replace(either(kinds), said=said, plain=all(kind.plain for kind in kinds))

    def _of_type(self, kind: str, schema: JsonSchema, name: str, path: Path) -> PyType:
        if kind == "null":
            return PyType((), nullable=True, plain=True)
        if kind == "object":
            return self._object(schema, name, path)
        if kind == "array":
            return self._array(schema, name, path)
        mapped = _FORMATS.get(schema.get("format", ""))
        if kind == "string" and mapped and not _TEXT_RULES & schema.keys():
            return PyType((mapped,), said=frozenset({"format"}))
        return PyType((_SCALARS.get(kind, "Any"),), plain=kind in _SCALARS)

    def _object(self, schema: JsonSchema, name: str, path: Path) -> PyType:
        if schema.get("properties"):
            body = schema | {"type": "object"}
            said = frozenset({"title", "description"})
            return PyType((self._class(body, schema.get("title", name), path),), said=said)
        values = schema.get("additionalProperties", True)
        inner = self.type(values, f"{name}_value", (*path, "additionalProperties"))
        return PyType((f"dict[str, {inner.inside()}]",))

    def _array(self, schema: JsonSchema, name: str, path: Path) -> PyType:
        items = schema.get("items", True)
        # `items` with a list is how drafts before 2020 say prefixItems.
        places = schema.get("prefixItems") or (items if isinstance(items, list) else [])
        if not places:
            kind = self.type(items, singular(name), (*path, "items"))
            return PyType((f"list[{kind.inside()}]",))
        closed = items is False or schema.get("additionalItems") is False
        most = len(places) if closed else schema.get("maxItems")
        if not schema.get("minItems") == most == len(places):
            reason = "A list whose first items differ is a list of anything in Python."
            self.notes.append(Finding(reason, (*path, "prefixItems")))
            return PyType(("list[Any]",), said=frozenset({"prefixItems"}))
        parts = [
            self.type(place, f"{name}_{number}", (*path, "prefixItems", number - 1)).inside()
            for number, place in enumerate(places, 1)
        ]
        said = frozenset({"prefixItems", "minItems", "maxItems"})
        return PyType((f"tuple[{', '.join(parts)}]",), said=said)

    def _reference(self, ref: str, path: Path) -> PyType:
        """What a definition becomes: a class by its name, or its type written out."""
        said = frozenset({"$ref"})
        if ref in self._by_ref:
            if ref in self._open_refs:  # used inside itself, before Python knows it
                self._rebuilt[self._by_ref[ref]] = None
            return PyType((self._by_ref[ref],), said=said)
        target = resolve(self._schema, ref)
        if not isinstance(target, dict) or ref in self._open_refs:
            self.notes.append(Finding(f"{ref} becomes Any.", (*path, "$ref")))
            return PyType(("Any",), said=said)
        name = target.get("title", ref.rsplit("/", 1)[-1].lstrip("#") or "Answer")
        self._open_refs.append(ref)
        if target.get("properties"):
            self._by_ref[ref] = class_name(name, self._taken)
            self._write(target, self._by_ref[ref], path)
            kind = PyType((self._by_ref[ref],), said=said)
        else:
            inner = self.type(target, name, path)
            kind = PyType((inner.inside(),), said=said)
        self._open_refs.pop()
        return kind

    def _class(self, schema: JsonSchema, name: str, path: Path) -> str:
        """The class of an object; equal objects of the same name share one."""
        key = json.dumps([name, schema])
        if key not in self._written:
            self._written[key] = class_name(name, self._taken)
            self._write(schema, self._written[key], path)
        return self._written[key]

    def _write(self, schema: JsonSchema, name: str, path: Path) -> None:
        lines = [f"class {name}(BaseModel):"]
        if schema.get("description"):
            lines += [INDENT + docstring(schema["description"]), ""]
        more = schema.get("additionalProperties")
        if more is not None:
            extra = "forbid" if more is False else "allow"
            lines += [f'{INDENT}model_config = ConfigDict(extra="{extra}")', ""]
        if isinstance(more, dict):
            reason = "The type of additional properties isn't part of the class."
            self.notes.append(Finding(reason, (*path, "additionalProperties")))
        taken: set[str] = set()
        for prop in _ordered(schema):
            required = prop in schema.get("required", [])
            lines.append(self._field(prop, schema["properties"][prop], required, taken, path))
        self._blocks.append("\n".join(lines))

    def _field(self, prop: str, schema: Any, required: bool, taken: set[str], path: Path) -> str:
        name = field_name(prop, taken)
        kind = self.type(schema, prop, (*path, "properties", prop))
        default: dict[str, Any] = {}
        if not required:
            given = schema.get("default") if isinstance(schema, dict) else None
            keep = given is not None and kind.plain
            default = {"default": given if keep else None}
            kind = kind if keep else replace(kind, nullable=True)
        alias = {"alias": prop} if name != prop else {}
        return field_line(name, kind.annotation, default | alias | kind.arguments)


def _literal(values: list[Any], word: str) -> PyType:
    plain = ", ".join(python_literal(value) for value in values if value is not None)
    parts = (f"Literal[{plain}]",) if plain else ()
    return PyType(parts, None in values, frozenset({word, "format"}), plain=True)


def _implied(schema: JsonSchema) -> str:
    if "properties" in schema:
        return "object"
    return "array" if "items" in schema or "prefixItems" in schema else ""


def _ordered(schema: JsonSchema) -> list[str]:
    properties = schema["properties"]
    order = [name for name in schema.get("propertyOrdering", []) if name in properties]
    return list(dict.fromkeys([*order, *properties]))
