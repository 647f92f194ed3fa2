"""Texts and their labels as people bring them: lines, or a file of comma-separated values."""

import csv
import io
import re
from dataclasses import dataclass

from gemini.format import size
from gemini.media.attachment import Attachment

MOST_TEXTS = 200  # of a set; what can still be seen at once
LARGEST_FILE = 5_000_000  # bytes
LINE_END = re.compile(r"\r\n?|\n")  # `splitlines` also splits at characters within a text
csv.field_size_limit(LARGEST_FILE)  # a cell may be as long as its file; by default it is 131,072


@dataclass(frozen=True)
class Row:
    """A text and what it is sorted under, which may be nothing.

    With `media` it is a picture or a sound, and the text is its name.
    """

    text: str
    label: str = ""
    media: Attachment | None = None


@dataclass(frozen=True)
class Sheet:
    """The columns of a file, and its rows, each as long as the columns are many."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def texts(self, text: str, label: str | None) -> list[Row]:
        """The rows that have a text in its column; `label` is a column too."""
        at, labelled = self.columns.index(text), self.columns.index(label) if label else -1
        rows = (Row(r[at], r[labelled].strip() if label else "") for r in self.rows)
        return [row for row in rows if row.text.strip()]


def lines_of(text: str) -> list[Row]:
    """Each line that isn't empty is a text; behind a tab is its label."""
    names = (line.partition("\t") for line in LINE_END.split(text))
    return [Row(one.strip(), label.strip()) for one, _, label in names if one.strip()]


def sheet_of(data: bytes) -> Sheet:
    """A CSV file in UTF-8 with comma, semicolon or tab, its first row the names of the columns.

    Where a row is longer than the first one, the columns without a name are counted.

    Raises:
        ValueError: it is not such a file; the text says what is wrong, in a sentence.
    """
    if len(data) > LARGEST_FILE:
        raise ValueError(f"The file is larger than {size(LARGEST_FILE)}.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("The file isn't text in UTF-8. Save it as “CSV UTF-8”.") from error
    if "\0" in text:
        raise ValueError("The file isn't text: it has null bytes.")
    head = LINE_END.split(text, 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        rows = [
            row
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            if any(row)
        ]
    except csv.Error as error:
        raise ValueError(f"The file can't be read as CSV: {error}.") from error
    if len(rows) < 2:
        raise ValueError("The file needs a row of column names and a row of values.")
    width = max(len(rows[0]), *map(_filled, rows[1:]))
    columns = _named_apart([*rows[0], *[""] * width][:width])
    return Sheet(columns, tuple(tuple([*row, *[""] * width][:width]) for row in rows[1:]))


def _filled(row: list[str]) -> int:
    """How many cells a row has, without empty ones at its end."""
    return max((number for number, cell in enumerate(row, 1) if cell), default=0)


def _named_apart(names: list[str]) -> tuple[str, ...]:
    """Names of columns, each once and none empty."""
    apart: list[str] = []
    for number, name in enumerate(names, 1):
        plain = name.strip() or f"Column {number}"
        apart.append(plain if plain not in apart else f"{plain} ({number})")
    return tuple(apart)
