"""Small repairs to a model's JSON that don't change what it says."""

import math
import re

from gemini.api.surrogates import whole

_STRING = r'"(?:[^"\\]|\\.)*+(?:"|\Z)'
_STRING_OR_COMMA = re.compile(rf"{_STRING}|,(?=\s*[}}\]])", re.DOTALL)
_STRING_OR_ROW_END = re.compile(rf"{_STRING}|}}(?=[ \t]*\r?\n\s*{{)", re.DOTALL)
# An escape: a surrogate pair, one the text ends inside of, any other \u, or one
# character. Lone surrogates have no UTF-8.
_ESCAPE = re.compile(
    r"""
    \\u[dD][89abAB][0-9a-fA-F]{2} (?: \\u[dD][c-fC-F][0-9a-fA-F]{2} | (?: \\(?:u\w{0,3})? )? \Z )
    | \\u[0-9a-fA-F]{4}
    | \\.
    """,
    re.DOTALL | re.VERBOSE,
)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_CONTROL = re.compile(r"[\x00-\x1f]")
# Floats end at 1.8e308, and Python reads integers of up to 4300 digits.
_HUGE = re.compile(r"\d[eE]\+?\d{3}|\d{300}")
_STRING_OR_NUMBER = re.compile(rf"{_STRING}|-?\d[\d.eE+-]*+(?=[\s,}}\]])", re.DOTALL)


def clean(text: str) -> str:
    """The text without what no reader of JSON can hold.

    A byte order mark, lone surrogates (become U+FFFD), numbers beyond what a float holds (become
    strings, so that nothing of them is lost).
    """
    text = whole(text).removeprefix("\ufeff")
    if _SURROGATE.search(text):
        text = _ESCAPE.sub(_paired, text)
    return _STRING_OR_NUMBER.sub(_finite, text) if _HUGE.search(text) else text


def _paired(escape: re.Match[str]) -> str:
    lone = _SURROGATE.fullmatch(escape.group()) and escape.end() < len(escape.string)
    return "\\ufffd" if lone else escape.group()


def _finite(match: re.Match[str]) -> str:
    slip = match.group()
    if slip.startswith('"') or len(slip) < 5:
        return slip
    try:
        return slip if math.isfinite(float(slip)) else f'"{slip}"'
    except ValueError:
        return slip  # no number; the parser will say so


def mended(text: str) -> str:
    """The text with models' usual slips put right.

    Line breaks and tabs inside strings are escaped; a comma before a closing bracket becomes a
    space.
    """
    return _STRING_OR_COMMA.sub(_slip, text)


def _slip(match: re.Match[str]) -> str:
    slip = match.group()
    if slip == ",":
        return " "
    return _CONTROL.sub(lambda control: f"\\u{ord(control.group()):04x}", slip)


def with_commas(text: str) -> str:
    """The text with a comma between objects that begin on lines of their own."""
    return _STRING_OR_ROW_END.sub(lambda slip: "}," if slip[0] == "}" else slip[0], text)


def left_open(text: str) -> bool:
    """Whether the text, from the start of a JSON value on, ends inside a string."""
    quotes = text.replace("\\\\", "").replace('\\"', "").count('"')
    return quotes % 2 == 1
