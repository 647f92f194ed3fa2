"""A database that fails is a sentence, and nobody waits for more than what they asked."""

import sqlite3
from pathlib import Path

import pytest

from gemini.history.database import open_history
from gemini.history.engine import HistoryError, database_url, make_engine
from gemini.history.retention import retention_from
from gemini.request import text_of
from tests.gemini.history.sample_runs import running
from tests.gemini.history.test_history_recording import eventually
from tests.postgresql import Cluster


def test_what_a_database_says_is_a_sentence(tmp_path: Path) -> None:
    history = open_history(data_dir=tmp_path)
    with sqlite3.connect(tmp_path / "history.db") as other:
        other.execute("DROP TABLE runs")
    for work in (
        lambda: history.of().find(),
        lambda: history.of().star_run("x"),
        history.stored_bytes,
    ):
        with pytest.raises(HistoryError, match="The history's database fails: no such table"):
            work()
    history.close()


def test_opening_a_history_waits_for_nobody_who_writes(tmp_path: Path) -> None:
    open_history(data_dir=tmp_path).close()
    other = sqlite3.connect(tmp_path / "history.db", isolation_level=None)
    assert other.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    engine = make_engine(database_url(None, tmp_path))
    other.execute("BEGIN IMMEDIATE")
    with engine.connect() as connection:
        waited = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    assert waited
    other.execute("ROLLBACK")
    other.close()
    engine.dispose()


def test_days_without_number_are_for_ever() -> None:
    assert retention_from({"PLAYGROUND_HISTORY_DAYS": "999999999"}).days is None
    assert retention_from({"PLAYGROUND_HISTORY_DAYS": "30"}).days == 30


def test_a_database_that_goes_and_comes_back_in_an_answer_loses_nothing_of_it(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gemini.history.recording.LONGEST_WAIT", 0.1)
    cluster.execute("CREATE DATABASE going")
    history = open_history(cluster.url("going"))
    run = running()
    history.of().record(run, "chat")
    run.candidate(0).parts.append({"text": "before, "})
    assert history.of().find().runs[0].outcome == "running"

    cluster.execute("ALTER DATABASE going ALLOW_CONNECTIONS false")
    cluster.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'going'"
    )
    run.candidate(0).parts.append({"text": "meanwhile, "})
    eventually(lambda: history.trouble is not None)
    with pytest.raises(HistoryError, match="not currently accepting connections"):
        history.check()

    cluster.execute("ALTER DATABASE going ALLOW_CONNECTIONS true")
    run.candidate(0).parts.append({"text": "after"})
    run.outcome = "done"
    eventually(lambda: history.trouble is None)
    history.check()
    history.close()
    history = open_history(cluster.url("going"))
    again = history.of().run(run.id)
    assert again is not None
    assert again.outcome == "done"
    assert text_of(again.candidates[0].parts) == "before, meanwhile, after"
    history.close()
    cluster.execute("DROP DATABASE going WITH (FORCE)")
