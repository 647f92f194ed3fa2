"""A page has one name: that of its address."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

RENAMED = {"long_context": "long-context"}


def upgrade() -> None:
    for table in ("runs", "conversations", "usage", "presets"):
        page = sa.table(table, sa.column("page", sa.String))
        for old, new in RENAMED.items():
            op.execute(page.update().where(page.c.page == old).values(page=new))
