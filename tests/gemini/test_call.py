"""Calls and the requests that don't stream, against the fake server, through the real SDK."""

import time

import pytest

from gemini.api import http
from gemini.api.call import begin
from gemini.api.connect import Connection
from gemini.request import Request
from gemini.run import Run
from gemini.run_json import run_from_json, run_to_json
from tests.fake_gemini import FakeGemini, Reply, error
from tests.filled import start

CACHE = {"name": "cachedContents/one", "model": "models/gemini-2.5-flash"}
TEXT = [{"role": "user", "parts": [{"text": "a cat"}]}]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_DELAY", 0.01)


def finished(connection: Connection, request: Request) -> Run:
    live = start(connection, request)
    deadline = time.monotonic() + 10
    while live.running and time.monotonic() < deadline:
        live.wait(len(live.events), 0.1)
    assert not live.running
    return live.run


def test_one_page_of_a_list(fake: FakeGemini, connection: Connection) -> None:
    fake.others["GET cachedContents"] = [
        Reply(body={"cachedContents": [CACHE], "nextPageToken": "more"}),
        Reply(body={}),
    ]
    first = begin(connection, "caches.list", {"config": {"page_size": 1}}).result()
    assert first.problem is None
    assert [cache.name for cache in first.response] == ["cachedContents/one"]
    assert first.result == [CACHE]
    assert first.next_page_token == "more"
    assert first.seconds is not None
    following = {"config": {"page_size": 1, "page_token": "more"}}
    second = begin(connection, "caches.list", following).result()
    assert (second.response, second.next_page_token) == ([], None)
    assert "pageToken=more" in fake.seen[-1].path
    assert second.exchanges[0].headers["x-goog-api-key"] != connection.target.api_key


def test_a_failure_is_a_problem(fake: FakeGemini, connection: Connection) -> None:
    fake.others["DELETE cachedContents/one"] = [error(404, "NOT_FOUND", "no such cache")]
    gone = begin(connection, "caches.delete", {"name": "cachedContents/one"}).result()
    assert gone.problem is not None
    assert gone.problem.code == 404
    assert gone.exchanges[0].status == 404
    refused = begin(connection, "models.compute_tokens", {"model": "m", "contents": TEXT}).result()
    assert refused.problem is not None
    assert not refused.exchanges


def test_embeddings_are_a_run(fake: FakeGemini, connection: Connection) -> None:
    fake.others["POST models/"] = [Reply(body={"embeddings": [{"values": [0.5, 0.25]}]})]
    request = Request("gemini-embedding-001", TEXT, {"task_type": "CLUSTERING"}, "embed_content")
    run = finished(connection, request)
    assert run.outcome == "done"
    assert run.result["embeddings"] == [{"values": [0.5, 0.25]}]
    assert run.exchanges[0].status == 200
    again = run_from_json(run_to_json(run))
    assert (again.request, again.result) == (run.request, run.result)


def test_an_unknown_method_is_a_problem(connection: Connection) -> None:
    run = finished(connection, Request("m", TEXT, {}, "do_anything"))
    assert run.outcome == "failed"
    assert run.problem is not None
