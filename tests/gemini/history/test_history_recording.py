"""A run is written while it streams, whole when it has ended, and never with a secret in it."""

import sqlite3
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from gemini.api.connect import Connection, Target
from gemini.history import recording as recorder
from gemini.history.database import History, open_history
from gemini.history.retention import Retention
from gemini.history.search import Filter
from gemini.request import Request, text_of
from gemini.run import Run
from tests.fake_gemini import FakeGemini, Reply, answer, chunk
from tests.filled import start
from tests.gemini.history.sample_runs import PICTURE, ended, picture, running, user

SECRET = "my-own-secret-key-0123456789"


TRANSPORT = {"url": "http://localhost/", "headers": {"authorization": SECRET}}


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.02)


def rows_of(history: History, table: str) -> int:
    with history._engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_an_ended_run_comes_back_as_it_was(history: History) -> None:
    run = ended("What is this?", "An image.", picture())
    store = history.of()
    store.record(run, "chat")
    assert store.run(run.id) == run
    summary = store.find().runs[0]
    assert (summary.id, summary.page, summary.model) == (run.id, "chat", "gemini-x")
    assert (summary.outcome, summary.cut, summary.problem) == ("done", False, None)
    assert (summary.prompt_tokens, summary.output_tokens) == (7, 8)
    assert (summary.first_part, summary.seconds) == (0.1, 1.5)
    assert (summary.prompt, summary.answer) == ("What is this?", "An image.")
    assert summary.created == run.created


def test_a_streamed_run_comes_back_with_its_wire(
    history: History, fake: FakeGemini, connection: Connection
) -> None:
    fake.replies.append(answer("Hello", " world"))
    live = start(connection, Request("gemini-x", [user("Hi", picture())]))
    store = history.of()
    store.record(live, "chat")
    assert live.ended.wait(10)
    kept = store.run(live.run.id)
    assert kept is not None
    assert kept.candidates == live.run.candidates
    assert [e.events() for e in kept.exchanges] == [e.events() for e in live.run.exchanges]
    assert kept.exchanges[0].status == 200
    assert b"bytes as base64" in kept.exchanges[0].body
    assert store.live(live.run.id) is None


def test_while_it_streams_only_what_is_new_is_added(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "CHECKPOINT", 0.1)
    run, store = running("Tell me", picture()), history.of()
    store.record(run, "chat")
    parts, times = run.candidate(0).parts, run.candidate(0).times
    times += [0.1, 0.25]
    parts += [{"text": "One"}, {"text": " two", "thought_signature": b"\x01"}]
    eventually(lambda: rows_of(history, "run_pieces") == 1)
    run.usage = {"total_token_count": 9}
    times.append(0.5)
    parts.append(picture(b"made" * 10))
    eventually(lambda: rows_of(history, "run_pieces") == 2)

    half = store.run(run.id)
    assert half is not None
    assert half.candidates[0].parts == parts
    assert half.candidates[0].times == times
    assert half.usage == {"total_token_count": 9}
    assert store.find().runs[0].outcome == "running"

    run.outcome = "done"
    assert store.run(run.id) == run
    assert rows_of(history, "run_pieces") == 0
    assert store.find().runs[0].outcome == "done"


def test_a_live_run_can_be_followed_by_a_page_loaded_anew(
    history: History, fake: FakeGemini, connection: Connection
) -> None:
    fake.replies.append(Reply([chunk("So far")], then="hang"))
    live = start(connection, Request("gemini-x", [user("Hi")]))
    history.of("ann").record(live, "chat")
    eventually(lambda: bool(live.run.candidates))
    assert history.of("ann").live(live.run.id) is live
    assert history.of("ann").run(live.run.id) is live.run
    assert history.of("bob").live(live.run.id) is None
    live.stop()
    assert history.of("ann").find().runs[0].outcome == "stopped"


def test_many_threads_write_through_one_writer(history: History) -> None:
    runs = [ended(f"Prompt {n}", minutes=0) for n in range(40)]  # all of the same moment
    store = history.of()
    threads = [
        threading.Thread(target=lambda some=runs[n::8]: [store.record(r, "chat") for r in some])
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = store.find(limit=100).runs
    assert {r.id for r in found} == {r.id for r in runs}
    assert len({r.key for r in found}) == len(runs)


def test_a_run_recorded_twice_is_kept_once(history: History) -> None:
    run, store = running(), history.of()
    store.record(run, "chat")
    store.record(run, "chat")
    run.outcome = "done"
    assert [r.id for r in store.find().runs] == [run.id]
    assert history.trouble is None


def test_reading_does_not_wait_for_another_process_that_writes(tmp_path: Path) -> None:
    history = open_history(data_dir=tmp_path)
    history.of().record(ended(), "chat")
    assert len(history.of().find().runs) == 1
    other = sqlite3.connect(tmp_path / "history.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE runs SET name = 'not yet'")
    assert history.of().find().runs[0].name == ""
    other.execute("ROLLBACK")
    other.close()
    history.close()


def test_what_could_not_be_written_is_said_and_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "LONGEST_WAIT", 0.1)
    history = open_history(data_dir=tmp_path)
    with create_engine(f"sqlite:///{tmp_path / 'history.db'}").begin() as other:
        other.execute(text("ALTER TABLE run_data RENAME TO elsewhere"))
    run = ended()
    history.of().record(run, "chat")
    eventually(lambda: history.trouble is not None)
    assert "run_data" in str(history.trouble)
    with create_engine(f"sqlite:///{tmp_path / 'history.db'}").begin() as other:
        other.execute(text("ALTER TABLE elsewhere RENAME TO run_data"))
    eventually(lambda: history.trouble is None)
    assert history.of().run(run.id) == run
    history.close()


