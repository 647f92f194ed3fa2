"""The cells of CSV downloads, so that no spreadsheet runs one as a formula."""

import re
from typing import Any

# Characters with which a spreadsheet begins a formula, and the two that hide one behind white
# space. Source: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NEGATIVE = re.compile(r"-\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def harmless(cell: Any) -> Any:
    """The cell; a text that could be run as a formula gets an apostrophe before it.

    Numbers, also negative ones and those written as text, stay as they are.
    """
    if not isinstance(cell, str) or _NEGATIVE.fullmatch(cell):
        return cell
    return f"'{cell}" if cell.lstrip(" \n").startswith(_FORMULA) else cell
