"""Pieces of generated Python: literals, types, fields, imports. What a schema says is only ever
quoted, never code."""

import ast
import keyword
import re
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from gemini.codegen.layout import python_literal, python_string

INDENT = "    "
_WIDTH = 100
_IMPORTS = {
    "typing": ("Annotated", "Any", "Literal"),
    "uuid": ("UUID",),
    "pydantic": ("BaseModel", "ConfigDict", "Field", "RootModel"),
}


@dataclass(frozen=True, slots=True)
class PyType:
    """An annotation: its alternatives, None apart.

    `said` are the keywords of the schema that the annotation expresses by itself; `arguments`
    those of `Field` for the rest. `plain` types take a JSON value as their default.
    """

    parts: tuple[str, ...]
    nullable: bool = False
    said: frozenset[str] = frozenset()
    arguments: dict[str, Any] = field(default_factory=dict)
    plain: bool = False

    @property
    def annotation(self) -> str:
        parts = tuple(dict.fromkeys(self.parts))
        return " | ".join(parts + (("None",) if self.nullable or not parts else ()))

    def inside(self) -> str:
        """The type as part of another, its arguments in `Annotated`."""
        if not self.arguments:
            return self.annotation
        return f"Annotated[{self.annotation}, Field({', '.join(keywords(self.arguments))})]"


def either(options: list[PyType]) -> PyType:
    """A union of types; those with arguments of their own as `Annotated`."""
    parts = tuple(
        part
        for option in options
        for part in ((option.inside(),) if option.arguments else option.parts)
    )
    return PyType(parts, any(option.nullable or not option.parts for option in options))


def keywords(arguments: dict[str, Any]) -> list[str]:
    return [f"{name}={python_literal(value)}" for name, value in arguments.items()]


def field_line(name: str, annotation: str, arguments: dict[str, Any]) -> str:
    """A field of a class; over several lines where it would be longer than 100 characters."""
    start = f"{INDENT}{name}: {annotation}"
    if not arguments:
        return start
    if arguments.keys() == {"default"}:
        return f"{start} = {python_literal(arguments['default'])}"
    parts = keywords(arguments)
    line = f"{start} = Field({', '.join(parts)})"
    if len(line) <= _WIDTH:
        return line
    body = "".join(f"{INDENT * 2}{part},\n" for part in parts)
    return f"{start} = Field(\n{body}{INDENT})"


def imports(body: str, postponed: bool) -> str:
    """The import lines for the names `body` uses; `postponed`: some class is used before it is."""
    tree = ast.parse(body)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    lines = ["from __future__ import annotations", ""] if postponed else []
    lines += ["import datetime as dt"] if "dt" in used else []
    for module, names in _IMPORTS.items():
        if used_names := [name for name in names if name in used]:
            blank = [""] if module == "pydantic" and lines and lines[-1] else []
            lines += [*blank, f"from {module} import {', '.join(used_names)}"]
    return "\n".join(lines)


def docstring(text: str) -> str:
    """A description as a docstring, quotes included."""
    lines = text.strip().splitlines()
    safe = "\\" not in text and '"' not in text and all(line.isprintable() for line in lines)
    if not safe or not lines:
        return python_string(text)
    if len(lines) == 1:
        return f'"""{lines[0]}"""'
    body = "\n".join(f"{INDENT}{line}".rstrip() for line in lines[1:])
    return f'"""{lines[0].rstrip()}\n{body}\n{INDENT}"""'


# What the generated module uses by name. A field of such a name would hide it from the lines below.
_USED = {"bool", "dict", "dt", "float", "int", "list", "str", "tuple"}.union(*_IMPORTS.values())


def field_name(name: str, taken: set[str]) -> str:
    """An attribute for the property `name`: itself where Python and Pydantic allow it."""
    plain = re.sub(r"\W", "_", name, flags=re.ASCII).lstrip("_") or "field"
    # model_validate and model_dump are namespaces to Pydantic: it warns of all that begins so.
    if plain[0].isdigit() or plain.startswith(("model_validate", "model_dump")):
        plain = f"field_{plain}"
    if keyword.iskeyword(plain) or plain in _USED or hasattr(BaseModel, plain):
        plain += "_"
    return _free(plain, taken)


def class_name(text: str, taken: set[str]) -> str:
    """A class for an object called `text`, in CapWords."""
    words = re.findall(r"[A-Za-z0-9]+", text)
    plain = "".join(word[0].upper() + word[1:] for word in words) or "Model"
    if plain[0].isdigit() or keyword.iskeyword(plain) or plain in _USED:
        plain = f"Model{plain}"
    return _free(plain, taken)


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}{number}"
    taken.add(free)
    return free


def singular(name: str) -> str:
    """The name of one item of a list called `name`, by English's commonest endings."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    if name.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    if name.endswith("s") and not name.endswith("ss"):
        return name[:-1]
    return f"{name}_item"
