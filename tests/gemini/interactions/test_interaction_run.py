"""Runs on the Interactions API against the fake server, through the real SDK."""

import time
from dataclasses import replace
from typing import Any

import pytest

from gemini.api import http
from gemini.api.connect import Connection
from gemini.interactions import events
from gemini.request import Request, joined
from gemini.run import Run
from gemini.run_json import run_from_json, run_to_json
from tests.fake_gemini import FakeGemini, Reply
from tests.filled import start

HELLO = Request("gemini-3.8-flash", [{"role": "user", "parts": [{"text": "Hello"}]}],
                method="interactions.create")  # fmt: skip


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(events, "FIRST_PAUSE", 0.01)


def event(number: int, kind: str, **fields: Any) -> dict[str, Any]:
    return {"event_type": kind, "event_id": f"e{number}", **fields}


CREATED = event(0, "interaction.created", interaction={
    "id": "v1_abc", "status": "in_progress", "model": "gemini-3.8-flash-001"})  # fmt: skip
STEP = event(1, "step.start", index=0, step={"type": "model_output"})
HEL = event(2, "step.delta", index=0, delta={"type": "text", "text": "Hel"})
LO = event(3, "step.delta", index=0, delta={"type": "text", "text": "lo"})
STOP = event(4, "step.stop", index=0, usage={"total_output_tokens": 2, "total_input_tokens": 7})
DONE = event(5, "interaction.completed", interaction={"id": "v1_abc", "status": "completed"})
ERROR = event(6, "error", error={"code": "rate_limit_exceeded", "message": "Too many tokens"})


def finished(connection: Connection, request: Request = HELLO, seconds: float = 10) -> Run:
    live = start(connection, request)
    deadline = time.monotonic() + seconds
    while live.running and time.monotonic() < deadline:
        live.wait(len(live.events), 0.1)
    assert not live.running
    return live.run


def text(run: Run) -> str:
    return "".join(part.get("text", "") for part in joined(run.candidates[0].parts))


