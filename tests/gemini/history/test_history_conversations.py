"""Conversations come back as they were, branches and all, and without what was deleted."""

import io
import json

import pytest
from sqlalchemy import event

from gemini.conversation import Conversation, Turn
from gemini.history.database import History, open_history
from gemini.history.retention import Retention
from gemini.history.search import Filter
from gemini.history.store import HistoryStore
from gemini.history.tree import parents_first
from gemini.media.names import named
from gemini.run import Run
from tests.gemini.history.sample_runs import ended, picture, running


def say(
    store: HistoryStore,
    conversation: Conversation,
    text: str,
    parent: str | None,
    run: Run | None = None,
) -> Turn:
    """Ask something, as the chat page does."""
    turn = conversation.add([{"text": text}, named(picture(), "sky.png")], parent)
    turn.run = run or ended(text, f"Answer to {text}", picture())
    store.record(turn.run, "chat", conversation=conversation)
    return turn


def reopened(store: HistoryStore, conversation: Conversation) -> Conversation:
    found = store.conversation(conversation.id)
    assert found is not None
    assert found.id == conversation.id
    return found


def test_a_conversation_with_branches_comes_back(history: History) -> None:
    store, conversation = history.of(), Conversation()
    first = say(store, conversation, "One", None)
    say(store, conversation, "Two", first.id)
    branch = say(store, conversation, "Two again", first.id)
    branch.chosen = 0
    conversation.show(conversation.siblings(branch)[0])
    store.arrange(conversation, "chat")

    found = reopened(store, conversation)
    assert found.turns == conversation.turns
    assert found.path() == conversation.path()
    assert [t.text for t in found.path()] == ["One", "Two"]
    summary = store.conversations()[0]
    assert (summary.id, summary.title, summary.turns) == (conversation.id, "One", 3)
    assert len(store.find(Filter(conversation_id=conversation.id)).runs) == 3


def test_a_prompt_writes_nothing_of_the_turns_before_it(history: History) -> None:
    store, conversation = history.of(), Conversation()
    turn = say(store, conversation, "One", None)
    assert store.conversations()
    changes: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        changes.extend([statement] if statement.startswith("UPDATE turns") else [])

    event.listen(history._engine, "before_cursor_execute", note)
    say(store, conversation, "Two", turn.id)
    assert store.conversations()[0].turns == 2
    assert not changes
    turn.chosen = 1
    store.arrange(conversation, "chat")
    assert len(changes) == 1


def test_a_page_loaded_anew_gets_the_run_that_is_live(history: History) -> None:
    store, conversation = history.of(), Conversation()
    turn = say(store, conversation, "One", None, running("One"))
    assert turn.run is not None
    turn.run.candidate(0).parts.append({"text": "So far"})
    seen = reopened(store, conversation).turns[turn.id]
    assert seen.run is not None
    assert seen.run.id == turn.run.id
    turn.run.outcome = "done"
    assert reopened(store, conversation).turns == conversation.turns


def test_a_turn_taken_out_leaves_its_run(history: History) -> None:
    store, conversation = history.of(), Conversation()
    first = say(store, conversation, "One", None)
    second = say(store, conversation, "Two", first.id)
    third = say(store, conversation, "Three", second.id)
    conversation.delete(second)
    store.arrange(conversation, "chat")
    assert [t.id for t in reopened(store, conversation).path()] == [first.id, third.id]
    assert second.run is not None
    assert store.run(second.run.id) == second.run


def test_a_run_deleted_takes_its_turn_along_and_it_stays_away(history: History) -> None:
    store, conversation = history.of(), Conversation()
    first = say(store, conversation, "One", None)
    second = say(store, conversation, "Two", first.id)
    third = say(store, conversation, "Three", second.id)
    assert second.run is not None
    store.delete_runs([second.run.id])
    assert [t.id for t in reopened(store, conversation).path()] == [first.id, third.id]

    fourth = say(store, conversation, "Four", third.id)  # the page still shows the second
    assert [t.id for t in reopened(store, conversation).path()] == [first.id, third.id, fourth.id]

    store.delete_runs([t.run.id for t in (first, third, fourth) if t.run])
    assert store.conversation(conversation.id) is None
    assert store.conversations() == []
    assert history.stored_bytes() == 0


def test_deleting_the_runs_of_a_conversation_deletes_it_and_no_others(history: History) -> None:
    store, conversation = history.of(), Conversation()
    turn = say(store, conversation, "One", None)
    other = ended("Other", "x", picture())
    store.record(other, "image")
    assert turn.run is not None
    assert store.delete_runs([turn.run.id]) == 1
    assert store.delete_runs([turn.run.id]) == 0
    assert store.conversation(conversation.id) is None
    assert [r.id for r in store.find().runs] == [other.id]
    assert store.run(other.id) == other  # with the picture that both had


def test_a_conversation_from_elsewhere_is_kept_whole(history: History) -> None:
    store, conversation = history.of(), Conversation()
    first = say(store, conversation, "One", None)
    say(store, conversation, "Two", first.id)
    imported = Conversation.from_json(json.loads(json.dumps(conversation.to_json())))
    theirs = history.of("bob")
    theirs.keep_conversation(imported, "chat")
    theirs.keep_conversation(imported, "chat")
    assert reopened(theirs, imported).path() == imported.path()
    assert len(theirs.find().runs) == 2
    assert len(store.conversations()) == 1


