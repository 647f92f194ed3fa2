"""Brackets laid out as a formatter would: on one line where they fit, else one item a line.

This is the layout of ruff, and nearly that of Prettier: an item that stands alone on its line ends
with a comma, so that neither formatter would join the lines again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """An opening bracket, items, a closing bracket. An item is a prefix (`model=`) and a node."""

    open: str
    items: tuple[tuple[str, Node], ...]
    close: str


Node = str | Group
"""A piece of source: text on one line, or a group."""


@dataclass(frozen=True)
class CodeStyle:
    """`width` in columns, `indent` in spaces, `padding` inside the braces that stay on a line."""

    width: int
    indent: int
    padding: str = ""


PYTHON = CodeStyle(width=88, indent=4)  # ruff's defaults
JAVASCRIPT = CodeStyle(width=80, indent=2, padding=" ")  # Prettier's


def group(opening: str, items: Iterable[tuple[str, Node]], closing: str) -> Node:
    """A group, or plain text when there is nothing in it."""
    children = tuple(items)
    return Group(opening, children, closing) if children else opening + closing


def layout(
    node: Node, style: CodeStyle, *, before: str = "", after: str = "", indent: int = 0
) -> str:
    """The source of a node.

    Args:
        before: what stands on the line before it, the indentation apart.
        after: what stands on the line after it.
        indent: columns of indentation of the line it begins on.

    Returns:
        `before`, the node and `after`; every line but the first with its indentation.
    """
    flat = before + _flat(node, style) + after
    if isinstance(node, str) or indent + _columns(flat) <= style.width:
        return flat
    deeper = indent + style.indent
    lines = [
        " " * deeper + layout(item, style, before=prefix, after=",", indent=deeper)
        for prefix, item in node.items
    ]
    return "\n".join([before + node.open, *lines, " " * indent + node.close + after])


def _flat(node: Node, style: CodeStyle) -> str:
    if isinstance(node, str):
        return node
    inside = ", ".join(prefix + _flat(item, style) for prefix, item in node.items)
    padding = style.padding if node.open.endswith("{") else ""
    return node.open + padding + inside + padding + node.close


def _columns(text: str) -> int:
    """The columns that a text takes. Wide characters count two, those of no certain width too."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)
