"""The tables that batch jobs were made from, which the API doesn't keep, beside the runs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from gemini.history.media_store import pack, unpack
from gemini.history.schema import batch_tables, micros


def keep(connection: Connection, owner: str, job: str, data: dict[str, Any], days: float) -> None:
    """Keep the table of a job; those of everyone that are older than so many days are removed."""
    now = datetime.now(UTC)
    oldest = micros(now - timedelta(days=days))
    connection.execute(delete(batch_tables).where(batch_tables.c.created < oldest))
    forget(connection, owner, job)
    row = {"owner": owner, "job": job, "created": micros(now), "data": pack(data)}
    connection.execute(insert(batch_tables), row)


def find(connection: Connection, owner: str, job: str) -> Any:
    """The table of a job as JSON; None where none is kept."""
    table = batch_tables.c
    query = select(table.data).where(table.owner == owner, table.job == job)
    data = connection.execute(query).scalar()
    return None if data is None else unpack(data)


def forget(connection: Connection, owner: str, job: str | None = None) -> None:
    """Remove the table of a job, or all of an owner."""
    those = delete(batch_tables).where(batch_tables.c.owner == owner)
    connection.execute(those if job is None else those.where(batch_tables.c.job == job))