@pytest.mark.parametrize(
    "damaged",
    [
        event(9, "interaction.status_update", interaction="hello"),
        event(9, "step.start", index="x", step=None),
        event(9, "step.delta", index=0, delta={"type": "text", "text": {"a": 1}}),
        event(9, "step.delta", index=0, delta={
            "type": "audio", "mime_type": "audio/mpeg", "data": "%%%notbase64"}),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_read_is_the_replys_fault(
    fake: FakeGemini, connection: Connection, damaged: dict[str, Any]
) -> None:
    """Not a setting's: what came before it is kept, and the words say what happened."""
    fake.others = {"POST interactions": [Reply([CREATED, STEP, HEL, damaged])]}
    run = finished(connection)
    assert run.problem is not None
    assert run.problem.kind == "broken_reply"
    assert text(run) == "Hel"


def test_an_answer_streams(fake: FakeGemini, connection: Connection) -> None:
    fake.others = {"POST interactions": [Reply([CREATED, STEP, HEL, LO, STOP, DONE])]}
    run = finished(connection)
    assert (run.outcome, run.problem) == ("done", None)
    assert [part["text"] for part in run.candidates[0].parts] == ["Hel", "lo"]
    assert run.candidates[0].finish_reason == "STOP"
    assert run.response_id == "v1_abc"
    assert run.model_version == "gemini-3.8-flash-001"
    assert run.usage == {"candidates_token_count": 2, "prompt_token_count": 7}
    assert run.result["last_event_id"] == "e5"
    sent = fake.seen[-1]
    assert sent.body == {"model": "gemini-3.8-flash", "input": "Hello", "stream": True}
    assert run.exchanges[0].url.endswith("/interactions")
    again = run_from_json(run_to_json(run))
    assert (again.request, again.candidates) == (run.request, run.candidates)


def test_the_flex_tier_is_waited_for_and_the_tier_that_served_kept(
    fake: FakeGemini, connection: Connection
) -> None:
    served = {**DONE["interaction"], "service_tier": "flex"}
    chunks = [CREATED, STEP, HEL, STOP, {**DONE, "interaction": served}]
    reply = Reply(chunks, due=lambda n: 2.2 * (n > 2))  # the connection's own patience is 2 s
    fake.others = {"POST interactions": [reply]}
    run = finished(connection, replace(HELLO, config={"service_tier": "flex"}), 30)
    assert (run.outcome, run.problem) == ("done", None)
    assert fake.seen[-1].body["service_tier"] == "flex"
    assert run.usage["service_tier"] == "flex"
    assert len(run.exchanges) == 1


def test_a_cut_stream_is_gone_on_with_after_its_last_event(
    fake: FakeGemini, connection: Connection
) -> None:
    fake.others = {
        "POST interactions": [Reply([CREATED, STEP, HEL], then="cut")],
        "GET interactions/v1_abc": [Reply([LO], then="cut"), Reply([STOP, DONE])],
    }
    run = finished(connection)
    assert (run.outcome, text(run)) == ("done", "Hello")
    gets = [seen.path for seen in fake.seen if seen.method == "GET"]
    assert ["last_event_id=e2" in gets[0], "last_event_id=e3" in gets[1]] == [True, True]
    assert len(run.exchanges) == 3
    assert run.requests == 1


def test_what_was_not_stored_cannot_be_gone_on_with(
    fake: FakeGemini, connection: Connection
) -> None:
    fake.others = {"POST interactions": [Reply([CREATED, STEP, HEL], then="cut")]}
    request = Request(HELLO.model, HELLO.contents, {"store": False}, HELLO.method)
    run = finished(connection, request)
    assert (run.outcome, text(run)) == ("failed", "Hel")
    assert run.problem
    assert run.problem.kind == "cut"
    assert fake.seen[-1].body["store"] is False


def test_it_ends_where_going_on_leads_nowhere(fake: FakeGemini, connection: Connection) -> None:
    fake.others = {
        "POST interactions": [Reply([CREATED, STEP, HEL], then="cut")],
        "GET interactions/v1_abc": [Reply([b": nothing\r\n\r\n"], then="cut")],
    }
    run = finished(connection)
    assert (run.outcome, text(run)) == ("failed", "Hel")
    assert run.problem
    assert run.problem.kind == "cut"


def test_an_error_in_the_middle_keeps_what_came(fake: FakeGemini, connection: Connection) -> None:
    fake.others = {"POST interactions": [Reply([CREATED, STEP, HEL, ERROR])]}
    run = finished(connection)
    assert (run.outcome, text(run)) == ("failed", "Hel")
    assert run.problem
    assert run.problem.kind == "quota"


@pytest.mark.parametrize(
    ("interaction", "kind"),
    [
        ({"status": "failed", "errors": [{"code": "overloaded", "message": "Busy"}]}, "overloaded"),
        ({"status": "failed"}, "server_error"),
        ({"status": "budget_exceeded"}, "budget"),
        ({"status": "cancelled"}, "cancelled"),
    ],
)
def test_a_bad_end_is_explained(
    fake: FakeGemini, connection: Connection, interaction: dict[str, Any], kind: str
) -> None:
    end = event(5, "interaction.completed", interaction={"id": "v1_abc", **interaction})
    fake.others = {"POST interactions": [Reply([CREATED, STEP, HEL, STOP, end])]}
    run = finished(connection)
    assert (run.outcome, text(run)) == ("failed", "Hel")
    assert run.problem
    assert run.problem.kind == kind


def test_a_refusal_is_explained_in_its_own_words(fake: FakeGemini, connection: Connection) -> None:
    body = {"error": {"code": "invalid_request", "message": "temperature is not supported"}}
    fake.others = {"POST interactions": [Reply(status=400, body=body)]}
    run = finished(connection)
    assert run.problem
    assert (run.problem.kind, run.problem.cause) == (
        "bad_argument",
        "temperature is not supported",
    )


def test_an_overloaded_server_is_asked_again(fake: FakeGemini, connection: Connection) -> None:
    body = {"error": {"code": "overloaded", "message": "Busy"}}
    busy, good = Reply(status=503, body=body), Reply([CREATED, STEP, HEL, LO, STOP, DONE])
    fake.others = {"POST interactions": [busy, busy, good]}
    run = finished(connection)
    assert (run.outcome, text(run), len(fake.seen)) == ("done", "Hello", 3)


def test_a_function_call_waits_for_its_result(fake: FakeGemini, connection: Connection) -> None:
    call = {"type": "function_call", "id": "c", "name": "f", "arguments": {"a": 1}}
    done = event(5, "interaction.completed", interaction={"status": "requires_action"})
    fake.others = {"POST interactions": [
        Reply([CREATED, event(1, "step.start", index=0, step=call), STOP, done])]}  # fmt: skip
    run = finished(connection)
    assert run.candidates[0].parts == [
        {"function_call": {"id": "c", "name": "f", "args": {"a": 1}}}
    ]
    assert (run.outcome, run.problem) == ("done", None)


def test_a_long_answer_of_several_responses_is_one_run(
    fake: FakeGemini, connection: Connection
) -> None:
    """The SDK asks on by itself; what each used is summed."""
    more = event(5, "interaction.completed", interaction={
        "id": "v1_abc", "status": "requires_continuation", "continuation_token": "t"})  # fmt: skip
    replies = [Reply([CREATED, STEP, HEL, STOP, more]), Reply([CREATED, STEP, LO, STOP, DONE])]
    fake.others = {"POST interactions": replies}
    run = finished(connection)
    assert (run.outcome, text(run)) == ("done", "Hello")
    assert run.usage["candidates_token_count"] == 4
    assert len(run.exchanges) == run.requests == 2


def test_a_later_part_of_a_long_answer_that_fails_keeps_what_came(
    fake: FakeGemini, connection: Connection
) -> None:
    more = event(5, "interaction.completed", interaction={
        "id": "v1_abc", "status": "requires_continuation", "continuation_token": "t"})  # fmt: skip
    refusal = Reply(status=400, body={"error": {"code": "invalid_request", "message": "Too old"}})
    fake.others = {
        "POST interactions": [Reply([CREATED, STEP, HEL, STOP, more]), refusal],
        "GET interactions/v1_abc": [refusal],
    }
    run = finished(connection)
    assert (run.outcome, text(run)) == ("failed", "Hel")
    assert run.problem
    assert "what arrived is kept" in run.problem.cause.lower()


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_declines_at_create_is_asked_again(
    fake: FakeGemini, connection: Connection, status: int
) -> None:
    busy = Reply(status=status, body={"error": {"code": "overloaded", "message": "Busy"}})
    whole = Reply([CREATED, STEP, HEL, LO, STOP, DONE])
    fake.others = {"POST interactions": [busy, whole]}
    run = finished(connection)
    assert (run.outcome, text(run), run.requests) == ("done", "Hello", 1)
    fake.others = {"POST interactions": [busy]}
    run = finished(connection)
    assert run.problem
    assert run.problem.kind == {429: "quota", 503: "overloaded"}[status]


def test_what_is_not_known_is_kept_as_it_came(fake: FakeGemini, connection: Connection) -> None:
    """Through the SDK as well, which has classes for what it knows only."""
    odd = {"type": "telepathy", "target": "you", "words": 3}
    weather = event(9, "weather.changed", rain=True)
    fake.others = {"POST interactions": [Reply([
        CREATED, weather, event(1, "step.start", index=0, step=odd), event(2, "step.stop", index=0),
        DONE])]}  # fmt: skip
    run = run_from_json(run_to_json(finished(connection)))
    notes = [part["part_metadata"] for part in run.candidates[0].parts]
    assert [list(note) for note in notes] == [["interaction_shown"], ["interaction_step"]]
    assert notes[0]["interaction_shown"]["rain"] is True
    assert notes[1]["interaction_step"] == odd
