"""The schema that is being made on a page, with the way back to what it was."""

from dataclasses import dataclass, field

from components.schema.views import SchemaViews, views_of
from gemini.structured.fields import Row

MOST_PAST = 50  # changes that can be undone


def first_views() -> SchemaViews:
    """What a page begins with: an object with one field, so that the table shows how it goes."""
    answer = {"type": "string", "description": "In one sentence"}
    return views_of({"type": "object", "properties": {"answer": answer}, "required": ["answer"]})


@dataclass
class SchemaDraft:
    """The views of the schema now and before.

    `version` counts the changes that the table didn't make itself. `base` are the rows on which
    Streamlit's editor keeps its edits, so they stay the same while somebody edits; `seen` are the
    rows as the editor gave them last.
    """

    views: SchemaViews = field(default_factory=first_views)
    past: list[SchemaViews] = field(default_factory=list)
    version: int = 0
    base: tuple[Row, ...] = ()
    seen: tuple[Row, ...] = ()

    def change(self, views: SchemaViews) -> None:
        """Take new views; the ones before can be had back."""
        if views == self.views:
            return
        self.past = [*self.past[-MOST_PAST:], self.views]
        self._show(views)

    def edit_table(self, views: SchemaViews, rows: tuple[Row, ...]) -> None:
        """Take the views of the `rows` that the editor of the table holds now."""
        version = self.version
        self.change(views)
        if views.rows == rows:
            self.version = version  # the editor shows them already

    def rebase(self) -> None:
        """Have the table drawn anew, on the rows as they are now."""
        self.version += 1

    def undo(self) -> None:
        """Go back to what was before the last change."""
        if self.past:
            self._show(self.past.pop())

    def _show(self, views: SchemaViews) -> None:
        self.views = views
        self.version += 1
