"""What the lists of recent conversations need: pins, tags, and deletions that can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    pinned = sa.Column("pinned", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("conversations", pinned)
    op.add_column("conversations", sa.Column("tags", sa.Text, nullable=False, server_default=""))
    op.add_column("conversations", sa.Column("deleted", sa.BigInteger))
    columns = ["owner", "page", "pinned", "updated"]
    op.create_index("conversations_owner_page", "conversations", columns)
    deleted = sa.text("deleted IS NOT NULL")
    op.create_index(
        "conversations_deleted",
        "conversations",
        ["deleted"],
        sqlite_where=deleted,
        postgresql_where=deleted,
    )
