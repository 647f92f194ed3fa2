"""One schema and the four ways to write it: a table, JSON text, an example, Pydantic classes.

All plain data. What is typed in one way gives new views, in which the others follow. While it
can't be read, the schema stays as it was, and what was typed stays too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from components.schema.draft import Draft
from gemini.structured.check import Report, check
from gemini.structured.fields import (
    Field,
    Row,
    format_path,
    parse_path,
    to_rows,
    write_rows,
)
from gemini.structured.fields_reading import read_fields
from gemini.structured.finding import Finding, JsonSchema
from gemini.structured.infer import infer_text
from gemini.structured.pydantic_source import read_pydantic
from gemini.structured.text import parse_json, place, read_text, write_text
from gemini.structured.to_pydantic import to_pydantic
from gemini.structured.validate import violations

Source = Literal["table", "text", "example", "pydantic"]


@dataclass(frozen=True)
class SchemaViews:
    """The schema, and how each way of writing shows it.

    `root` is the answer as a whole and `rows` its fields; without `root` the schema can't be a
    table, and `table_errors` say why. `errors` are of the way called `source`, written last.
    `models` are the classes in `python`, of which `model` is the answer.
    """

    schema: JsonSchema
    text: str
    root: Field | None
    rows: tuple[Row, ...] = ()
    table_errors: tuple[Finding, ...] = ()
    example: str = ""
    python: str = ""
    models: tuple[str, ...] = ()
    model: str | None = None
    source: Source = "text"
    errors: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()

    @cached_property
    def report(self) -> Report:
        """What `check` says of the schema, with lines in the JSON text."""
        report = check(self.schema)
        return Report(place(self.text, report.refused), place(self.text, report.marked))

    @cached_property
    def misfits(self) -> tuple[Finding, ...] | None:
        """Where the example doesn't fit the schema; None if there is no example to compare."""
        value, error = parse_json(self.example)
        return None if error or not self.report.ok else violations(value, self.schema)


class SchemaDraft(Draft[SchemaViews]):
    """A schema that is being made. It begins as an object with one field, so that the table shows
    how it goes."""

    def __init__(self) -> None:
        answer = {"type": "string", "description": "In one sentence"}
        object_ = {"type": "object", "properties": {"answer": answer}, "required": ["answer"]}
        super().__init__(views_of(object_))


def views_of(schema: JsonSchema, example: str = "") -> SchemaViews:
    """The views of a schema that comes from elsewhere: the gallery, or one of the four ways."""
    reading = read_fields(schema)
    table = reading.table
    views = SchemaViews(
        schema,
        write_text(schema),
        table.root if table else None,
        tuple(to_rows(table)) if table else (),
        reading.errors,
        example,
        notes=reading.notes,
    )
    if not views.report.ok:
        return views
    module = to_pydantic(schema)
    return replace(views, python=module.source, notes=(*reading.notes, *module.notes))


def with_text(views: SchemaViews, text: str) -> SchemaViews:
    """The JSON Schema was written."""
    reading = read_text(text)
    if reading.schema is None:
        return replace(views, text=text, source="text", errors=reading.errors)
    changed = views_of(reading.schema, views.example)
    return replace(changed, text=text, source="text", notes=(*reading.notes, *changed.notes))


def with_rows(views: SchemaViews, rows: Sequence[Row], root: Field) -> SchemaViews:
    """The table was written. A field that was renamed takes the fields inside it along."""
    rows = _carried(views.rows, rows)
    written = write_rows(rows, root)
    if written.schema is None:
        errors = written.errors
        return replace(views, root=root, rows=tuple(rows), source="table", errors=errors)
    changed = views_of(written.schema, views.example)
    return replace(changed, root=root, rows=tuple(rows), source="table")


def with_example(views: SchemaViews, example: str) -> SchemaViews:
    """The example was written, which alone changes no schema."""
    return replace(views, example=example)


def with_inferred(views: SchemaViews) -> SchemaViews:
    """The schema is to be that of the example."""
    reading = infer_text(views.example)
    if reading.schema is None:
        return replace(views, source="example", errors=reading.errors)
    changed = views_of(reading.schema, views.example)
    return replace(changed, source="example", notes=reading.notes)


def with_python(views: SchemaViews, python: str, model: str | None = None) -> SchemaViews:
    """Pydantic classes were written; `model` is the answer's class, by default the last one."""
    reading = read_pydantic(python, model)
    if reading.schema is None:
        views = replace(views, python=python, source="pydantic", errors=reading.errors)
    else:
        changed = views_of(reading.schema, views.example)
        views = replace(changed, python=python, source="pydantic", notes=reading.notes)
    return replace(views, models=reading.models, model=reading.root)


def _carried(before: Sequence[Row], now: Sequence[Row]) -> list[Row]:
    """The rows of a table in which, if one object was renamed, its fields carry the new name."""
    if len(before) != len(now):
        return list(now)
    renamed = [
        (parse_path(old["path"]), parse_path(new["path"]))
        for old, new in zip(before, now, strict=True)
        if old["path"] != new["path"]
    ]
    if len(renamed) != 1:
        return list(now)
    old, new = renamed[0]
    rows = []
    for row in now:
        path = parse_path(row["path"])
        inside = len(path) > len(old) and path[: len(old)] == old
        rows.append(row | {"path": format_path((*new, *path[len(old) :]))} if inside else row)
    return rows
