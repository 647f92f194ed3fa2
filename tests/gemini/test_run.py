"""Runs against the fake server, through the real SDK."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gemini import taking_turns
from gemini.api import http
from gemini.api.connect import Connection
from gemini.api.redaction import MASK
from gemini.live_run import LiveRun, PartArrived, Retrying
from gemini.request import Request
from gemini.run_json import run_from_json, run_to_json
from gemini.taking_turns import StreamTurn
from tests.fake_gemini import FakeGemini, Reply, answer, chunk, error
from tests.filled import start

INPUTS = Path(__file__).parents[1] / "inputs/tools"
HELLO = Request("gemini-2.5-flash", [{"role": "user", "parts": [{"text": "Hello"}]}])


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_DELAY", 0.01)


def finished(live: LiveRun) -> LiveRun:
    deadline = time.monotonic() + 10
    while live.running and time.monotonic() < deadline:
        live.wait(len(live.events), 0.1)
    assert not live.running
    return live


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert holds()


def ask(connection: Connection, request: Request = HELLO) -> LiveRun:
    return finished(start(connection, request))


def test_parts_usage_and_timing_are_kept(fake: FakeGemini, connection: Connection) -> None:
    fake.replies = [answer("Hel", "lo", " you")]
    run = ask(connection).run
    assert run.outcome == "done"
    assert [p["text"] for p in run.candidates[0].parts] == ["Hel", "lo", " you"]
    times = run.candidates[0].times
    assert len(times) == 3
    assert times == sorted(times)
    assert run_from_json(run_to_json(run)).candidates[0].times == times
    assert run.candidates[0].finish_reason == "STOP"
    assert run.usage["prompt_token_count"] == 7
    assert run.model_version == "fake-1"
    assert run.timing.first_text is not None
    assert run.timing.end is not None
    assert run.problem is None


def test_thoughts_and_signatures_stay_where_they_were(
    fake: FakeGemini, connection: Connection
) -> None:
    parts = [
        {"text": "Let me think.", "thought": True},
        {"text": "Four."},
        {"text": "", "thoughtSignature": "c2lnbmVk"},
    ]
    pieces = [{"candidates": [{"content": {"role": "model", "parts": [p]}}]} for p in parts]
    pieces[-1]["candidates"][0]["finishReason"] = "STOP"
    fake.replies = [Reply(pieces)]
    run = ask(connection).run
    assert run.candidates[0].parts == [
        {"text": "Let me think.", "thought": True},
        {"text": "Four."},
        {"text": "", "thought_signature": b"signed"},
    ]
    assert run.problem is None


def test_a_call_that_comes_in_pieces_is_one_with_its_signature(
    fake: FakeGemini, connection: Connection
) -> None:
    """75 of the public reports."""
    text = (INPUTS / "partial.1.sse").read_text("utf-8")
    chunks = [json.loads(line[5:]) for line in text.splitlines() if line.startswith("data:")]
    fake.replies = [Reply(chunks)]
    run = ask(connection).run
    assert run.candidates[0].parts == [
        {
            "function_call": {"name": "book_table", "args": {"guests": 4, "note": "by the window"}},
            "thought_signature": b"s1",
        }
    ]


def test_only_what_was_set_is_sent(fake: FakeGemini, connection: Connection) -> None:
    request = Request("gemini-2.5-flash", HELLO.contents, {"temperature": 0.0, "top_k": 3})
    run = ask(connection, request).run
    sent = fake.generated[0]
    assert sent.body["generationConfig"] == {"temperature": 0.0, "topK": 3}
    assert set(sent.body) == {"contents", "generationConfig"}
    assert sent.path == "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"
    assert run.exchanges[0].headers["x-goog-api-key"] == MASK
    assert "test-key-123456" not in repr(run)


def test_the_response_is_recorded_chunk_by_chunk(fake: FakeGemini, connection: Connection) -> None:
    fake.replies = [answer("a", "b", pause=0.02)]
    run = ask(connection).run
    events = run.exchanges[0].events()
    texts = [e["candidates"][0]["content"]["parts"][0]["text"] for _, e in events]
    assert texts == ["a", "b"]
    assert events[0][0] < events[1][0]


def test_a_quota_error_is_retried_after_the_delay_the_server_names(
    fake: FakeGemini, connection: Connection
) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.1s"}
    fake.replies = [error(429, "RESOURCE_EXHAUSTED", "slow down", [info]), answer("fine")]
    live = ask(connection)
    assert live.run.outcome == "done"
    retry, part = live.events
    assert isinstance(retry, Retrying)
    assert retry.status == 429
    assert 0.1 <= retry.seconds <= 0.4
    assert isinstance(part, PartArrived)
    assert [e.status for e in live.run.exchanges] == [429, 200]


def test_a_delay_of_hours_is_not_waited_for(fake: FakeGemini, connection: Connection) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "7200s"}
    fake.replies = [error(429, "RESOURCE_EXHAUSTED", "daily quota", [info])]
    run = ask(connection).run
    assert run.problem is not None
    assert run.problem.kind == "quota"
    assert len(fake.generated) == 1


def test_a_broken_connection_keeps_what_came(fake: FakeGemini, connection: Connection) -> None:
    fake.replies = [Reply([chunk("half an ")], then="cut")]
    run = ask(connection).run
    assert run.outcome == "failed"
    assert run.problem is not None
    assert run.problem.kind == "cut"
    assert run.candidates[0].parts == [{"text": "half an "}]


def test_a_stream_without_an_ending_was_cut(fake: FakeGemini, connection: Connection) -> None:
    fake.replies = [Reply([chunk("half an ")])]
    run = ask(connection).run
    assert run.problem is not None
    assert run.problem.kind == "cut"


def test_a_silent_server_times_out(fake: FakeGemini, connection: Connection) -> None:
    fake.replies = [Reply([chunk("and then")], then="hang")]
    run = ask(connection).run
    assert run.problem is not None
    assert run.problem.kind == "timeout"
    assert run.candidates[0].parts == [{"text": "and then"}]


@pytest.mark.parametrize(
    ("model", "config"),
    [("gemini-3.8-flash", {"service_tier": "flex"}), ("gemini-4-neon", {})],
)
def test_what_may_take_minutes_is_given_them(
    fake: FakeGemini, connection: Connection, model: str, config: dict[str, str]
) -> None:
    fake.replies = [Reply([chunk("and then"), chunk("more", finish="STOP")], due=lambda n: 2.2 * n)]
    run = ask(connection, replace(HELLO, model=model, config=config)).run
    assert run.outcome == "done"  # the connection's own patience is 2 s
    assert run.request.config == config
    assert "httpOptions" not in fake.generated[0].body


def test_a_long_answer_of_several_requests_is_one_run(
    fake: FakeGemini, connection: Connection
) -> None:
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}
    first = chunk("One ", finish="CONTINUATION", usage=usage, continuationToken="dG9r")
    fake.replies = [Reply([first]), Reply([chunk("two", finish="STOP", usage=usage)])]
    run = ask(connection).run
    assert [part["text"] for part in run.candidates[0].parts] == ["One ", "two"]
    assert run.candidates[0].finish_reason == "STOP"
    assert [seen.body.get("continuationToken") for seen in fake.generated] == [None, "dG9r"]
    assert len(run.exchanges) == run.requests == 2
    assert run.usage["prompt_token_count"] == 20  # each of them is billed
    fake.replies = [Reply([first]), error(400, "INVALID_ARGUMENT", "The token has expired")]
    run = ask(connection).run
    assert run.problem is not None
    assert "token has expired" in run.problem.cause
    assert run.candidates[0].parts == [{"text": "One "}]


def test_the_tier_that_served_is_kept_with_the_usage(
    fake: FakeGemini, connection: Connection
) -> None:
    served = answer("Hi")
    served.headers["X-Gemini-Service-Tier"] = "standard"
    fake.replies = [served]
    run = ask(connection, replace(HELLO, config={"service_tier": "priority"})).run
    assert fake.generated[0].body["serviceTier"] == "priority"
    assert run.usage["service_tier"] == "standard"
    assert run_from_json(run_to_json(run)).usage == run.usage


@pytest.mark.parametrize("body", [b"<html>proxy</html>", b"{not json"])
def test_rubbish_is_called_so(fake: FakeGemini, connection: Connection, body: bytes) -> None:
    fake.replies = [Reply(body=body)]
    run = ask(connection).run
    assert run.problem is not None
    assert run.problem.kind == "broken_reply"


def test_stop_closes_the_connection_and_keeps_what_came(
    fake: FakeGemini, connection: Connection
) -> None:
    fake.replies = [Reply([chunk("one ")], then="hang"), answer("next")]
    live = start(connection, HELLO)
    assert live.wait(0, 5)
    live.stop()
    assert live.run.outcome == "stopped"
    assert fake.generated[0].closed.wait(30)
    assert live.run.candidates[0].parts == [{"text": "one "}]
    assert ask(connection).run.outcome == "done"


def test_an_error_inside_the_stream_is_explained(fake: FakeGemini, connection: Connection) -> None:
    failure = {"error": {"code": 503, "status": "UNAVAILABLE", "message": "overloaded"}}
    fake.replies = [Reply([chunk("so far"), failure])]
    run = ask(connection).run
    assert run.problem is not None
    assert run.problem.kind == "overloaded"
    assert run.candidates[0].parts == [{"text": "so far"}]


def test_no_server_is_no_connection(connection: Connection, fake: FakeGemini) -> None:
    fake.close()
    run = ask(connection).run
    assert run.problem is not None
    assert run.problem.kind == "offline"
    fake.__init__()  # so that the fixture has something to close


@pytest.mark.parametrize(
    ("pieces", "kind"),
    [
        ([{"promptFeedback": {"blockReason": "SAFETY"}}], "blocked_prompt"),
        ([chunk("I", finish="SAFETY")], "blocked_answer"),
        ([chunk(None, finish="MAX_TOKENS")], "no_room"),
        ([chunk(None, finish="STOP")], "empty"),
        ([chunk(None, finish="MALFORMED_FUNCTION_CALL")], "bad_tool_call"),
    ],
)
def test_answers_that_are_none(
    fake: FakeGemini, connection: Connection, pieces: list, kind: str
) -> None:
    fake.replies = [Reply(pieces)]
    problem = ask(connection).run.problem
    assert problem is not None
    assert problem.kind == kind


def test_candidates_are_kept_apart(fake: FakeGemini, connection: Connection) -> None:
    fake.replies = [
        Reply(
            [
                {
                    "candidates": [
                        {"index": i, "content": {"parts": [{"text": t}]}, "finishReason": "STOP"}
                        for i, t in enumerate(["red", "blue"])
                    ]
                }
            ]
        )
    ]
    run = ask(connection).run
    assert [c.parts for c in run.candidates] == [[{"text": "red"}], [{"text": "blue"}]]


def test_many_streams_at_once(fake: FakeGemini, connection: Connection) -> None:
    fake.replies = [answer("a", "b", pause=0.05) for _ in range(60)]
    runs = [start(connection, HELLO) for _ in range(60)]
    assert {finished(r).run.outcome for r in runs} == {"done"}


@pytest.mark.parametrize(("seconds", "order"), [(60.0, "aaabbb"), (-1.0, "ababab")])
def test_a_stream_that_is_behind_lets_the_others_have_their_turn(
    monkeypatch: pytest.MonkeyPatch, seconds: float, order: str
) -> None:
    monkeypatch.setattr(taking_turns, "STREAM_TURN", seconds)
    seen: list[str] = []

    async def read(name: str) -> None:
        turn = StreamTurn()
        turn._ends = time.monotonic() + seconds
        for _ in range(3):
            seen.append(name)
            await turn.give_way()

    async def both() -> None:
        await asyncio.gather(read("a"), read("b"))

    asyncio.run(both())
    assert "".join(seen) == order


@pytest.mark.parametrize(("others", "rest"), [(0, 0), (29, 0.029)])
def test_a_stream_rests_while_the_others_have_their_turn(
    monkeypatch: pytest.MonkeyPatch, others: int, rest: float
) -> None:
    turn, *more = [StreamTurn() for _ in range(others + 1)]
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(taking_turns, "_streams", set(more))
    monkeypatch.setattr("gemini.taking_turns.asyncio.sleep", sleep)
    asyncio.run(turn.give_way())
    assert slept == [pytest.approx(rest)]


def test_only_streams_that_go_on_are_rested_for(
    fake: FakeGemini, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    streams: set[object] = set()
    monkeypatch.setattr(taking_turns, "_streams", streams)
    ends = [Reply([chunk("a")], then="cut"), Reply([chunk("a")], then="hang")]
    fake.replies = [answer("a", "b"), *ends]
    for _ in range(2):
        ask(connection)
    eventually(lambda: not streams)
    hanging = start(connection, HELLO)
    eventually(lambda: len(streams) == 1)
    hanging.stop()
    eventually(lambda: not streams)


def test_a_stream_is_not_read_on_while_a_prompt_waits(
    fake: FakeGemini, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = True
    monkeypatch.setattr(taking_turns, "PROMPTS_FIRST", 60.0)
    monkeypatch.setattr(taking_turns, "prompts_wait", lambda: waits)
    fake.replies = [answer("a", "b")]
    live = start(connection, HELLO)
    assert live.wait(0, 5)
    assert not live.wait(1, 0.3)
    waits = False
    assert [part["text"] for part in finished(live).run.candidates[0].parts] == ["a", "b"]


def test_a_stream_that_has_waited_for_prompts_is_read_on_all_the_same(
    fake: FakeGemini, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_turns, "PROMPTS_FIRST", 0.01)
    monkeypatch.setattr(taking_turns, "prompts_wait", lambda: True)
    fake.replies = [answer("a", "b")]
    assert ask(connection).run.outcome == "done"


def test_unknown_settings_are_explained(connection: Connection) -> None:
    run = ask(connection, Request("gemini-2.5-flash", HELLO.contents, {"nonsense": 1})).run
    assert run.problem is not None
    assert run.problem.kind == "bad_argument"
    assert run.problem.field == "nonsense"


def test_what_is_stopped_between_two_chunks_has_no_problem(
    fake: FakeGemini, connection: Connection
) -> None:
    """The stream may see that it was stopped before it is cancelled."""
    fake.replies = [answer("One", "Two", pause=0.3)]
    live = start(connection, Request("gemini-x", [{"role": "user", "parts": [{"text": "Hi"}]}]))
    assert live.wait(0, 5)
    filling, live._future = live._future, None
    live.stop()
    assert filling is not None
    filling.result(5)
    assert (live.run.outcome, live.run.problem) == ("stopped", None)
