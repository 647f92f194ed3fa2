"""Python source as data: parsed, its literals read, and nothing in it ever executed."""

import ast
import json
from typing import Any

LONGEST = 300_000
"""Characters of source that are parsed; a deep enough text exhausts Python's own parser."""


class UnreadableError(Exception):
    """Part of the source that can't be read without running it, or not at all."""

    def __init__(self, reason: str, node: ast.AST) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line: int = getattr(node, "lineno", 1)
        self.offset: int = getattr(node, "col_offset", 0)
        """Bytes of UTF-8 from the start of the line, from 0, as `ast` counts."""


def column(source: str, line: int, offset: int) -> int:
    """`ast`'s offset in bytes of UTF-8 as a column of characters, from 1."""
    lines = source.splitlines()
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    return len(text.encode("utf-8", "replace")[:offset].decode("utf-8", "replace")) + 1


def name_of(node: ast.AST | None) -> str:
    """The last name of `Field`, `pydantic.Field`, `Field(…)` or `List[…]`; "" for anything else."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def literal(node: ast.expr) -> Any:
    """The JSON value of a literal: text, number, true/false/None, lists and dicts of these.

    Raises UnreadableError for everything else.
    """
    try:
        value = ast.literal_eval(node)
        json.dumps(value, allow_nan=False)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise UnreadableError(f"“{source_of(node)}” isn't a plain value.", node) from error
    return list(value) if isinstance(value, tuple) else value


def source_of(node: ast.AST, limit: int = 40) -> str:
    """The source of a node for a sentence, cut after `limit` characters."""
    try:
        text = ast.unparse(node)
    except (ValueError, RecursionError):
        text = "…"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def elements(node: ast.expr) -> list[ast.expr]:
    """What stands in the brackets of a subscript: one expression, or those of a tuple."""
    return node.elts if isinstance(node, ast.Tuple) else [node]
