"""What is being written on a page and shown as a table, with the way back to what it was."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from gemini.structured.fields import Row

T = TypeVar("T")
MOST_PAST = 50  # changes that can be undone


@dataclass
class Draft(Generic[T]):
    """What is written now, and what was before each change.

    `version` counts the changes that the table didn't make itself. `base` are the rows on which
    Streamlit's editor keeps its edits, so they stay the same while somebody edits; `seen` are the
    rows as the editor gave them last.
    """

    now: T
    past: list[T] = field(default_factory=list)
    version: int = 0
    base: tuple[Row, ...] = ()
    seen: tuple[Row, ...] = ()

    def take(self, now: T, *, in_table: bool = False) -> None:
        """Take what was written; what was before can be had back.

        `in_table`: the editor of the table shows it already.
        """
        if now != self.now:
            self.past = [*self.past[-MOST_PAST:], self.now]
            self.now = now
        if not in_table:
            self.redraw()

    def undo(self) -> None:
        """Go back to what was before the last change."""
        if self.past:
            self.now = self.past.pop()
            self.redraw()

    def redraw(self) -> None:
        """Have the table drawn anew, on the rows as they are now."""
        self.version += 1
