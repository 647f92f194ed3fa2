"""Finding runs by what was said and by what they are, a page at a time, the latest first.

Text is made searchable in the same way for every database: words, without case and accents. A
search finds the runs that hold all its terms. A term finds words that begin with it; one that is
longer than `PREFIX`, or in quotes, or more than a word (`gemini-2.5`), is looked up by the
beginnings of its words, then in the text itself. Where nothing begins so, `find` looks in the texts
for words that hold it. Scripts without spaces are indexed by letter.
"""

import re
import unicodedata
from collections.abc import Iterator
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

from gemini.history.schema import AnyRow, micros, moment, run_texts, runs
from gemini.run import Outcome

PREFIX = 8  # characters of a word that are indexed; the index has a list for every length to here
INDEXED_CHARACTERS = 500_000  # of a text
MOST_WORDS = 20_000  # of a run; PostgreSQL's tsvector ends at 1 MB
LONGEST_QUERY = 1_000  # characters
EXCERPT = 160  # characters
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Thai, Lao, Burmese, Khmer, kana, ideographs."""

WORD = re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}])[^\W_])+")
TERM = re.compile(r'"([^"]+)"?|([^\s"]+)')
PAGE_SIZE = 50  # runs
MOST_READ = 1_000  # runs, the latest, whose texts are read for a part of a word
LISTED_TEXT = 500  # characters of a prompt and an answer that a list reads


@dataclass(frozen=True)
class Term:
    """What must be found: words that begin so, and, where `exact`, this text."""

    words: tuple[str, ...]
    text: str
    exact: bool


def fold(text: str) -> str:
    """Text without case, accents and the width of its spaces, for comparing."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(text.casefold().split())


def index_words(*texts: str) -> str:
    """The words of texts as the index has them: folded, cut short, each once, spaces between."""
    folded = (fold(text[:INDEXED_CHARACTERS]) for text in texts)
    words = {word[:PREFIX] for text in folded for word in WORD.findall(text)}
    return " ".join(sorted(words)[:MOST_WORDS])


def terms_of(query: str) -> list[Term]:
    """What a search asks for; of a text pasted in, its beginning."""
    terms = []
    for phrase, plain in TERM.findall(query.replace("\0", "")[:LONGEST_QUERY]):
        text = fold(phrase or plain)
        words = WORD.findall(text)
        is_word = not phrase and words == [text] and len(text) <= PREFIX
        if text:
            terms.append(Term(tuple(w[:PREFIX] for w in words), text, not is_word))
    return terms


def excerpt(text: str, terms: list[Term]) -> str:
    """The place in a text where one of the terms is, or its beginning; on one line."""
    at = 0
    for term in terms:
        if match := re.search(re.escape(term.text), text, re.IGNORECASE):
            at = match.start()
            break
    start = max(0, at - EXCERPT // 3) if at > EXCERPT // 2 else 0
    cut = " ".join(text[start : start + EXCERPT].split())
    return f"{'…' if start else ''}{cut}{'…' if start + EXCERPT < len(text) else ''}"


@dataclass(frozen=True)
class Filter:
    """What to look for; None and "" mean anything.

    `text` is as people type it (see above); `since` is included, `until` is not.
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
class RunSummary:
    """A run as a list shows it. Times in seconds after the request left; `key` is its place.

    `created` is a few microseconds late where several fall together. `cut` is true where the
    process ended before the answer did. `prompt` and `answer` are one line each: the place where
    a search found something, or their beginnings.
    """

    key: int
    id: str
    created: datetime
    page: str
    conversation_id: str | None
    model: str
    backend: str | None
    outcome: Outcome
    cut: bool
    starred: bool
    name: str
    problem: str | None
    prompt_tokens: int
    output_tokens: int
    first_part: float | None
    seconds: float | None
    prompt: str
    answer: str


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
    terms = terms_of(filters.text)
    query = _query(connection, owner, filters, terms, after)
    if not any(term.exact for term in terms):
        query = query.limit(limit + 1)
    shown = _first(connection, query, terms, limit + 1)
    if not shown and any(term.words for term in terms):
        anywhere = [Term((), term.text, exact=True) for term in terms]
        query = _query(connection, owner, filters, anywhere, after).limit(MOST_READ)
        shown = _first(connection, query, anywhere, limit + 1)
    more = len(shown) > limit
    summaries = [_summary(row, terms) for row in shown[:limit]]
    return RunPage(summaries, summaries[-1].key if more else None)


def choices(connection: Connection, owner: str) -> Choices:
    """The pages and models that occur."""
    return Choices(*(_distinct(connection, owner, c) for c in (runs.c.page, runs.c.model)))


def _summary_columns(*, whole_texts: bool) -> list[ColumnElement[Any]]:
    """The columns that `_summary` reads, of `runs` joined with `run_texts`."""
    left_out = {"owner", "size", "writer"}
    columns: list[ColumnElement[Any]] = [c for c in runs.c if c.name not in left_out]
    for whole in (run_texts.c.prompt, run_texts.c.answer):
        shown = whole if whole_texts else func.substr(whole, 1, LISTED_TEXT)
        columns.append(shown.label(whole.name))
    return columns


def _summary(row: AnyRow, terms: list[Term]) -> RunSummary:
    """A row of `_summary_columns` as a RunSummary, its texts cut to where the terms are."""
    values = dict(row._mapping)
    values["created"] = moment(values["key"])
    values["prompt"] = excerpt(values["prompt"], terms)
    values["answer"] = excerpt(values["answer"], terms)
    return RunSummary(**values)


def _first(
    connection: Connection, query: Select[Any], terms: list[Term], number: int
) -> list[AnyRow]:
    """The first rows that hold what the index alone can't tell."""
    exact = [term for term in terms if term.exact]

    def matches(row: AnyRow) -> bool:
        folded = fold(f"{row.name} {row.prompt} {row.answer}") if exact else ""
        return all(term.text in folded for term in exact)

    streaming = connection.execution_options(stream_results=True, yield_per=number)
    with streaming.execute(query) as result:
        return list(islice(filter(matches, result), number))


def _query(
    connection: Connection,
    owner: str,
    filters: Filter,
    terms: list[Term],
    after: int | None,
) -> Select[Any]:
    """Walks down the keys, in SQLite the full-text index's: so only what is shown is read."""
    looked_up = [word for term in terms for word in term.words]
    columns = _summary_columns(whole_texts=bool(terms))
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
        yield key >= micros(filters.since)
    if filters.until is not None:
        yield key < micros(filters.until)


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
