"""What comes to a run after its end, such as the video of a long operation, is kept in it."""

from gemini.history.database import History
from tests.gemini.history.sample_runs import ended, picture


def test_what_came_later_is_kept_with_its_media(history: History) -> None:
    store = history.of("ann")
    run = ended("A cat walks", "")
    store.record(run, "create-video")
    run.candidates[0].parts = [picture(b"film" * 100)]
    run.result = {"name": "operations/1", "done": True}
    assert store.rewrite(run, ["a-secret", None])
    kept = store.run(run.id)
    assert kept is not None
    assert kept is not run
    assert kept.candidates[0].parts == [picture(b"film" * 100)]
    assert kept.result == run.result
    assert [summary.id for summary in store.find().runs] == [run.id]


def test_of_others_and_of_what_was_deleted_nothing_is_kept(history: History) -> None:
    store, theirs = history.of("ann"), history.of("bob")
    run = ended()
    store.record(run, "create-video")
    assert not theirs.rewrite(run)
    store.delete_runs([run.id])
    assert not store.rewrite(run)
    assert history.stored_bytes() == 0
