"""Naming, starring and deleting an owner's runs."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, select, update

from gemini.history import conversations, mediums, words
from gemini.history.rows import storable_name
from gemini.history.schema import run_data, run_pieces, run_texts, runs

PORTION = 200  # runs deleted in one transaction; others wait meanwhile


def rename(connection: Connection, owner: str, run_id: str, name: str) -> bool:
    """Give a run a name, which is searched too; False when there is no such run."""
    query = (
        select(runs.c.key, run_texts.c.prompt, run_texts.c.answer)
        .join(run_texts, run_texts.c.key == runs.c.key)
        .where(runs.c.owner == owner, runs.c.id == run_id)
    )
    row = connection.execute(query).first()
    if row is None:
        return False
    name = storable_name(name).strip()
    connection.execute(update(runs).where(runs.c.key == row.key), {"name": name})
    values = {"words": words.index(name, row.prompt, row.answer)}
    connection.execute(update(run_texts).where(run_texts.c.key == row.key), values)
    return True


def star(connection: Connection, owner: str, run_id: str, *, starred: bool) -> bool:
    """Mark a run, or not; False when there is no such run."""
    change = update(runs).where(runs.c.owner == owner, runs.c.id == run_id)
    return connection.execute(change, {"starred": starred}).rowcount > 0


def delete_runs(connection: Connection, owner: str, run_ids: Collection[str]) -> int:
    """Delete an owner's runs with their turns, and the media nobody else holds; gives how many."""
    keys: list[int] = []
    for some in mediums.in_portions(run_ids):
        query = select(runs.c.key).where(runs.c.owner == owner, runs.c.id.in_(some))
        keys += connection.execute(query).scalars()
    for some in mediums.in_portions(keys):
        for table in (run_pieces, run_data, run_texts, runs):
            connection.execute(delete(table).where(table.c.key.in_(some)))
    mediums.let_go(connection, [f"run/{key}" for key in keys])
    conversations.forget_runs(connection, owner, run_ids)
    return len(keys)


def delete_conversation(connection: Connection, owner: str, conversation_id: str) -> bool:
    """Delete a conversation with its runs; False when there is none."""
    if not conversations.exists(connection, owner, conversation_id):
        return False
    delete_runs(connection, owner, conversations.forget(connection, owner, conversation_id))
    return True


def delete_some(connection: Connection, owner: str) -> int:
    """Delete a portion of an owner's runs, the oldest; gives how many, 0 when none were left."""
    oldest = select(runs.c.id).where(runs.c.owner == owner).order_by(runs.c.key).limit(PORTION)
    return delete_runs(connection, owner, connection.execute(oldest).scalars().all())
