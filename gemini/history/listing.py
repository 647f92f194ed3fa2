"""An owner's conversations as lists show them: named, pinned, tagged, found by what was said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, func, select, update

from gemini.history import media_store, search
from gemini.history.conversations import is_conversation
from gemini.history.schema import (
    AnyRow,
    conversations,
    moment,
    runs,
    storable,
    storable_name,
    turns,
)
from gemini.history.search import Filter, RunSummary, Term, fold, terms_of

MOST_TAGS = 12  # of a conversation
LONGEST_TAG = 40  # characters
RUNS_READ = 5  # that hold what is searched for, for each conversation that is to be listed
READ_AT_ONCE = 200  # conversations


@dataclass(frozen=True)
class ConversationSummary:
    """A conversation as a list shows it.

    `running`: an answer is being written in it. `excerpt` is the place where a search found
    something in its texts, on one line.
    """

    id: str
    page: str
    title: str
    created: datetime
    updated: datetime
    turns: int
    pinned: bool
    tags: tuple[str, ...]
    running: bool
    excerpt: str = ""


@dataclass(frozen=True)
class ConversationPage:
    """The first conversations of a list; `more`: there are others."""

    conversations: list[ConversationSummary]
    more: bool


def listed(connection: Connection, owner: str, limit: int) -> list[ConversationSummary]:
    """An owner's conversations, the latest first."""
    query = (
        select(conversations)
        .where(conversations.c.owner == owner)
        .order_by(conversations.c.updated.desc(), conversations.c.id)
        .limit(limit)
    )
    return _summaries(connection, owner, connection.execute(query).all(), {})


def summary(connection: Connection, owner: str, conversation_id: str) -> ConversationSummary | None:
    """One conversation of an owner's; None when there is none."""
    query = select(conversations).where(*is_conversation(owner, conversation_id))
    rows = connection.execute(query).all()
    return next(iter(_summaries(connection, owner, rows, {})), None)


def recent(
    connection: Connection, owner: str, page: str, *, text: str, tag: str, limit: int
) -> ConversationPage:
    """A page's conversations: those that are pinned first, then the latest.

    `text` is as people type it in a search (`search`): all its terms are in the title and the tags,
    or in one prompt and its answer. "" means any, for `tag` too.
    """
    query = (
        select(conversations)
        .where(conversations.c.owner == owner, conversations.c.page == page)
        .order_by(conversations.c.pinned.desc(), conversations.c.updated.desc(), conversations.c.id)
    )
    terms = terms_of(text)
    if not (terms or tag):
        rows = connection.execute(query.limit(limit + 1)).all()
        return ConversationPage(
            _summaries(connection, owner, rows[:limit], {}), more=len(rows) > limit
        )
    excerpts, more = _found_in_texts(connection, owner, page, text, limit) if terms else ({}, False)

    def matches(row: AnyRow) -> bool:
        if tag and tag not in tags_in(row.tags):
            return False
        return not terms or row.id in excerpts or _is_named(row, terms)

    streaming = connection.execution_options(stream_results=True, yield_per=READ_AT_ONCE)
    with streaming.execute(query) as result:
        rows = list(islice(filter(matches, result), limit + 1))
    more = more or len(rows) > limit
    return ConversationPage(_summaries(connection, owner, rows[:limit], excerpts), more)


def tags_of(connection: Connection, owner: str, page: str | None = None) -> list[str]:
    """The tags of an owner's conversations, of one page or all, in order."""
    query = select(conversations.c.tags).where(
        conversations.c.owner == owner, conversations.c.tags != ""
    )
    if page is not None:
        query = query.where(conversations.c.page == page)
    columns = connection.execute(query.distinct()).scalars()
    return sorted({tag for column in columns for tag in tags_in(column)}, key=str.casefold)


