"""How long and how much is kept, and what the environment says of it."""

from datetime import UTC, datetime, timedelta

import pytest

from gemini.conversation import Conversation
from gemini.history.database import open_history
from gemini.history.limits import VariableError
from gemini.history.retention import Retention, retention_from
from gemini.request import Request
from tests.gemini.history.sample_runs import delete_what_is_old, ended, picture, running

NOW = datetime.now(UTC)


def test_runs_older_than_their_days_go_with_all_that_is_theirs(url: str) -> None:
    history = open_history(url)
    store = history.of("ann")
    for days in (40, 31, 29, 0):
        conversation = Conversation()
        turn = conversation.add([{"text": f"{days} days"}], None)
        turn.run = ended(f"{days} days", "x", picture(bytes([days]) * 300))
        turn.run.created = NOW - timedelta(days=days)
        store.record(turn.run, "chat", conversation=conversation)
    store.star_run(store.find().runs[-1].id)
    history.retention = Retention(days=30)
    delete_what_is_old(history)
    assert [r.prompt for r in store.find().runs] == ["0 days", "29 days"]
    assert sorted(c.title for c in store.conversations()) == ["0 days", "29 days"]
    long_ago = (NOW - timedelta(days=99)).date()
    assert sum(s.requests for s in store.usage_sums(long_ago, NOW.date())) == 2
    history.close()


def test_the_oldest_go_until_the_rest_fits(url: str) -> None:
    history = open_history(url)
    for n in range(10):
        owner = history.of("ann" if n % 2 else "bob")
        owner.record(ended(f"Run {n}", "x", picture(bytes([n]) * 100_000), minutes=n), "chat")
    assert len(history.of("ann").find().runs) == 5
    assert history.stored_bytes() > 1_000_000
    history.retention = Retention(megabytes=0.45)
    delete_what_is_old(history)
    assert history.stored_bytes() <= 450_000
    left = [r.prompt for owner in ("ann", "bob") for r in history.of(owner).find().runs]
    assert sorted(left) == ["Run 6", "Run 7", "Run 8", "Run 9"]
    history.close()


def test_what_is_being_written_is_left_alone(url: str) -> None:
    history = open_history(url)
    run = running("Long ago", picture())
    run.created = NOW - timedelta(days=99)
    history.of().record(run, "chat")
    assert len(history.of().find().runs) == 1
    history.retention = Retention(days=1, megabytes=0.0001)
    delete_what_is_old(history)
    assert [r.outcome for r in history.of().find().runs] == ["running"]
    history.close()


def test_what_was_a_sessions_goes_after_a_day_and_all_else_stays(url: str) -> None:
    history = open_history(url)
    template = Request("m", [{"role": "user", "parts": [{"text": "Hi"}]}])
    for owner in ("session:1", "ann", ""):
        for days in (2, 0):
            conversation = Conversation()
            turn = conversation.add([{"text": f"{days} days"}], None)
            turn.run = ended(f"{days} days")
            turn.run.created = NOW - timedelta(days=days)
            history.of(owner).record(turn.run, "chat", conversation=conversation)
        history.of(owner).save_preset("Kept", "chat", template)
    delete_what_is_old(history)
    assert [r.prompt for r in history.of("session:1").find().runs] == ["0 days"]
    delete_what_is_old(history, NOW + timedelta(days=1, hours=1))
    left = {owner: history.of(owner) for owner in ("session:1", "ann", "")}
    assert {o: len(store.find().runs) for o, store in left.items()} == {
        "session:1": 0,
        "ann": 2,
        "": 2,
    }
    assert not left["session:1"].presets()
    assert not left["session:1"].conversations()
    assert left["ann"].presets()
    history.close()


def test_old_runs_go_at_the_next_start(url: str) -> None:
    history = open_history(url)
    history.of().record(ended(), "chat")
    history.close()
    history = open_history(url, retention=Retention(days=1))
    history._writer.settle()
    assert history.of().find().runs == []
    history.close()


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, Retention()),
        ({"PLAYGROUND_HISTORY": "Off"}, Retention(keep=False)),
        ({"PLAYGROUND_HISTORY": "on", "PLAYGROUND_HISTORY_DAYS": "30"}, Retention(days=30)),
        ({"PLAYGROUND_HISTORY_MEGABYTES": "0.5"}, Retention(megabytes=0.5)),
    ],
)
def test_the_environment_says_what_is_kept(environ: dict[str, str], expected: Retention) -> None:
    assert retention_from(environ) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLAYGROUND_HISTORY", "maybe"),
        ("PLAYGROUND_HISTORY_DAYS", "0"),
        ("PLAYGROUND_HISTORY_DAYS", "-1"),
        ("PLAYGROUND_HISTORY_MEGABYTES", "much"),
        ("PLAYGROUND_HISTORY_MEGABYTES", "nan"),
    ],
)
def test_what_cannot_be_understood_is_named(name: str, value: str) -> None:
    with pytest.raises(VariableError, match=name):
        retention_from({name: value})
