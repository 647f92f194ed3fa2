"""Figures in words: numbers of things, durations, sizes, money; short texts; and CSV that runs no
formula.
"""

import csv
import io
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

# Characters with which a spreadsheet begins a formula, and the two that hide one behind white
# space. Source: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NEGATIVE = re.compile(r"-\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))  # name and seconds
_SIZES = (("GB", 10**9), ("MB", 10**6), ("KB", 10**3))  # name and bytes


def counted(number: int, thing: str, things: str = "") -> str:
    """So many of a thing: "1 file", "2,000 files". `things` is its plural, where it isn't an s."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


def shortened(text: str, most: int) -> str:
    """The text, cut with an ellipsis where it has more characters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def file_stem(text: str, otherwise: str) -> str:
    """The first words of a text as a file's name without its ending: `a-song-for-the-road`."""
    return "-".join(re.findall(r"\w+", text)[:6]).lower()[:60] or otherwise


def duration(seconds: float) -> str:
    """Seconds for people: `0.4 s`, `12 s`, `2 min 5 s`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def span(length: timedelta) -> str:
    """A length of time in its two largest units: `1 d 4 h`, `3 h 12 min`, `9 min 5 s`."""
    seconds = int(length.total_seconds())
    parts: list[str] = []
    for name, unit in _UNITS:
        count, seconds = divmod(seconds, unit)
        if count or parts:
            parts.append(f"{count} {name}")
    return " ".join(parts[:2]) or "0 s"


def time_left(left: timedelta | None) -> str:
    """How long something is still kept: `1 d 4 h left`."""
    return "no expiration given" if left is None else f"{span(left)} left"


def size(count: int) -> str:
    """Bytes for people: `17 bytes`, `3.4 KB`, `12 MB`, `4 GB`."""
    name, unit = next((each for each in _SIZES if count >= each[1]), ("bytes", 1))
    value = count / unit
    figure = f"{value:.1f}".removesuffix(".0") if value < 10 else f"{value:.0f}"
    return f"{figure} {name}"


def money(amount: float, places: int = 4) -> str:
    """US dollars for people: `$0.0012`; `under $0.0001` for what would be shown as nothing."""
    least = 10.0**-places
    return f"under ${least:.{places}f}" if 0 < amount < least else f"${amount:,.{places}f}"


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
