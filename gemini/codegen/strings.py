"""Texts as literals of Python, JavaScript and JSON, whatever is in them.

What can't be seen (controls, marks of direction, spaces that aren't one, halves of surrogates) is
escaped: it would get lost in an editor, or make the code look like what it is not.
"""

import json
import re

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
