"""The lists of recent conversations: what they are called, their marks, what a search finds."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from gemini.conversation import Conversation
from gemini.history import deletions, schema
from gemini.history.database import History, open_history
from gemini.history.engine import for_writing
from gemini.history.listing import MOST_TAGS
from gemini.history.store import HistoryStore
from gemini.history.tree import title_of
from gemini.live_run import LiveRun
from tests.gemini.history.sample_runs import ended, picture, running


def keep(
    store: HistoryStore, *prompts: str, page: str = "chat", answer: str = "Yes."
) -> Conversation:
    """A conversation of these prompts, each with a picture of its own in the answer."""
    conversation = Conversation()
    for prompt in prompts:
        turn = conversation.add([{"text": prompt}, picture()], conversation.leaf)
        turn.run = ended(prompt, answer, picture(prompt.encode()))
        store.record(turn.run, page, conversation=conversation)
    return conversation


def titles(store: HistoryStore, text: str = "", tag: str = "", limit: int = 50) -> list[str]:
    return [c.title for c in store.recent("chat", text, tag, limit).conversations]


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Why is the sky blue?", "Why is the sky blue?"),
        ("# A **bold** plan\n\nwith more", "A bold plan"),
        ("```python\nprint(2**3)\n```", "print(2**3)"),
        ("- -5 + 3", "-5 + 3"),
        (
            "Write a poem about a heron. It should rhyme, and be about as long as a sonnet is.",
            "Write a poem about a heron.",
        ),
        ("word " * 40, f"{'word ' * 11}word".strip()[:59] + "…"),
        ("界" * 100, "界" * 59 + "…"),
        ("???", "???"),
        (" \n ", ""),
        ("[](javascript:alert(1)) <b>x</b>", "[](javascript:alert(1)) <b>x</b>"),
    ],
)
def test_a_title_is_the_first_sentence_or_words(prompt: str, title: str) -> None:
    assert title_of([{"text": prompt}]) == title


def test_a_prompt_without_words_is_called_by_its_file() -> None:
    blob = {"mime_type": "image/png", "data": b"x", "display_name": "heron.png"}
    assert title_of([{"inline_data": blob}]) == "heron.png"


def test_what_is_pinned_comes_first_and_other_pages_and_owners_are_not_listed(
    history: History,
) -> None:
    store = history.of("ann")
    first, second, _ = (keep(store, text) for text in ("One", "Two", "Three"))
    keep(store, "Elsewhere", page="image")
    keep(history.of("bob"), "Theirs")
    assert titles(store) == ["Three", "Two", "One"]
    assert store.pin_conversation(first.id)
    assert titles(store) == ["One", "Three", "Two"]
    assert titles(store, limit=2) == ["One", "Three"]
    assert store.recent("chat", limit=2).more
    assert not store.recent("chat", limit=3).more
    assert not history.of("bob").pin_conversation(second.id)
    assert store.pin_conversation(first.id, pinned=False)
    assert titles(store) == ["Three", "Two", "One"]


def test_tags_are_short_and_each_there_once(history: History) -> None:
    store = history.of("ann")
    conversation = keep(store, "One")
    keep(store, "Two")
    assert store.tag_conversation(conversation.id, ["#Birds", "birds", " a\nb ", "x" * 99, " "])
    listed = store.recent("chat").conversations[1]
    assert listed.tags == ("Birds", "a b", "x" * 40)
    assert store.tags("chat") == ["a b", "Birds", "x" * 40]
    assert store.tags("image") == []
    assert titles(store, tag="Birds") == ["One"]
    assert titles(store, tag="bird") == []
    assert store.tag_conversation(conversation.id, [str(n) for n in range(50)])
    assert len(store.recent("chat").conversations[1].tags) == MOST_TAGS
    assert store.tag_conversation(conversation.id, [])
    assert store.tags() == []


def test_titles_tags_and_texts_are_searched(history: History) -> None:
    store = history.of("ann")
    heron = keep(
        store, "Which bird?", "And the colour?", answer="The grey heron, at Zürich's lock."
    )
    named = keep(store, "Something else")
    store.rename_conversation(named.id, "Herons of the lake")
    tagged = keep(store, "A third")
    store.tag_conversation(tagged.id, ["heron"])
    keep(store, "Nothing of it")
    assert titles(store, "HERON") == ["A third", "Herons of the lake", "Which bird?"]
    assert titles(store, "heron zurich") == ["Which bird?"]
    assert titles(store, "colour") == ["Which bird?"]
    assert titles(store, "heron", limit=1) == ["A third"]
    assert store.recent("chat", "heron", limit=1).more
    found = {c.id: c.excerpt for c in store.recent("chat", "heron").conversations}
    assert "grey heron" in found[heron.id]
    assert found[named.id] == ""
    assert titles(store, "no such word") == []
    assert titles(store, "%") == titles(store, "[](") == []
    assert history.of("bob").recent("chat", "heron").conversations == []


def test_a_turn_that_was_taken_out_is_not_found(history: History) -> None:
    store = history.of()
    conversation = keep(store, "One", "Egret")
    conversation.delete(conversation.path()[1])
    store.arrange(conversation, "chat")
    assert titles(store, "egret") == []


def test_a_conversation_says_that_an_answer_is_being_written(history: History) -> None:
    store, conversation = history.of(), keep(history.of(), "One")
    turn = conversation.add([{"text": "Two"}], conversation.leaf)
    turn.run = running("Two")
    store.record(turn.run, "chat", conversation=conversation)
    assert [c.running for c in store.recent("chat").conversations] == [True]
    turn.run.outcome = "done"
    assert [c.running for c in store.recent("chat").conversations] == [False]


def test_a_deletion_is_undone_whole(history: History) -> None:
    store = history.of("ann")
    conversation = keep(store, "One", "Two")
    keep(store, "Other")
    store.pin_conversation(conversation.id)
    store.tag_conversation(conversation.id, ["bird"])
    store.rename_conversation(conversation.id, "Named")
    before, runs = store.conversation(conversation.id), store.find().runs
    listed, size = store.recent("chat"), history.stored_bytes()

    deletion = store.delete_conversation(conversation.id)
    assert deletion
    assert store.conversation(conversation.id) is None
    assert titles(store) == ["Other"]
    assert store.tags() == []
    assert [run.prompt for run in store.find().runs] == ["Other"]
    assert store.delete_conversation(conversation.id) is None  # another tab was first
    assert not history.of("bob").undo_deletion(deletion)

    assert store.undo_deletion(deletion)
    after = store.conversation(conversation.id)
    assert before is not None
    assert after is not None
    assert after.turns == before.turns
    assert after.path() == before.path()
    assert store.find().runs == runs
    assert store.recent("chat") == listed
    assert history.stored_bytes() == size
    assert not store.undo_deletion(deletion)


def test_what_was_deleted_goes_for_good_after_a_while(url: str) -> None:
    history = open_history(url)
    store = history.of("https://accounts.example ann")
    late, early = keep(store, "Late"), keep(store, "Early")
    deleted = [store.delete_conversation(one.id) for one in (late, early)]
    assert all(deleted)
    old = update(schema.conversations).where(schema.conversations.c.title == "Early")
    moment = datetime.now(UTC) - deletions.UNDONE_WITHIN - timedelta(seconds=1)
    with for_writing(history._engine).begin() as connection:
        connection.execute(old, {"deleted": schema.micros(moment)})
    history._upkeep_at = 0.0
    history._writer.settle()
    assert not store.undo_deletion(str(deleted[1]))
    assert store.undo_deletion(str(deleted[0]))
    assert titles(store) == ["Late"]
    history.close()


def test_deleting_everything_leaves_nothing_to_bring_back(history: History) -> None:
    store = history.of("ann")
    deletion = store.delete_conversation(keep(store, "One").id)
    theirs = history.of("bob").delete_conversation(keep(history.of("bob"), "Two").id)
    store.delete_everything()
    assert not store.undo_deletion(str(deletion))
    assert history.of("bob").undo_deletion(str(theirs))


def test_a_page_that_still_shows_it_goes_on_and_nothing_is_lost_by_the_undo(
    history: History,
) -> None:
    store = history.of()
    conversation = keep(store, "One", "Two")
    deletion = store.delete_conversation(conversation.id)
    turn = conversation.add([{"text": "Three"}], conversation.leaf)
    turn.run = ended("Three")
    store.record(turn.run, "chat", conversation=conversation)
    assert [c.turns for c in store.recent("chat").conversations] == [1]
    store.keep_conversation(conversation, "chat", [conversation.path()[1].id])
    assert store.undo_deletion(str(deletion))
    store.arrange(conversation, "chat")
    back = store.conversation(conversation.id)
    assert back is not None
    assert [t.text for t in back.path()] == ["One", "Two", "Three"]
    assert len(store.find().runs) == 3
    assert titles(store) == ["One"]


def test_a_run_that_another_conversation_holds_stays_there(history: History) -> None:
    store = history.of()
    conversation = keep(store, "One")
    copy = Conversation.from_json(conversation.to_json())
    store.keep_conversation(copy, "chat")
    deletion = store.delete_conversation(conversation.id)
    assert [run.conversation_id for run in store.find().runs] == [copy.id]
    kept = store.conversation(copy.id)
    assert kept is not None
    assert kept.path()[0].run == conversation.path()[0].run
    assert store.undo_deletion(str(deletion))
    back = store.conversation(conversation.id)
    assert back is not None
    assert back.path()[0].run == conversation.path()[0].run


def test_an_answer_that_is_being_written_is_stopped_and_comes_back(history: History) -> None:
    store, conversation = history.of(), Conversation()
    turn = conversation.add([{"text": "One"}], None)
    turn.run = running("One")
    live = LiveRun(turn.run)
    turn.run.candidate(0).parts.append({"text": "So far"})
    store.record(live, "chat", conversation=conversation)
    deletion = store.delete_conversation(conversation.id)
    assert live.run.outcome == "stopped"
    assert store.undo_deletion(str(deletion))
    back = store.conversation(conversation.id)
    assert back is not None
    assert back.path()[0].answer == [{"text": "So far"}]


def test_pins_and_tags_are_taken_along(history: History) -> None:
    store = history.of("ann")
    conversation = keep(store, "One")
    store.pin_conversation(conversation.id)
    store.tag_conversation(conversation.id, ["bird", "lake"])
    file = io.BytesIO()
    store.export(file)
    theirs = history.of("bob")
    theirs.import_archive(file)
    listed = theirs.recent("chat").conversations[0]
    assert (listed.title, listed.pinned, listed.tags) == ("One", True, ("bird", "lake"))


def test_a_title_by_the_model_leaves_one_that_was_given(history: History) -> None:
    store = history.of()
    conversation = keep(store, "One")
    assert store.title_conversation(conversation.id, "One", "Written by the model")
    assert titles(store) == ["Written by the model"]
    assert not store.title_conversation(conversation.id, "One", "Once more")
    assert titles(store) == ["Written by the model"]