def test_a_run_that_cannot_be_written_does_not_keep_others_from_it(history: History) -> None:
    broken, good = ended(), ended("Good")
    broken.request.config["labels"] = {"not": object()}
    store = history.of()
    store.record(broken, "chat")
    store.record(good, "chat")
    assert store.run(good.id) == good
    assert history.trouble is None


def test_texts_that_databases_refuse_are_kept(history: History) -> None:
    run = ended("nul \0 and \ud83d half a pair", "also \0 \udc00 here")
    store = history.of()
    store.record(run, "chat")
    kept = store.run(run.id)
    assert kept is not None
    assert text_of(kept.request.contents[0]["parts"]) == "nul \0 and \ufffd half a pair"
    assert text_of(kept.candidates[0].parts) == "also \0 \ufffd here"
    assert len(store.find(Filter(text="half pair also")).runs) == 1


def test_a_run_deleted_while_it_streams_does_not_come_back(history: History) -> None:
    run, store = running(), history.of()
    store.record(run, "chat")
    assert store.delete_runs([run.id]) == 1
    run.candidate(0).parts.append({"text": "late"})
    run.outcome = "done"
    assert store.find().runs == []
    assert rows_of(history, "run_pieces") == rows_of(history, "run_data") == 0


def test_media_are_stored_once(history: History) -> None:
    store = history.of()
    for n in range(3):
        store.record(ended(f"Again {n}", "x", picture()), "image")
    assert len(store.find().runs) == 3
    assert rows_of(history, "media") == 1
    assert rows_of(history, "media_uses") == 3


def test_a_price_list_at_fault_does_not_lose_a_run(url: str) -> None:
    def fails(_run: Run) -> float:
        raise KeyError("rates")

    history = open_history(url, price=fails)
    run = ended()
    history.of().record(run, "chat")
    assert history.of().run(run.id) == run
    history.close()


def test_what_is_not_kept_is_still_counted(url: str) -> None:
    history = open_history(url, retention=Retention(keep=False))
    run, store = ended("Nobody may know", "this", picture()), history.of()
    store.record(run, "chat", session="s")
    day = run.created.date()
    assert store.usage_sums(day, day)[0].total_tokens == 15
    assert store.find().runs == []
    assert rows_of(history, "runs") == rows_of(history, "media") == 0
    history.close()


def _everything(path: Path) -> bytes:
    """All bytes of an SQLite database: its files, and what is compressed in them."""
    raw = b"".join(p.read_bytes() for p in path.parent.iterdir() if p.is_file())
    connection = sqlite3.connect(path)
    for table, column in (("run_data", "data"), ("run_data", "wire"), ("turns", "data")):
        for (packed,) in connection.execute(f"SELECT {column} FROM {table}"):
            raw += zlib.decompress(packed) if packed else b""
    connection.close()
    return raw


@pytest.mark.parametrize("status", [200, 400])
def test_no_key_is_ever_stored(tmp_path: Path, fake: FakeGemini, status: int) -> None:
    target = Target("server", SECRET, base_url=fake.url, timeout=5)
    connection = Connection(target)
    told = {"error": {"code": 400, "message": f"API key {SECRET} is bad", "status": "INVALID"}}
    fake.replies.append(answer("fine") if status == 200 else Reply(status=400, body=told))
    config = {
        "http_options": {"headers": {"authorization": f"Bearer {SECRET}"}},
        "tools": [{"mcp_servers": [{"name": "s", "streamable_http_transport": TRANSPORT}]}],
    }
    live = start(connection, Request("gemini-x", [user("Hi", picture())], config))
    history = open_history(data_dir=tmp_path)
    history.of().record(live, "chat", secrets=[SECRET, None])
    assert live.ended.wait(10)
    kept = history.of().run(live.run.id)
    assert kept is not None
    assert kept.exchanges[0].status == status
    history.close()
    stored = _everything(tmp_path / "history.db")
    assert PICTURE in stored  # so the search below would see it
    assert b"secret-key" not in stored
    connection.close()


def test_a_beginning_is_written_though_nobody_asks_for_it(history: History) -> None:
    run = running("What is this?")
    history.of().record(run, "chat")
    eventually(lambda: rows_of(history, "runs") == 1)
    run.outcome = "stopped"
