"""Killed in the middle of an answer: the next start finds what had come, marked as cut."""

import subprocess
import sys
import time
from pathlib import Path

from gemini.history.database import open_history
from gemini.history.search import Filter
from gemini.history.store import HistoryStore
from gemini.run import Run
from tests.gemini.history.sample_runs import PICTURE, picture

ROOT = Path(__file__).parents[3]
WRITER = "tests.gemini.history.writes_until_killed"


def seen_by(store: HistoryStore, parts: int) -> Run:
    """The run that another process writes, once so many parts of it are in the database."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        found = store.find().runs
        run = store.run(found[0].id) if found else None
        if run and run.candidates and len(run.candidates[0].parts) >= parts:
            return run
        time.sleep(0.05)
    raise AssertionError("the answer was never written")


def until_cut(store: HistoryStore, run_id: str) -> None:
    """Open a run until the database has noticed that its process is gone."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        run = store.run(run_id)
        if run and run.problem:
            assert run.problem.kind == "cut"
            return
        time.sleep(0.05)
    raise AssertionError("it still counts as being written")


def test_a_killed_process_loses_nothing_that_was_written(url: str) -> None:
    command = [sys.executable, "-m", WRITER, url]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        other = open_history(url)
        first = seen_by(other.of("ann"), 1)
        seen = seen_by(other.of("ann"), len(first.candidates[0].parts) + 1)
        other.close()
        again = open_history(url)  # the writer lives: its run must be left alone
        standing = again.of("ann").find().runs[0]
        assert (standing.outcome, standing.cut) == ("running", False)
    finally:
        process.kill()
        process.wait()
    until_cut(again.of("ann"), seen.id)  # who opens it is told, long before the next upkeep
    again.close()

    history = open_history(url)
    store = history.of("ann")
    run = store.run(seen.id)
    assert run is not None
    parts = run.candidates[0].parts
    numbers = [{"text": f"{number} "} for number in range(len(parts) - 1)]
    assert parts == [picture(b"made" * 20), *numbers]
    assert len(parts) >= len(seen.candidates[0].parts)
    assert run.request.contents[0]["parts"][1] == picture(PICTURE)
    assert (run.outcome, run.problem and run.problem.kind) == ("stopped", "cut")

    found = store.find(Filter(text='"0 1 2"', cut=True)).runs
    assert [(r.id, r.outcome, r.cut) for r in found] == [(run.id, "stopped", True)]
    day = run.created.date()
    total = run.usage.get("total_token_count", 0)
    assert [(u.requests, u.total_tokens) for u in store.usage_sums(day, day)] == [(1, total)]
    history.close()
