"""Source code: texts as literals, whatever is in them, and brackets laid out as a formatter would.

What can't be seen (controls, marks of direction, spaces that aren't one, halves of surrogates) is
escaped: it would get lost in an editor, or make the code look like what it is not.

Brackets stay on one line where they fit, else there is one item a line. This is the layout of
ruff, and nearly that of Prettier: an item that stands alone on its line ends with a comma, so that
neither formatter would join the lines again.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

K = TypeVar("K")

_CLOSING = re.compile(r'"{3,}|"+\Z')
"""Quotes that would end a text in triple quotes, or run into its end."""

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}


def is_long(text: str) -> bool:
    """Whether a text reads better over several lines, as a literal of its own."""
    return "\n" in text.strip("\n")


def python_string(text: str) -> str:
    """A literal on one line, in the quotes that need fewer escapes, as ruff has them."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = "".join("\\" + c if c == quote else _python_character(c) for c in text)
    return quote + escaped + quote


def python_text(text: str) -> str:
    """A literal in triple quotes, its lines as they are."""
    escaped = "".join(c if c == "\n" else _python_character(c) for c in text)
    escaped = _CLOSING.sub(lambda quotes: '\\"' * len(quotes[0]), escaped)
    return f'"""{_visible_line_ends(escaped)}"""'


def python_literal(value: Any) -> str:
    """Plain data on one line."""
    if isinstance(value, str):
        return python_string(value)
    if isinstance(value, list):
        return f"[{', '.join(map(python_literal, value))}]"
    if isinstance(value, dict):
        items = (f"{python_literal(k)}: {python_literal(v)}" for k, v in value.items())
        return f"{{{', '.join(items)}}}"
    return repr(value)


def javascript_string(text: str) -> str:
    """A literal on one line, in the quotes that need fewer escapes, as Prettier has them."""
    escaped = shown_json(json.dumps(text, ensure_ascii=False))
    if text.count('"') <= text.count("'"):
        return escaped
    return "'" + escaped[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"


def shown_json(source: str) -> str:
    """JSON source with what can't be seen escaped. Line ends between values stay."""
    return "".join(c if c == "\n" or c.isprintable() else json.dumps(c)[1:-1] for c in source)


def javascript_text(text: str) -> str:
    """A template literal, its lines as they are."""
    escaped = text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    escaped = escaped.replace("\r", "\\r").replace("\t", "\\t")
    return f"`{_visible_line_ends(shown_json(escaped))}`"


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


def _visible_line_ends(escaped: str) -> str:
    """Editors cut spaces at the end of a line; the last of them is escaped against that."""
    return re.sub(r" (?=\n|\Z)", r"\\x20", escaped)


def _python_character(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


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


def chosen(kinds: Iterable[K], source: Mapping[K, str]) -> list[str]:
    """The lines of a table for these kinds."""
    return [line for kind in kinds if kind in source for line in source[kind].split("\n")]


def indented(lines: list[str], columns: int) -> list[str]:
    """The lines further to the right."""
    return [" " * columns + line if line else line for line in lines]
