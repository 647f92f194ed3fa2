"""Items in the formats that labelling and training tools read.

Each module writes one format and, where tools write it too, reads it back. What a format has no
place for is not bent into it: `ExportedText.notes` says what was left out.
"""

from dataclasses import dataclass

from gemini.format import counted
from gemini.spatial.items import Item


class FormatError(ValueError):
    """A text that isn't what its format asks for; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class ExportedText:
    """A file's text, and sentences on what its format could not take."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """Items read from a file, with the picture's (width, height) in pixels where it tells."""

    items: tuple[Item, ...]
    size: tuple[int, int] | None


def class_name(label: str) -> str:
    """A label as the name of a class: one line, and never empty."""
    return " ".join(label.split()) or "object"


def left_out(n: int, what: str, why: str) -> tuple[str, ...]:
    """The note on `n` items that a format has no place for; none when n is 0."""
    return (f"{counted(n, what)} left out: {why}.",) if n else ()
