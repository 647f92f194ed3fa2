"""Conversations in the database: a row for the tree, and one for each turn.

A turn is written with its run, once; what may change later is its place in the tree and the
candidate that was chosen. So a turn that somebody has deleted elsewhere doesn't come back with the
next prompt of a page that still shows it; and a turn that another tab added stays, though this one
doesn't know it.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from gemini.conversation import FORMAT, VERSION, Conversation
from gemini.history import media_store, rows
from gemini.history.media_store import Medium, pack, unpack, with_media, without_media
from gemini.history.schema import (
    AnyRow,
    conversations,
    micros,
    storable,
    storable_name,
    turns,
)
from gemini.history.tree import Tree, TurnState, parents_first, title_of
from gemini.media.names import nameless, names_of
from gemini.request import to_jsonable
from gemini.run_json import exchanges_from_json


def write(connection: Connection, owner: str, tree: Tree, new: Collection[str]) -> None:
    """Write the tree as it is now, with the turns of `new` (by id) added to those there are.

    The runs of new turns are added where they are missing; one that is being written must be
    there already. Turns that the tree says are deleted are, their runs are not.
    """
    for turn_id in tree.deleted:
        _take_out(connection, owner, tree.id, turn_id)
    columns = (turns.c.id, turns.c.key, turns.c.position, turns.c.parent, turns.c.chosen)
    in_tree = select(*columns).where(*in_conversation(owner, tree.id))
    known = {row.id: row for row in connection.execute(in_tree)}
    remaining = known.keys() | set(new)
    parents = {t.id: t.parent for t in tree.turns}
    _write_head(connection, owner, tree, _nearest(tree.leaf, parents, remaining))
    for position, turn in enumerate(tree.turns):
        place = {
            "position": position,
            "parent": _nearest(turn.parent, parents, remaining),
            "chosen": turn.chosen,
        }
        there = known.get(turn.id)
        if there is None:
            if turn.id in new:
                _add_turn(connection, owner, tree, turn, place)
        elif any(getattr(there, name) != value for name, value in place.items()):
            connection.execute(update(turns).where(turns.c.key == there.key), place)


def rearrange(connection: Connection, owner: str, tree: Tree) -> None:
    """Write where the turns stand that are there; nothing when the conversation isn't."""
    if exists(connection, owner, tree.id):
        write(connection, owner, tree, ())


def load(connection: Connection, owner: str, conversation_id: str) -> Conversation | None:
    """An owner's conversation with its runs, as they have come so far."""
    head = _head(connection, owner, conversation_id)
    if head is None:
        return None
    query = (
        select(turns)
        .where(*in_conversation(owner, conversation_id))
        .order_by(turns.c.position, turns.c.key)
    )
    entries = connection.execute(query).all()
    stored = rows.stored_runs(connection, owner, [e.run_id for e in entries if e.run_id])
    holders = [f"turn/{e.key}" for e in entries] + [f"run/{f.key}" for f in stored.values()]
    media = media_store.held_by(connection, holders)
    plain = [_turn_json(e, stored, media) for e in entries]
    leaf = {"format": FORMAT, "version": VERSION, "leaf": head.leaf}
    conversation = Conversation.from_json({**leaf, "turns": parents_first(plain)})
    conversation.id = head.id
    for turn in conversation.turns.values():
        wire = stored[turn.run.id].wire if turn.run else None
        if turn.run and wire:
            turn.run.exchanges = exchanges_from_json(unpack(wire))
    return conversation


def exists(connection: Connection, owner: str, conversation_id: str) -> bool:
    """Whether an owner has this conversation."""
    return _head(connection, owner, conversation_id) is not None


def restore(
    connection: Connection,
    owner: str,
    conversation_id: str,
    *,
    title: str,
    created: datetime,
    updated: datetime,
    pinned: bool = False,
    tags: str = "",
) -> None:
    """Give a conversation the title, the marks and the times that it had elsewhere."""
    change = update(conversations).where(*is_conversation(owner, conversation_id))
    marks = {"title": storable_name(title), "pinned": pinned, "tags": tags}
    times = {"created": micros(created), "updated": micros(updated)}
    connection.execute(change, {**marks, **times})


def forget_runs(connection: Connection, owner: str, run_ids: Collection[str]) -> None:
    """Take the turns of runs out of their conversations, and delete those that are empty then."""
    for some in media_store.in_portions(run_ids):
        query = select(turns).where(turns.c.owner == owner, turns.c.run_id.in_(some))
        for turn in connection.execute(query).all():
            _take_out(connection, owner, turn.conversation_id, turn.id)
    empty = ~select(turns.c.key).where(
        turns.c.owner == conversations.c.owner, turns.c.conversation_id == conversations.c.id
    ).exists()  # fmt: skip
    listed = (conversations.c.owner == owner, conversations.c.deleted.is_(None))
    connection.execute(delete(conversations).where(*listed, empty))


