"""Deleting is deleting: with its media, and from the file."""

from pathlib import Path

import pytest

from gemini.conversation import Conversation
from gemini.history.database import History, open_history
from gemini.history.search import Filter
from tests.gemini.history.sample_runs import ended, picture


def test_media_go_with_their_last_holder(history: History) -> None:
    store, theirs = history.of("ann"), history.of("bob")
    shared, own = picture(b"shared" * 100), picture(b"own" * 100)
    first, second = ended("1", "x", shared, own), ended("2", "x", shared)
    store.record(first, "chat")
    theirs.record(second, "chat")
    assert store.delete_runs([first.id, "no such id", second.id]) == 1
    assert theirs.run(second.id) == second
    assert store.find().runs == []
    theirs.delete_runs([second.id])
    assert history.stored_bytes() == 0


def test_everything_deleted_is_everything_of_one_owner(history: History) -> None:
    store, theirs = history.of("ann"), history.of("bob")
    for n in range(450):  # more than go at once
        store.record(ended(f"Run {n}", "x", picture()), "chat")
    theirs.record(ended("Theirs"), "chat")
    store.save_preset("Kept", "chat", ended().request)
    assert store.delete_everything() == 450
    assert store.find(Filter(text="run")).runs == []
    assert len(theirs.find(Filter(text="theirs")).runs) == 1
    assert [p.name for p in store.presets()] == ["Kept"]


def test_nothing_of_what_was_deleted_stays_in_the_file(tmp_path: Path) -> None:
    history = open_history(data_dir=tmp_path)
    store = history.of()
    for n in range(20):
        run = ended(f"Zugspitze {n} " * 50, "mountain" * 50, picture(b"PICTURE" * 9000))
        store.record(run, "chat")
    assert len(store.find().runs) == 20
    store.delete_everything()
    stored = b"".join(p.read_bytes() for p in tmp_path.iterdir() if p.is_file())
    assert b"ugspit" not in stored
    assert b"mountain" not in stored
    assert b"PICTURE" not in stored
    assert len(stored) < 400_000
    history.close()


@pytest.mark.parametrize("way", ["run", "everything"])
def test_nothing_of_a_deleted_run_stays_in_the_file_beside_others(tmp_path: Path, way: str) -> None:
    history = open_history(data_dir=tmp_path)
    store, theirs = history.of("ann"), history.of("bob")
    for n in range(30):
        theirs.record(ended(f"Nebelhorn {n}", "mountain"), "chat")
    conversation = Conversation()
    turn = conversation.add([{"text": "Zugspitze"}], None)
    turn.run = ended("Zugspitze", "Wettersteingebirge", picture(b"PICTURE" * 9000))
    store.record(turn.run, "chat", conversation=conversation)
    assert len(store.find(Filter(text="zugspitze")).runs) == 1
    match way:
        case "run":
            store.delete_runs([turn.run.id])
        case "everything":
            store.delete_everything()
    stored = b"".join(p.read_bytes() for p in tmp_path.iterdir() if p.is_file())
    for word in (b"zug", b"ugspit", b"wett", b"etterstein", b"PICTURE"):
        assert word not in stored, word
    assert len(theirs.find(Filter(text="nebel mountain")).runs) == 30
    history.close()


def test_a_deleted_prompt_leaves_nothing_in_the_file(tmp_path: Path) -> None:
    history = open_history(data_dir=tmp_path)
    store = history.of()
    store.save_preset("Zugspitze", "chat", ended("x", "y", picture(b"PICTURE" * 9000)).request)
    assert store.delete_preset("Zugspitze")
    stored = b"".join(p.read_bytes() for p in tmp_path.iterdir() if p.is_file())
    assert b"Zugspitze" not in stored
    assert b"PICTURE" not in stored
    history.close()


def test_the_file_and_its_folder_are_for_their_user_only(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    open_history(data_dir=folder).close()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "history.db").stat().st_mode & 0o777 == 0o600
