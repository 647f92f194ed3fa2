"""Finding runs: by what was said, by what they are, a page at a time, the latest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from gemini.history import rows, words
from gemini.history.rows import AnyRow, RunSummary
from gemini.history.schema import run_texts, runs
from gemini.run import Outcome

PAGE_SIZE = 50  # runs
MOST_READ = 1_000  # runs, the latest, whose texts are read for a part of a word


@dataclass(frozen=True)
class Filter:
    """What to look for; None and "" mean anything.

    `text` is as people type it (see `words`); `since` is included, `until` is not.
    """

    text: str = ""
    page: str | None = None
    model: str | None = None
    outcome: Outcome | None = None
    starred: bool | None = None
    cut: bool | None = None
    conversation_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class RunPage:
    """Runs, and where to go on from (`find`'s `after`); None where there are no more."""

    runs: list[RunSummary]
    next: int | None


@dataclass(frozen=True)
class Choices:
    """What an owner's runs can be filtered by."""

    pages: list[str]
    models: list[str]


def find(
    connection: Connection, owner: str, filters: Filter, after: int | None, limit: int = PAGE_SIZE
) -> RunPage:
    """A page of an owner's runs. It reads about as much as it shows, however many there are; more
    only where conditions that each hold for many runs seldom hold together. Where no word begins
    as asked, the latest runs are read for texts that hold it anywhere."""
    terms = words.terms(filters.text)
    query = _query(connection, owner, filters, terms, after)
    if not any(term.exact for term in terms):
        query = query.limit(limit + 1)
    shown = _first(connection, query, terms, limit + 1)
    if not shown and any(term.words for term in terms):
        anywhere = [words.Term((), term.text, exact=True) for term in terms]
        query = _query(connection, owner, filters, anywhere, after).limit(MOST_READ)
        shown = _first(connection, query, anywhere, limit + 1)
    more = len(shown) > limit
    summaries = [rows.summary(row, terms) for row in shown[:limit]]
    return RunPage(summaries, summaries[-1].key if more else None)


def _first(
    connection: Connection, query: Select[Any], terms: list[words.Term], number: int
) -> list[AnyRow]:
    """The first rows that hold what is asked for."""
    streaming = connection.execution_options(stream_results=True, yield_per=number)
    with streaming.execute(query) as result:
        return list(islice(_matching(result, terms), number))


def choices(connection: Connection, owner: str) -> Choices:
    """The pages and models that occur."""
    return Choices(*(_distinct(connection, owner, c) for c in (runs.c.page, runs.c.model)))


def _query(
    connection: Connection,
    owner: str,
    filters: Filter,
    terms: list[words.Term],
    after: int | None,
) -> Select[Any]:
    """Walks down the keys, in SQLite the full-text index's: so only what is shown is read."""
    looked_up = [word for term in terms for word in term.words]
    columns = rows.summary_columns(whole_texts=bool(terms))
    query = select(*columns).join(run_texts, run_texts.c.key == runs.c.key)
    key: ColumnElement[Any] = runs.c.key
    if looked_up and connection.dialect.name == "sqlite":
        index = table("run_search", column("rowid"))
        key = index.c.rowid
        query = (
            select(*columns)
            .select_from(index)
            .join(runs, runs.c.key == index.c.rowid)
            .join(run_texts, run_texts.c.key == index.c.rowid)
            .where(text("run_search MATCH :beginnings").bindparams(beginnings=_fts5(looked_up)))
        )
    elif looked_up:
        lexemes: ColumnElement[Any] = literal_column("run_texts.lexemes")
        asked_for = cast(literal(_tsquery(looked_up), Text), TSQUERY)
        query = query.where(lexemes.op("@@")(asked_for))
    query = query.where(runs.c.owner == owner, *_conditions(filters, key))
    if after is not None:
        query = query.where(key < after)
    return query.order_by(key.desc())


def _conditions(filters: Filter, key: ColumnElement[Any]) -> Iterator[ColumnElement[bool]]:
    for name in ("page", "model", "outcome", "starred", "cut", "conversation_id"):
        value = getattr(filters, name)
        if value is not None:
            yield runs.c[name] == value
    if filters.since is not None:
        yield key >= rows.micros(filters.since)
    if filters.until is not None:
        yield key < rows.micros(filters.until)


def _matching(result: Iterable[AnyRow], terms: list[words.Term]) -> Iterator[AnyRow]:
    """The rows that hold what the index alone can't tell."""
    checked = [term for term in terms if term.exact]
    for row in result:
        if checked:
            folded = words.fold(f"{row.name} {row.prompt} {row.answer}")
            if not all(term.is_in(folded) for term in checked):
                continue
        yield row


def _fts5(looked_up: list[str]) -> str:
    """https://sqlite.org/fts5.html#full_text_query_syntax. Words are letters and digits only."""
    return " ".join(f'"{word}"*' for word in looked_up)


def _tsquery(looked_up: list[str]) -> str:
    """https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY"""
    return " & ".join(f"'{word}':*" for word in looked_up)


def _distinct(connection: Connection, owner: str, of: ColumnElement[str]) -> list[str]:
    """The values of an indexed column, each values from the one before: not by reading them all."""
    values: list[str] = []
    while True:
        query = select(func.min(of)).where(runs.c.owner == owner)
        if values:
            query = query.where(of > values[-1])
        value = connection.execute(query).scalar()
        if value is None:
            return values
        values.append(value)
