"""The tables of batch jobs lie in the database, where processes share one."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from gemini.batches.inputs import requests_in
from gemini.batches.plan import BatchPlan
from gemini.batches.tables import DAYS, StoredTables, TablesError
from gemini.embeddings.texts import Sheet
from gemini.history.database import History, open_history
from gemini.history.schema import batch_tables, micros
from gemini.request import Request

CONTENTS = [{"role": "user", "parts": [{"text": "{{city}}"}]}]
SHEET = Sheet(("city",), (("Lima",), ("Bern\ud83d",)))
PLAN = BatchPlan(Request("m", CONTENTS, {"top_k": 3}), SHEET)
LINE = {"key": "a", "request": {"contents": [{"parts": [{"text": "Hi"}]}]}}
FILE = requests_in(json.dumps(LINE).encode())


def test_what_one_process_keeps_another_finds(history: History, url: str) -> None:
    StoredTables(history.of).keep("ada", "batches/1", PLAN)
    StoredTables(history.of).keep("ada", "batches/2", FILE)
    other = open_history(url)
    tables = StoredTables(other.of)
    assert tables.find("ada", "batches/1") == PLAN
    assert tables.find("ada", "batches/2") == FILE
    assert tables.find("bob", "batches/1") is None
    tables.forget("bob")
    tables.forget("ada", "batches/2")
    other.close()
    tables = StoredTables(history.of)
    assert tables.find("ada", "batches/2") is None
    assert tables.find("ada", "batches/1") == PLAN
    tables.forget("ada")
    assert tables.find("ada", "batches/1") is None


def test_old_ones_go_and_damaged_ones_are_none(history: History) -> None:
    tables = StoredTables(history.of)
    tables.keep("ada", "batches/1", PLAN)
    tables.keep("ada", "batches/2", PLAN)
    old = micros(datetime.now(UTC) - timedelta(days=DAYS, seconds=60))
    table = batch_tables.c
    history._writer.run(
        lambda c: c.execute(update(batch_tables).where(table.job == "batches/1"), {"created": old})
    )
    tables.keep("bob", "batches/3", PLAN)
    assert tables.find("ada", "batches/1") is None
    assert tables.find("ada", "batches/2") == PLAN
    history.of("ada").keep_batch_table("batches/2", {"columns": []}, DAYS)
    assert tables.find("ada", "batches/2") is None


def test_a_database_that_fails_is_a_sentence(history: History) -> None:
    history._writer.run(batch_tables.drop)
    tables = StoredTables(history.of)
    with pytest.raises(TablesError, match="The history's database fails"):
        tables.keep("ada", "batches/1", PLAN)
    assert tables.find("ada", "batches/1") is None
    history._writer.run(batch_tables.create)
