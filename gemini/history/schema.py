"""The tables, as the newest migration leaves them, and values as they are stored in them.

Times are microseconds since 1970, UTC. A run's `key` is such a time too, that of its making, moved
on to the next free one where two fall together: so the primary key is also the order in which runs
are listed, the place to go on from, and the row of the full-text index.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

VERSION = "0007"  # the newest revision in migrations/versions

metadata = MetaData()
Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite's row id is an INTEGER by that name

AnyRow = Row[*tuple[Any, ...]]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_NAME = 200  # characters
MOST_TOKENS = 2**31 - 1  # a column ends there

runs = Table(
    "runs",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("id", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("page", String, nullable=False),
    Column("conversation_id", String),
    Column("model", String, nullable=False),
    Column("backend", String),
    Column("outcome", String, nullable=False),
    Column("cut", Boolean, nullable=False),  # its process ended before its answer did
    Column("starred", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("problem", String),  # its kind
    Column("prompt_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("first_part", Float),  # seconds after the request left
    Column("seconds", Float),
    Column("size", BigInteger, nullable=False),  # bytes on disk, about; its media not counted
    Column("writer", BigInteger),  # of a `Presence`; only while the answer is being written
    UniqueConstraint("owner", "id", name="runs_owner_id"),
)
Index("runs_owner_key", runs.c.owner, runs.c.key)

Index("runs_owner_page", runs.c.owner, runs.c.page, runs.c.key)
Index("runs_owner_model", runs.c.owner, runs.c.model, runs.c.key)
Index("runs_owner_outcome", runs.c.owner, runs.c.outcome, runs.c.key)
Index("runs_owner_starred", runs.c.owner, runs.c.starred, runs.c.key)
Index("runs_owner_conversation", runs.c.owner, runs.c.conversation_id)
_written = text("writer IS NOT NULL")
Index("runs_writer", runs.c.writer, sqlite_where=_written, postgresql_where=_written)

run_texts = Table(  # PostgreSQL has one more column, `lexemes`, made from `words`
    "run_texts",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("prompt", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("words", Text, nullable=False),  # of all three, as `search.index_words` gives
)

run_data = Table(
    "run_data",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),  # `media_store.pack` of `run_to_json`
    Column("wire", LargeBinary),  # `media_store.pack` of `wire_json`
)

run_pieces = Table(  # what came since the run was begun, until it has ended
    "run_pieces",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("piece", LargeBinary, nullable=False),
)

media = Table(
    "media",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 in hex
    Column("mime_type", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

media_uses = Table(
    "media_uses",
    metadata,
    Column("holder", String, primary_key=True),  # "run/<key>", "turn/<key>", "preset/<key>"
    Column("digest", String(64), ForeignKey("media.digest"), primary_key=True),
)
Index("media_uses_digest", media_uses.c.digest)

conversations = Table(
    "conversations",
    metadata,
    Column("owner", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("page", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("leaf", String),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("pinned", Boolean, nullable=False, server_default=false()),
    Column("tags", Text, nullable=False, server_default=""),  # a line each
    Column("deleted", BigInteger),  # when; see `deletions`
)
Index("conversations_owner_updated", conversations.c.owner, conversations.c.updated)
Index(
    "conversations_owner_page",
    *(conversations.c[name] for name in ("owner", "page", "pinned", "updated")),
)
_deleted = conversations.c.deleted.is_not(None)
Index(
    "conversations_deleted",
    conversations.c.deleted,
    sqlite_where=_deleted,
    postgresql_where=_deleted,
)

turns = Table(
    "turns",
    metadata,
    Column("key", Key, primary_key=True),
    Column("owner", String, nullable=False),
    Column("conversation_id", String, nullable=False),
    Column("id", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("parent", String),
    Column("chosen", Integer, nullable=False),
    Column("run_id", String),
    Column("data", LargeBinary, nullable=False),  # `media_store.pack` of prompt and names
    UniqueConstraint("owner", "conversation_id", "id", name="turns_owner_conversation_id"),
)
Index("turns_owner_run", turns.c.owner, turns.c.run_id)

usage = Table(  # what was used outlives the runs, without a word of what was said
    "usage",
    metadata,
    Column("owner", String, primary_key=True),
    Column("id", String, primary_key=True),  # of the run
    Column("at", BigInteger, nullable=False),
    Column("day", Date, nullable=False),  # UTC
    Column("session", String, nullable=False),
    Column("page", String, nullable=False),
    Column("model", String, nullable=False),
    Column("backend", String),
    Column("outcome", String, nullable=False),
    Column("requests", Integer, nullable=False, server_default="1"),  # a long answer takes several
    Column("prompt_tokens", Integer, nullable=False),
    Column("cached_tokens", Integer, nullable=False),
    Column("tool_tokens", Integer, nullable=False),
    Column("thoughts_tokens", Integer, nullable=False),
    Column("answer_tokens", Integer, nullable=False),
    Column("total_tokens", Integer, nullable=False),
    Column("details", Text, nullable=False),  # `usage_metadata` as JSON
    Column("dollars", Float),  # None where no price is known
)
Index("usage_owner_day", usage.c.owner, usage.c.day)

Index("usage_session_day", usage.c.session, usage.c.day)
Index("usage_day", usage.c.day)
Index("usage_at", usage.c.at)

presets = Table(
    "presets",
    metadata,
    Column("key", Key, primary_key=True),
    Column("owner", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("page", String, nullable=False),
    UniqueConstraint("owner", "name", name="presets_owner_name"),
)

preset_versions = Table(
    "preset_versions",
    metadata,
    Column("key", Key, primary_key=True),
    Column("preset", Key, ForeignKey("presets.key"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),  # a packed request with {{variables}}
    Column("author", Text, nullable=False, server_default=""),  # of a version in the team's
    UniqueConstraint("preset", "version", name="preset_versions_preset_version"),
)

batch_tables = Table(  # what a batch job was made from; the API keeps its results only
    "batch_tables",
    metadata,
    Column("owner", String, primary_key=True),
    Column("job", String, primary_key=True),  # its name at the API
    Column("created", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),  # `media_store.pack` of a table as JSON
)

secrets = Table(  # of this playground, the same for all its processes
    "secrets",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("owner", String, primary_key=True),
    Column("name", Text, nullable=False),  # what others see: an e-mail address, mostly
    Column("login", String(64), nullable=False),  # a digest of the sign-in seen last
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Column("ended", BigInteger),  # when its browser was forgotten
)

memberships = Table(
    "memberships",
    metadata,
    Column("owner", String, primary_key=True),
    Column("name", String, primary_key=True),  # of a group
)
Index("memberships_name", memberships.c.name)

reservations = Table(  # requests on their way, and those of the last minute that are no run
    "reservations",
    metadata,
    Column("id", String, primary_key=True),  # of the run, or any
    Column("owner", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("tokens", Integer, nullable=False),  # it takes at least: its prompt
    Column("dollars", Float, nullable=False),
)

own_things = Table(  # what the API doesn't tell: who made what lies there under a shared key
    "own_things",
    metadata,
    Column("owner", String, primary_key=True),
    Column("name", String, primary_key=True),  # as the API has it: "files/abc"
    Column("at", BigInteger, nullable=False),
)

shares = Table(
    "shares",
    metadata,
    Column("token", String, primary_key=True),  # of the link: 256 bits that can't be guessed
    Column("owner", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),  # a page of HTML, compressed
)
Index("shares_owner", shares.c.owner, shares.c.created)

audit = Table(
    "audit",
    metadata,
    Column("key", Key, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("owner", String, nullable=False),
    Column("action", String, nullable=False),
    Column("detail", Text, nullable=False),
)
Index("audit_at", audit.c.at)


def micros(moment: datetime) -> int:
    """A time with its zone as the database has it: microseconds since 1970, UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(stored: int) -> datetime:
    """The inverse of `micros`."""
    return EPOCH + timedelta(microseconds=stored)


def storable(text: str) -> str:
    """A text that every database takes: without NUL and without halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def storable_name(text: str) -> str:
    """A name as the database keeps it: of a run, a model, a saved prompt, a type of media."""
    return storable(text)[:LONGEST_NAME]


def storable_count(count: int | None) -> int:
    """A number of tokens as the database keeps it."""
    return min(max(count or 0, 0), MOST_TOKENS)