def test_two_tabs_of_a_conversation_keep_both_their_branches(history: History) -> None:
    store, here = history.of(), Conversation()
    first = say(store, here, "One", None)
    there = reopened(store, here)
    second = say(store, here, "Here", first.id)
    say(store, here, "Here again", second.id)
    say(store, there, "There", first.id)
    say(store, here, "Here at last", here.leaf)
    store.arrange(there, "chat")

    found = reopened(store, here)
    after_first = found.siblings(found.turns[second.id])
    assert {t.text for t in after_first} == {"Here", "There"}
    assert [t.text for t in found.path()] == ["One", "There"]  # as seen in the tab that wrote last
    found.show(found.turns[second.id])
    assert [t.text for t in found.path()] == ["One", "Here", "Here again", "Here at last"]


@pytest.mark.parametrize("deletes_first", [True, False])
def test_a_turn_deleted_in_one_tab_takes_none_along_of_another(
    history: History, deletes_first: bool
) -> None:
    store, here = history.of(), Conversation()
    first = say(store, here, "One", None)
    second = say(store, here, "Two", first.id)
    there = reopened(store, here)

    def delete() -> None:
        here.delete(second)
        store.arrange(here, "chat")

    def add() -> None:
        say(store, there, "Three", second.id)

    for act in (delete, add) if deletes_first else (add, delete):
        act()
    found = reopened(store, here)
    assert {t.text for t in found.turns.values()} == {"One", "Three"}
    say(store, here, "Four", here.leaf)  # knows nothing of the third
    say(store, there, "Five", there.leaf)  # still shows the second
    paths = _paths(reopened(store, here))
    assert paths == [["One", "Four"], ["One", "Three", "Five"]]


def test_two_servers_on_one_database_keep_each_others_turns(url: str) -> None:
    here, there = open_history(url), open_history(url)
    conversation = Conversation()
    first = say(here.of(), conversation, "One", None)
    reopened(here.of(), conversation)  # written by now
    other = reopened(there.of(), conversation)
    say(there.of(), other, "There", first.id)
    reopened(there.of(), conversation)
    say(here.of(), conversation, "Here", first.id)
    conversation.delete(conversation.turns[first.id])
    here.of().arrange(conversation, "chat")
    assert _paths(reopened(there.of(), conversation)) == [["Here"], ["There"]]
    here.close()
    there.close()


def test_a_tab_may_number_a_turn_after_those_that_follow_it(history: History) -> None:
    store, tab = history.of(), Conversation()
    say(store, tab, "One", None)
    others = [reopened(store, tab) for _ in range(4)]
    for number, other in enumerate(others):
        say(store, other, f"Beginning {number}", None)
    late = reopened(store, tab)  # it has all four before the last's children
    for other in reversed(others):
        say(store, other, f"After {other.turns[other.leaf or ''].text}", other.leaf)
    store.arrange(late, "chat")
    expected = [*([f"Beginning {n}", f"After Beginning {n}"] for n in range(4)), ["One"]]
    assert _paths(reopened(store, tab)) == expected
    file = io.BytesIO()
    store.export(file)
    theirs = history.of("bob")
    assert theirs.import_archive(file).conversations == 1
    assert _paths(reopened(theirs, tab)) == expected


def _paths(conversation: Conversation) -> list[list[str]]:
    """The texts along each path, from a beginning to an end, sorted."""
    parents = {t.parent for t in conversation.turns.values()}
    paths = []
    for turn in list(conversation.turns.values()):
        if turn.id not in parents:
            conversation.show(turn)
            paths.append([t.text for t in conversation.path()])
    return sorted(paths)


@pytest.mark.parametrize(
    ("parents", "order"),
    [
        ({"b": "a", "a": None}, "ab"),
        ({"c": "b", "b": "a", "a": None}, "abc"),
        ({"a": "gone", "b": "a"}, "ab"),
        ({"a": "b", "b": "a", "c": "b"}, "abc"),
    ],
)
def test_parents_are_put_before_their_children(parents: dict[str, str | None], order: str) -> None:
    turns = [{"id": turn_id, "parent": parent} for turn_id, parent in parents.items()]
    ordered = parents_first(turns)
    assert "".join(t["id"] for t in ordered) == order
    assert ordered[0]["parent"] is None


def test_the_title_is_what_was_said_first_and_can_be_changed(history: History) -> None:
    store, conversation = history.of(), Conversation()
    say(store, conversation, "word " * 40, None)
    title = store.conversations()[0].title
    assert title.startswith("word word")
    assert len(title) == 60
    assert store.rename_conversation(conversation.id, "Words")
    say(store, conversation, "More", conversation.leaf)
    assert store.conversations()[0].title == "Words"


def test_turns_made_while_nothing_was_kept_are_stepped_over(url: str) -> None:
    conversation = Conversation()
    for keep, text in ((True, "One"), (False, "Two"), (True, "Three")):
        history = open_history(url, retention=Retention(keep=keep))
        say(history.of(), conversation, text, conversation.leaf)
        history.close()
    history = open_history(url)
    assert [t.text for t in reopened(history.of(), conversation).path()] == ["One", "Three"]
    history.close()


def test_the_latest_conversation_is_listed_first(history: History) -> None:
    store, old, new = history.of(), Conversation(), Conversation()
    say(store, old, "Old", None)
    say(store, new, "New", None)
    assert [c.title for c in store.conversations()] == ["New", "Old"]
    say(store, old, "Again", old.leaf)
    assert [c.title for c in store.conversations()] == ["Old", "New"]
    assert len(store.conversations(limit=1)) == 1
