"""Saved prompts, with their versions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "presets",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("page", sa.String, nullable=False),
        sa.UniqueConstraint("owner", "name", name="presets_owner_name"),
    )
    op.create_table(
        "preset_versions",
        sa.Column("key", KEY, primary_key=True),
        sa.Column("preset", KEY, sa.ForeignKey("presets.key"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("preset", "version", name="preset_versions_preset_version"),
    )