def forget(connection: Connection, owner: str, conversation_id: str | None = None) -> list[str]:
    """Delete a conversation, or all of an owner's; gives the ids of its runs, which stay."""
    of_turns, of_heads = (turns.c.owner == owner,), (conversations.c.owner == owner,)
    if conversation_id is not None:
        of_turns, of_heads = (
            in_conversation(owner, conversation_id),
            is_conversation(owner, conversation_id),
        )
    entries = connection.execute(select(turns.c.key, turns.c.run_id).where(*of_turns)).all()
    delete_turns(connection, [e.key for e in entries])
    connection.execute(delete(conversations).where(*of_heads))
    return [e.run_id for e in entries if e.run_id]


def in_conversation(owner: str, conversation_id: str) -> tuple[ColumnElement[bool], ...]:
    """What holds for the turns of a conversation."""
    return (turns.c.owner == owner, turns.c.conversation_id == conversation_id)


def is_conversation(owner: str, conversation_id: str) -> tuple[ColumnElement[bool], ...]:
    """What holds for the row of a conversation."""
    return (conversations.c.owner == owner, conversations.c.id == conversation_id)


def _head(connection: Connection, owner: str, conversation_id: str) -> AnyRow | None:
    query = select(conversations).where(*is_conversation(owner, conversation_id))
    return connection.execute(query).first()


def _write_head(connection: Connection, owner: str, tree: Tree, leaf: str | None) -> None:
    now = micros(datetime.now(UTC))
    changed = {"leaf": leaf, "updated": now}
    if _head(connection, owner, tree.id):
        connection.execute(update(conversations).where(*is_conversation(owner, tree.id)), changed)
        return
    first = tree.turns[0] if tree.turns else None
    row = {
        "owner": owner,
        "id": tree.id,
        "page": tree.page,
        "title": storable(title_of(first.prompt)) if first else "",
        "created": now,
    }
    connection.execute(insert(conversations), {**row, **changed})


def _nearest(
    parent: str | None, parents: dict[str, str | None], remaining: Collection[str]
) -> str | None:
    """The nearest turn before that is kept: some may have been made while nothing was."""
    while parent is not None and parent not in remaining:
        parent = parents.get(parent)
    return parent


def _add_turn(
    connection: Connection, owner: str, tree: Tree, turn: TurnState, place: dict[str, Any]
) -> None:
    if turn.run and rows.key_of(connection, owner, turn.run.id) is None:
        rows.add(connection, owner, turn.run, tree.page, conversation_id=tree.id)
    media: dict[str, Medium] = {}
    prompt = to_jsonable(without_media(nameless(turn.prompt), media))
    row = {
        "owner": owner,
        "conversation_id": tree.id,
        "id": turn.id,
        "run_id": turn.run_id,
        "data": pack({"prompt": prompt, "names": names_of(turn.prompt)}),
    }
    added = insert(turns).returning(turns.c.key)
    key = connection.execute(added, {**row, **place}).scalar_one()
    media_store.keep(connection, f"turn/{key}", media)


def _turn_json(
    entry: AnyRow, stored: dict[str, rows.StoredRun], media: dict[str, bytes]
) -> dict[str, Any]:
    run = stored.get(entry.run_id)
    return {
        "id": entry.id,
        "parent": entry.parent,
        "chosen": entry.chosen,
        "run": with_media(run.data, media) if run else None,
        **with_media(unpack(entry.data), media),
    }


def _take_out(connection: Connection, owner: str, conversation_id: str, turn_id: str) -> None:
    """Delete one turn, if it is there; what came after it moves up."""
    of_conversation = in_conversation(owner, conversation_id)
    query = select(turns.c.key, turns.c.parent).where(*of_conversation, turns.c.id == turn_id)
    turn = connection.execute(query).first()
    if turn is None:
        return
    children = update(turns).where(*of_conversation, turns.c.parent == turn_id)
    connection.execute(children, {"parent": turn.parent})
    is_shown = (*is_conversation(owner, conversation_id), conversations.c.leaf == turn_id)
    shown = update(conversations).where(*is_shown)
    connection.execute(shown, {"leaf": turn.parent})
    delete_turns(connection, [turn.key])


def delete_turns(connection: Connection, keys: list[int]) -> None:
    """Delete turns, and their media where nobody else holds them."""
    for some in media_store.in_portions(keys):
        connection.execute(delete(turns).where(turns.c.key.in_(some)))
    media_store.let_go(connection, [f"turn/{key}" for key in keys])
