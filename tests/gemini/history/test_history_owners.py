"""What is one owner's is nobody else's: every way of asking is tried from the other side."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from gemini.conversation import Conversation
from gemini.history.database import History
from gemini.history.search import Filter
from gemini.history.store import HistoryStore
from gemini.run import Run
from tests.gemini.history.sample_runs import ended, picture

Asked = Callable[[HistoryStore, Run, Conversation], Any]


@pytest.fixture
def kept(history: History) -> tuple[Run, Conversation]:
    """A run of Ann's in a conversation of hers, and a saved prompt."""
    conversation = Conversation()
    turn = conversation.add([{"text": "Secret plan"}, picture()], None)
    turn.run = ended("Secret plan", "Understood.", picture())
    ann = history.of("ann")
    ann.record(turn.run, "chat", session="a", conversation=conversation)
    ann.save_preset("Mine", "chat", turn.run.request)
    assert len(ann.find().runs) == 1
    return turn.run, conversation


def exported(store: HistoryStore, _run: Run, _conversation: Conversation) -> bool:
    with io.BytesIO() as all_of_it, io.BytesIO() as by_id:
        store.export(all_of_it)
        store.export(by_id, [_run.id])
        files = all_of_it.getvalue() + by_id.getvalue()
    return b"PNG" in files


@pytest.mark.parametrize(
    "asked",
    [
        lambda store, run, conversation: store.find().runs,
        lambda store, run, conversation: store.find(Filter(text="secret")).runs,
        lambda store, run, conversation: store.find(Filter(conversation_id=conversation.id)).runs,
        lambda store, run, conversation: store.choices().models,
        lambda store, run, conversation: store.run(run.id),
        lambda store, run, conversation: store.rename_run(run.id, "Stolen"),
        lambda store, run, conversation: store.star_run(run.id),
        lambda store, run, conversation: store.conversation(conversation.id),
        lambda store, run, conversation: store.conversations(),
        lambda store, run, conversation: store.rename_conversation(conversation.id, "Stolen"),
        exported,
        lambda store, run, conversation: store.presets(),
        lambda store, run, conversation: store.preset_names(),
        lambda store, run, conversation: store.preset_versions("Mine"),
        lambda store, run, conversation: store.rename_preset("Mine", "Stolen"),
        lambda store, run, conversation: store.usage_sums(run.created.date(), run.created.date()),
        lambda store, run, conversation: store.delete_preset("Mine"),
        lambda store, run, conversation: store.delete_runs([run.id]),
        lambda store, run, conversation: store.delete_everything(),
    ],
)
def test_nobody_else_reads_or_changes_it(
    history: History, kept: tuple[Run, Conversation], asked: Asked
) -> None:
    run, conversation = kept
    for other in ("bob", "", "ANN", "ann ", "%"):
        assert not asked(history.of(other), run, conversation)
    ann = history.of("ann")
    summary = ann.find().runs[0]
    assert (summary.id, summary.name, summary.starred) == (run.id, "", False)
    assert ann.run(run.id) == run
    assert [c.title for c in ann.conversations()] == ["Secret plan"]
    assert [p.name for p in ann.presets()] == ["Mine"]
    assert asked(ann, run, conversation)


def test_two_owners_may_have_the_same_run_and_conversation(
    history: History, kept: tuple[Run, Conversation]
) -> None:
    """As when one opens a conversation that the other has exported."""
    run, conversation = kept
    bob = history.of("bob")
    bob.keep_conversation(conversation, "chat")
    bob.rename_run(run.id, "Bob's")
    assert history.of("ann").find().runs[0].name == ""
    bob.delete_everything()
    assert history.of("ann").run(run.id) == run
    assert history.of("ann").conversation(conversation.id) is not None
