"""Texts and their labels as people bring them: lines, or a file of comma-separated values."""

import csv
import io
from dataclasses import dataclass

from gemini.media import Attachment

MOST_TEXTS = 200  # of a set; what can still be seen at once
LARGEST_FILE = 5_000_000  # bytes


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
        rows = (Row(r[at].strip(), r[labelled].strip() if label else "") for r in self.rows)
        return [row for row in rows if row.text]


def lines_of(text: str) -> list[Row]:
    """Each line that isn't empty is a text; behind a tab is its label."""
    found = (line.partition("\t") for line in text.splitlines())
    return [Row(one.strip(), label.strip()) for one, _, label in found if one.strip()]


def sheet_of(data: bytes) -> Sheet:
    """A CSV file in UTF-8 with comma, semicolon or tab, its first row the names of the columns.

    Raises:
        ValueError: it is not such a file; the text says what is wrong, in a sentence.
    """
    if len(data) > LARGEST_FILE:
        raise ValueError(f"The file is larger than {LARGEST_FILE // 1_000_000} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("The file is not text in UTF-8. Save it as “CSV UTF-8”.") from error
    if "\0" in text:
        raise ValueError("The file is not text: it has null bytes.")
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(row)]
    except csv.Error as error:
        raise ValueError(f"The file can't be read as CSV: {error}.") from error
    if len(rows) < 2:
        raise ValueError("The file needs a row of column names and a row of values.")
    columns = _named_apart(rows[0])
    width = len(columns)
    return Sheet(columns, tuple(tuple([*row, *[""] * width][:width]) for row in rows[1:]))


def _named_apart(names: list[str]) -> tuple[str, ...]:
    """Names of columns, each once and none empty."""
    found: list[str] = []
    for number, name in enumerate(names, 1):
        plain = name.strip() or f"Column {number}"
        found.append(plain if plain not in found else f"{plain} ({number})")
    return tuple(found)
