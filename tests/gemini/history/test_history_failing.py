"""A database that fails is a sentence, and nobody waits for more than what they asked."""

import sqlite3
from pathlib import Path

import pytest

from gemini.history.database import open_history
from gemini.history.engine import HistoryError, database_url, make_engine
from gemini.history.retention import retention_from


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
