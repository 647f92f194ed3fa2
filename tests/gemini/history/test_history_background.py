"""A run in the background outlives the process that followed it: it is found and gone on with."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gemini.api.connect import Connection
from gemini.filling import resume
from gemini.history.database import open_history
from gemini.history.search import Filter
from gemini.history.store import HistoryStore
from gemini.interactions.background import is_running_there
from gemini.live_run import LiveRun
from gemini.run import Run
from tests.fake_gemini import FakeGemini, Reply
from tests.gemini.interactions.test_background_run import CREATE, GET, STORY, is_whole

ROOT = Path(__file__).parents[3]
FOLLOWER = "tests.gemini.history.follows_until_killed"
RUNNING = Filter(outcome="running")


def eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.05)


def killed(url: str, fake: FakeGemini, seen: int) -> None:
    """Have another process follow a run, and kill it when so many events of it were written."""
    fake.others = {CREATE: [Reply(STORY[:seen], then="hang")]}
    process = subprocess.Popen([sys.executable, "-m", FOLLOWER, url, fake.url], cwd=ROOT)
    other = open_history(url)

    def written() -> bool:
        found = other.of("ann").find().runs
        run = other.of("ann").run(found[0].id) if found else None
        return run is not None and run.result.get("last_event_id") == f"e{seen - 1}"

    try:
        eventually(written)
        claimed = other.of("ann").resume(other.of("ann").find().runs[0].id, LiveRun)
        assert claimed is None  # its process lives: it must be left alone
    finally:
        process.kill()
        process.wait()
        other.close()


def the_run(store: HistoryStore) -> Run:
    run = store.run(store.find().runs[0].id)
    assert run is not None
    return run


@pytest.mark.parametrize("seen", [1, 10])
def test_a_killed_process_leaves_it_to_be_followed(
    url: str, fake: FakeGemini, connection: Connection, seen: int
) -> None:
    killed(url, fake, seen)
    history = open_history(url)
    store = history.of("ann")
    summary = store.find(RUNNING).runs[0]
    assert (summary.outcome, summary.cut, summary.problem) == ("running", False, None)
    run = the_run(store)
    assert is_running_there(run)
    assert run.problem is None
    assert run.exchanges[0].url.endswith("/interactions")

    fake.others[GET] = [Reply(STORY[seen:])]
    live = store.resume(run.id, lambda kept: resume(connection, kept))
    assert live is not None
    assert store.resume(run.id, lambda kept: resume(connection, kept)) in {live, None}
    eventually(lambda: not live.running)
    is_whole(live.run)
    again = the_run(store)
    is_whole(again)
    assert [exchange.method for exchange in again.exchanges] == ["POST", "GET"]
    assert store.find(RUNNING).runs == []
    assert history.of("bob").resume(run.id, LiveRun) is None
    history.close()


def test_one_that_nobody_can_follow_now_stays_running(
    url: str, fake: FakeGemini, connection: Connection
) -> None:
    killed(url, fake, 10)
    history = open_history(url)
    store = history.of("ann")
    run = the_run(store)

    def fails(_run: Run) -> LiveRun:
        raise RuntimeError("no connection")

    with pytest.raises(RuntimeError):
        store.resume(run.id, fails)
    fake.others[GET] = [Reply(STORY[10:12], then="hang")]
    live = store.resume(run.id, lambda kept: resume(connection, kept))
    assert live is not None
    eventually(lambda: live.run.result.get("last_event_id") == "e11")
    connection.close()  # as when a session with a key of its own ends
    eventually(lambda: not live.running)
    assert [(r.outcome, r.problem) for r in store.find(RUNNING).runs] == [("running", None)]
    assert the_run(store).result["last_event_id"] == "e11"
    history.close()
