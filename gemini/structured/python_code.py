"""Pieces of generated Python: literals, types, fields, imports. What a schema says is only ever
quoted, never code."""

import ast
import json
from dataclasses import dataclass, field
from typing import Any

INDENT = "    "
_WIDTH = 100
_IMPORTS = {
    "dt": "import datetime as dt",
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
    return [f"{name}={python(value)}" for name, value in arguments.items()]


def field_line(name: str, annotation: str, arguments: dict[str, Any]) -> str:
    """A field of a class; over several lines where it would be longer than 100 characters."""
    start = f"{INDENT}{name}: {annotation}"
    if not arguments:
        return start
    if arguments.keys() == {"default"}:
        return f"{start} = {python(arguments['default'])}"
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
    for module, names in _IMPORTS.items():
        if isinstance(names, str):
            lines += [names] if module in used else []
        elif used_names := [name for name in names if name in used]:
            blank = [""] if module == "pydantic" and lines and lines[-1] else []
            lines += [*blank, f"from {module} import {', '.join(used_names)}"]
    return "\n".join(lines)


def python(value: Any) -> str:
    """A JSON value as Python source."""
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)  # JSON's escapes mean the same in Python
        return text if text.isprintable() else json.dumps(value)
    if isinstance(value, list):
        return f"[{', '.join(map(python, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{python(k)}: {python(v)}' for k, v in value.items())}}}"
    return repr(value)


def docstring(text: str, indent: str = INDENT) -> str:
    """A description as a docstring, quotes included."""
    lines = text.strip().splitlines()
    safe = "\\" not in text and '"' not in text and all(line.isprintable() for line in lines)
    if not safe or not lines:
        return python(text)
    if len(lines) == 1:
        return f'"""{lines[0]}"""'
    body = "\n".join(f"{indent}{line}".rstrip() for line in lines[1:])
    return f'"""{lines[0].rstrip()}\n{body}\n{indent}"""'
