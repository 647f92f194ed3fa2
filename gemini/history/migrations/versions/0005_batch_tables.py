"""The tables that batch jobs were made from, for processes that share a database and no folder."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "batch_tables",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("job", sa.String, primary_key=True),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
