"""Runs with their texts, media and pieces; conversations; usage."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")

SQLITE_SEARCH = (
    """CREATE VIRTUAL TABLE run_search USING fts5(
        words, content='run_texts', content_rowid='key',
        tokenize='ascii', detail=none, prefix='1 2 3 4 5 6 7 8')""",
    """CREATE TRIGGER run_texts_added AFTER INSERT ON run_texts BEGIN
        INSERT INTO run_search(rowid, words) VALUES (new.key, new.words);
    END""",
    """CREATE TRIGGER run_texts_deleted AFTER DELETE ON run_texts BEGIN
        INSERT INTO run_search(run_search, rowid, words) VALUES ('delete', old.key, old.words);
    END""",
    """CREATE TRIGGER run_texts_changed AFTER UPDATE OF words ON run_texts BEGIN
        INSERT INTO run_search(run_search, rowid, words) VALUES ('delete', old.key, old.words);
        INSERT INTO run_search(rowid, words) VALUES (new.key, new.words);
    END""",
)
POSTGRESQL_SEARCH = (
    """ALTER TABLE run_texts ADD COLUMN lexemes tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED""",
    "CREATE INDEX run_texts_lexemes ON run_texts USING gin (lexemes)",
)


def upgrade() -> None:
    _runs()
    _media()
    _conversations()
    _usage()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_SEARCH if sqlite else POSTGRESQL_SEARCH:
        op.execute(statement)


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("key", KEY, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("page", sa.String, nullable=False),
        sa.Column("conversation_id", sa.String),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("backend", sa.String),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("cut", sa.Boolean, nullable=False),
        sa.Column("starred", sa.Boolean, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("problem", sa.String),
        sa.Column("prompt_tokens", sa.Integer, nullable=False),
        sa.Column("output_tokens", sa.Integer, nullable=False),
        sa.Column("first_part", sa.Float),
        sa.Column("seconds", sa.Float),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("writer", sa.BigInteger),
        sa.UniqueConstraint("owner", "id", name="runs_owner_id"),
    )
    op.create_index("runs_owner_key", "runs", ["owner", "key"])
    for column in ("page", "model", "outcome", "starred"):
        op.create_index(f"runs_owner_{column}", "runs", ["owner", column, "key"])
    op.create_index("runs_owner_conversation", "runs", ["owner", "conversation_id"])
    written = sa.text("writer IS NOT NULL")
    op.create_index(
        "runs_writer", "runs", ["writer"], sqlite_where=written, postgresql_where=written
    )
    op.create_table(
        "run_texts",
        sa.Column("key", KEY, primary_key=True, autoincrement=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_table(
        "run_data",
        sa.Column("key", KEY, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("wire", sa.LargeBinary),
    )
    op.create_table(
        "run_pieces",
        sa.Column("key", KEY, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("piece", sa.LargeBinary, nullable=False),
    )


def _media() -> None:
    op.create_table(
        "media",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("mime_type", sa.String, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "media_uses",
        sa.Column("holder", sa.String, primary_key=True),
        sa.Column("digest", sa.String(64), sa.ForeignKey("media.digest"), primary_key=True),
    )
    op.create_index("media_uses_digest", "media_uses", ["digest"])


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("page", sa.String, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("leaf", sa.String),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("updated", sa.BigInteger, nullable=False),
    )
    op.create_index("conversations_owner_updated", "conversations", ["owner", "updated"])
    op.create_table(
        "turns",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("conversation_id", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("parent", sa.String),
        sa.Column("chosen", sa.Integer, nullable=False),
        sa.Column("run_id", sa.String),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("owner", "conversation_id", "id", name="turns_owner_conversation_id"),
    )
    op.create_index("turns_owner_run", "turns", ["owner", "run_id"])


def _usage() -> None:
    counts = ("prompt", "cached", "tool", "thoughts", "answer", "total")
    op.create_table(
        "usage",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("session", sa.String, nullable=False),
        sa.Column("page", sa.String, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("backend", sa.String),
        sa.Column("outcome", sa.String, nullable=False),
        *(sa.Column(f"{name}_tokens", sa.Integer, nullable=False) for name in counts),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("dollars", sa.Float),
    )
    op.create_index("usage_owner_day", "usage", ["owner", "day"])
    op.create_index("usage_session_day", "usage", ["session", "day"])
    op.create_index("usage_day", "usage", ["day"])
    op.create_index("usage_at", "usage", ["at"])
