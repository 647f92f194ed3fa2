"""Figures and cells for people: numbers of things in words, and CSV that runs no formula."""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

# Characters with which a spreadsheet begins a formula, and the two that hide one behind white
# space. Source: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NEGATIVE = re.compile(r"-\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def counted(number: int, thing: str, things: str = "") -> str:
    """So many of a thing: "1 file", "2,000 files". `things` is its plural, where it isn't an s."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


def harmless(cell: Any) -> Any:
    """The cell; a text that could be run as a formula gets an apostrophe before it.

    Numbers, also negative ones and those written as text, stay as they are.
    """
    if not isinstance(cell, str) or _NEGATIVE.fullmatch(cell):
        return cell
    return f"'{cell}" if cell.lstrip(" \n").startswith(_FORMULA) else cell


def csv_text(rows: Iterable[Iterable[Any]]) -> str:
    """Rows as CSV, each cell made `harmless`."""
    text = io.StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()
