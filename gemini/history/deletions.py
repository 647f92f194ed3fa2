"""A conversation that was deleted, for as long as that can be undone.

Its rows, and those of its runs, belong to an owner who is nobody meanwhile: so nothing finds them,
shows them, counts them or exports them, and an answer that is still being written in it goes where
it belongs. Then they are deleted for good.
"""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from gemini.history import conversations as trees
from gemini.history import media_store, retention
from gemini.history.conversations import in_conversation, is_conversation
from gemini.history.schema import conversations, micros, runs, turns

UNDONE_WITHIN = timedelta(minutes=10)
NOBODY = "deleted:{deletion}:{owner}"  # the owner of a deleted conversation


def delete_conversation(
    connection: Connection, owner: str, conversation_id: str, now: datetime
) -> str | None:
    """Delete a conversation with its runs; gives what `undo` needs, None when there is none.

    A run that another conversation holds too stays there.
    """
    if not trees.exists(connection, owner, conversation_id):
        return None
    deletion = uuid.uuid4().hex
    to_nobody = {"owner": NOBODY.format(deletion=deletion, owner=owner)}
    run_ids = _runs_of(connection, owner, conversation_id)
    _leave_to_others(connection, owner, conversation_id, run_ids)
    for some in media_store.in_portions(run_ids):
        of_owner = update(runs).where(runs.c.owner == owner, runs.c.id.in_(some))
        connection.execute(of_owner, to_nobody)
    connection.execute(update(turns).where(*in_conversation(owner, conversation_id)), to_nobody)
    head = update(conversations).where(*is_conversation(owner, conversation_id))
    connection.execute(head, {**to_nobody, "deleted": micros(now)})
    return deletion


def undo(connection: Connection, owner: str, deletion: str) -> bool:
    """Bring a conversation back with all that was deleted with it; False when it is gone.

    What a page that still showed it has written meanwhile stays.
    """
    nobody = NOBODY.format(deletion=deletion, owner=owner)
    head = connection.execute(select(conversations).where(conversations.c.owner == nobody)).first()
    if head is None:
        return False
    _drop_what_is_there(connection, owner, nobody, head.id)
    for table in (runs, turns):
        connection.execute(update(table).where(table.c.owner == nobody), {"owner": owner})
    deleted_head = conversations.c.owner == nobody
    if trees.exists(connection, owner, head.id):
        marks = {name: getattr(head, name) for name in ("title", "pinned", "tags", "created")}
        connection.execute(update(conversations).where(*is_conversation(owner, head.id)), marks)
        connection.execute(delete(conversations).where(deleted_head))
    else:
        back = {"owner": owner, "deleted": None}
        connection.execute(update(conversations).where(deleted_head), back)
    return True


def purge(connection: Connection, before: datetime | None = None, owner: str | None = None) -> int:
    """Delete for good what was deleted before a time, and by an owner; gives how many."""
    query = select(conversations.c.owner).where(conversations.c.deleted.is_not(None))
    if before is not None:
        query = query.where(conversations.c.deleted < micros(before))
    deleted = set(connection.execute(query).scalars())
    if owner is not None:
        deleted = {nobody for nobody in deleted if nobody.split(":", 2)[2] == owner}
    for nobody in deleted:
        while retention.delete_some(connection, nobody):
            pass
        trees.forget(connection, nobody)
    return len(deleted)


def running_in(connection: Connection, owner: str, conversation_id: str) -> list[str]:
    """The runs of a conversation whose answers are being written, by their ids."""
    query = select(runs.c.id).where(
        runs.c.owner == owner,
        runs.c.conversation_id == conversation_id,
        runs.c.outcome == "running",
    )
    return list(connection.execute(query).scalars())


def _runs_of(connection: Connection, owner: str, conversation_id: str) -> set[str]:
    """The runs asked in a conversation, those included whose turns were taken out of it."""
    here = select(turns.c.run_id).where(*in_conversation(owner, conversation_id))
    of_turns = connection.execute(here.where(turns.c.run_id.is_not(None))).scalars()
    said = select(runs.c.id).where(runs.c.owner == owner, runs.c.conversation_id == conversation_id)
    return {*of_turns, *connection.execute(said).scalars()}


def _leave_to_others(
    connection: Connection, owner: str, conversation_id: str, run_ids: set[str]
) -> None:
    """Take those of the runs out that another conversation holds: that is where they belong now."""
    for some in media_store.in_portions(run_ids):
        query = select(turns.c.run_id, turns.c.conversation_id).where(
            turns.c.owner == owner,
            turns.c.run_id.in_(some),
            turns.c.conversation_id != conversation_id,
        )
        for row in connection.execute(query).all():
            run_ids.discard(row.run_id)
            run = update(runs).where(runs.c.owner == owner, runs.c.id == row.run_id)
            connection.execute(run, {"conversation_id": row.conversation_id})


def _drop_what_is_there(
    connection: Connection, owner: str, nobody: str, conversation_id: str
) -> None:
    """Delete of what is to come back what its owner has again: a page has written it anew."""
    again = select(runs.c.id).where(runs.c.owner == owner)
    twice = select(runs.c.key).where(runs.c.owner == nobody, runs.c.id.in_(again))
    retention.delete_rows(connection, list(connection.execute(twice).scalars()))
    theirs = select(turns.c.id).where(*in_conversation(owner, conversation_id))
    twice = select(turns.c.key).where(turns.c.owner == nobody, turns.c.id.in_(theirs))
    trees.delete_turns(connection, list(connection.execute(twice).scalars()))
