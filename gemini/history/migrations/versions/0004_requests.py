"""How many requests to a model an answer took: a long one takes several."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("usage", sa.Column("requests", sa.Integer, nullable=False, server_default="1"))