def rename(
    connection: Connection, owner: str, conversation_id: str, title: str, before: str | None = None
) -> bool:
    """Give a conversation another title; False when there is none (whose title is `before`)."""
    change = update(conversations).where(*is_conversation(owner, conversation_id))
    if before is not None:
        change = change.where(conversations.c.title == storable(before))
    return connection.execute(change, {"title": storable_name(title)}).rowcount > 0


def pin(connection: Connection, owner: str, conversation_id: str, *, pinned: bool) -> bool:
    """Have a conversation listed first, or not; False when there is none."""
    return _change(connection, owner, conversation_id, pinned=pinned)


def set_tags(connection: Connection, owner: str, conversation_id: str, tags: Iterable[str]) -> bool:
    """Give a conversation these tags and no others; False when there is none."""
    return _change(connection, owner, conversation_id, tags="\n".join(clean_tags(tags)))


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Tags as they are kept: short, on one line, each once, whatever its case."""
    cleaned: dict[str, str] = {}
    for tag in tags:
        words = " ".join(storable(tag).lstrip(" #").split())[:LONGEST_TAG].strip()
        if words:
            cleaned.setdefault(words.casefold(), words)
    return list(cleaned.values())[:MOST_TAGS]


def tags_in(column: str) -> tuple[str, ...]:
    """The tags that a row has."""
    return tuple(column.split("\n")) if column else ()


def _change(connection: Connection, owner: str, conversation_id: str, **values: object) -> bool:
    change = update(conversations).where(*is_conversation(owner, conversation_id))
    return connection.execute(change, values).rowcount > 0


def _is_named(row: AnyRow, terms: list[Term]) -> bool:
    folded = fold(f"{row.title} {row.tags}")
    return all(term.text in folded for term in terms)


def _found_in_texts(
    connection: Connection, owner: str, page: str, text: str, limit: int
) -> tuple[dict[str, str], bool]:
    """The conversations with a turn that holds what is searched for, and where it does; whether
    there may be more of them."""
    page_of_runs = search.find(connection, owner, Filter(text, page), None, limit * RUNS_READ)
    terms = terms_of(text)
    excerpts = {run.id: _excerpt(run, terms) for run in page_of_runs.runs}
    held: dict[str, str] = {}
    for some in media_store.in_portions(excerpts):
        query = select(turns.c.conversation_id, turns.c.run_id).where(
            turns.c.owner == owner, turns.c.run_id.in_(some)
        )
        for row in connection.execute(query):
            held.setdefault(row.conversation_id, excerpts[row.run_id])
    return held, page_of_runs.next is not None


def _excerpt(run: RunSummary, terms: list[Term]) -> str:
    """The line of a run's that holds a term: the prompt's, or the answer's."""
    in_answer = [t for t in terms if t.text in fold(run.answer) and t.text not in fold(run.prompt)]
    return run.answer if in_answer else run.prompt


def _summaries(
    connection: Connection, owner: str, rows: Sequence[AnyRow], excerpts: dict[str, str]
) -> list[ConversationSummary]:
    counts: dict[str, int] = {}
    running: set[str] = set()
    for some in media_store.in_portions([row.id for row in rows]):
        of_some = (turns.c.owner == owner, turns.c.conversation_id.in_(some))
        count = select(turns.c.conversation_id, func.count().label("turns")).where(*of_some)
        for row in connection.execute(count.group_by(turns.c.conversation_id)):
            counts[row.conversation_id] = row.turns
        written = select(runs.c.conversation_id).where(
            runs.c.owner == owner, runs.c.conversation_id.in_(some), runs.c.outcome == "running"
        )
        running.update(connection.execute(written).scalars())
    return [
        ConversationSummary(
            id=row.id,
            page=row.page,
            title=row.title,
            created=moment(row.created),
            updated=moment(row.updated),
            turns=counts.get(row.id, 0),
            pinned=row.pinned,
            tags=tags_in(row.tags),
            running=row.id in running,
            excerpt=excerpts.get(row.id, ""),
        )
        for row in rows
    ]
