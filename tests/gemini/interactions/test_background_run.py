"""Runs in the background against the fake server: followed, found again, cancelled."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from gemini import filling
from gemini.api import http
from gemini.api.connect import Connection
from gemini.filling import resume
from gemini.interactions import events
from gemini.interactions.background import is_running_there
from gemini.live_run import LiveRun
from gemini.request import Request, joined
from gemini.run import Run
from gemini.run_json import run_from_json, run_to_json
from tests.fake_gemini import FakeGemini, Reply
from tests.filled import start

HELLO = Request("gemini-3.8-flash", [{"role": "user", "parts": [{"text": "Hello"}]}],
                {"background": True, "store": True}, "interactions.create")  # fmt: skip
CREATE, GET, CANCEL = (
    "POST interactions",
    "GET interactions/v1_abc",
    "POST interactions/v1_abc/cancel",
)
STREAM = f"{GET}?last_event_id="
ABOUT = {"id": "v1_abc", "status": "in_progress", "model": "gemini-3.8-flash-001"}
STEPS = [
    {"type": "thought", "summary": [{"type": "text", "text": "Hm"}]},
    {"type": "google_search_call", "id": "s", "arguments": {"queries": ["hello"]}},
    {"type": "model_output", "content": [{"type": "text", "text": "Hello"}]},
]
PARTS = [
    {"text": "Hm", "thought": True},
    {"part_metadata": {"interaction_step": STEPS[1]}},
    {"text": "Hello"},
]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(events, "FIRST_PAUSE", 0.01)


def story() -> list[dict[str, Any]]:
    """The events of a whole interaction: a thought, a search, a text in two pieces."""
    told: list[tuple[str, dict[str, Any]]] = [
        ("interaction.created", {"interaction": ABOUT}),
        ("step.start", {"index": 0, "step": {"type": "thought"}}),
        ("step.delta", {"index": 0, "delta": {
            "type": "thought_summary", "content": {"type": "text", "text": "Hm"}}}),
        ("step.stop", {"index": 0}),
        ("step.start", {"index": 1, "step": {**STEPS[1], "arguments": {}}}),
        ("step.delta", {"index": 1, "delta": {
            "type": "arguments_delta", "arguments": '{"queries":'}}),
        ("step.delta", {"index": 1, "delta": {
            "type": "arguments_delta", "arguments": '["hello"]}'}}),
        ("step.stop", {"index": 1}),
        ("step.start", {"index": 2, "step": {"type": "model_output"}}),
        ("step.delta", {"index": 2, "delta": {"type": "text", "text": "Hel"}}),
        ("step.delta", {"index": 2, "delta": {"type": "text", "text": "lo"}}),
        ("step.delta", {"index": 2, "delta": {"type": "text_annotation_delta", "annotations": [
            {"type": "url_citation", "url": "https://a.example", "start_index": 0, "end_index": 4}
        ]}}),
        ("step.stop", {"index": 2}),
        ("interaction.completed", {"interaction": {
            **ABOUT, "status": "completed", "usage": {"total_output_tokens": 5}}}),
    ]  # fmt: skip
    return [{"event_type": kind, "event_id": f"e{n}", **fields}
            for n, (kind, fields) in enumerate(told)]  # fmt: skip


STORY = story()


def until(live: LiveRun, what: Callable[[], Any], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not what() and time.monotonic() < deadline:
        live.wait(len(live.events), 0.05)
    assert what()


def ended(live: LiveRun) -> Run:
    until(live, lambda: not live.running)
    return live.run


def parts(run: Run) -> list[Any]:
    return joined(run.candidates[0].parts)


def restarted(run: Run) -> Run:
    """The run as another process finds it in the history."""
    return run_from_json(run_to_json(run))


def is_whole(run: Run) -> None:
    assert (run.outcome, run.problem) == ("done", None)
    assert parts(run) == PARTS
    metadata = run.candidates[0].metadata["grounding_metadata"]
    assert metadata["web_search_queries"] == ["hello"]
    assert [s["segment"]["text"] for s in metadata["grounding_supports"]] == ["Hell"]
    assert run.usage == {"candidates_token_count": 5}
    assert "resume" not in run.result


@pytest.mark.parametrize("seen", range(1, len(STORY)))
def test_a_run_is_followed_on_after_a_restart_wherever_it_was(
    fake: FakeGemini, connection: Connection, seen: int
) -> None:
    """Another process goes on after the last event; nothing is doubled, nothing is missing."""
    fake.others = {CREATE: [Reply(STORY[:seen], then="hang")]}
    live = start(connection, HELLO)
    until(live, lambda: live.run.result.get("last_event_id") == f"e{seen - 1}")
    run = restarted(live.run)
    assert is_running_there(run)
    fake.others[GET] = [Reply(STORY[seen:])]
    is_whole(ended(resume(connection, run)))
    assert f"last_event_id=e{seen - 1}&" in fake.seen[-1].path


@pytest.mark.parametrize("seen", range(1, len(STORY)))
def test_what_a_cut_stream_lacks_is_looked_up(
    fake: FakeGemini, connection: Connection, seen: int
) -> None:
    """No stream is to be had any more: the interaction is looked at until it has ended."""
    refused = Reply(status=400, body={"error": {"code": "invalid_request", "message": "stream"}})
    looks = [Reply(body={**ABOUT, "steps": STEPS[:1]}), Reply(body={**ABOUT, "steps": STEPS})]
    done = Reply(body={**ABOUT, "status": "completed", "steps": STEPS})
    fake.others = {
        CREATE: [Reply(STORY[:seen], then="cut")],
        STREAM: [refused],
        GET: [*looks, done],
    }
    run = ended(start(connection, HELLO))
    assert (run.outcome, run.problem) == ("done", None)
    assert parts(run) == PARTS


def test_a_stream_that_begins_anew_doubles_nothing(
    fake: FakeGemini, connection: Connection
) -> None:
    fake.others = {CREATE: [Reply(STORY[:10], then="cut")], GET: [Reply(STORY)]}
    is_whole(ended(start(connection, HELLO)))


def test_a_look_that_fails_at_random_is_made_again(
    fake: FakeGemini, connection: Connection
) -> None:
    """https://github.com/googleapis/python-genai/issues/2661"""
    odd = Reply(status=400, body={"error": {"code": "invalid_request", "message": "stream"}})
    busy = Reply(status=503, body={"error": {"code": "overloaded", "message": "Busy"}})
    state = Reply(body={**ABOUT, "steps": STEPS[:2]})
    fake.others = {
        CREATE: [Reply(STORY[:10], then="cut")],
        STREAM: [busy, odd, Reply(STORY[10:])],
        GET: [odd, busy, odd, state],
    }
    is_whole(ended(start(connection, HELLO)))


def test_an_error_of_the_stream_is_none_of_the_interaction(
    fake: FakeGemini, connection: Connection
) -> None:
    error = {"event_type": "error", "error": {"code": "gateway_timeout", "message": "Too long"}}
    fake.others = {
        CREATE: [Reply([*STORY[:10], error])],
        STREAM: [Reply(STORY[10:])],
        GET: [Reply(body=ABOUT)],
    }
    is_whole(ended(start(connection, HELLO)))
    failed = {**ABOUT, "status": "failed", "errors": [{"code": "overloaded", "message": "Busy"}]}
    fake.others = {CREATE: [Reply([*STORY[:10], error])], GET: [Reply(body=failed)]}
    run = ended(start(connection, HELLO))
    assert run.problem
    assert (run.outcome, run.problem.kind) == ("failed", "overloaded")
    assert parts(run)[-1] == {"text": "Hel"}
    assert not is_running_there(run)


def test_one_that_is_gone_keeps_what_came(fake: FakeGemini, connection: Connection) -> None:
    missing = Reply(status=404, body={"error": {"code": "not_found", "message": "No such thing"}})
    fake.others = {CREATE: [Reply(STORY[:10], then="cut")], GET: [missing]}
    run = ended(start(connection, HELLO))
    assert run.problem
    assert (run.outcome, run.problem.kind) == ("failed", "answer_gone")
    assert parts(run)[-1] == {"text": "Hel"}
    assert not is_running_there(run)


def test_one_out_of_reach_can_be_followed_later(
    fake: FakeGemini, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "LOOKS", 2)
    busy = Reply(status=503, body={"error": {"code": "overloaded", "message": "Busy"}})
    fake.others = {CREATE: [Reply(STORY[:10], then="cut")], GET: [busy]}
    run = ended(start(connection, HELLO))
    assert run.problem
    assert run.problem.kind == "not_followed"
    assert is_running_there(run)
    fake.others = {GET: [Reply(STORY[10:])]}
    is_whole(ended(resume(connection, restarted(run))))


def test_stop_cancels_at_the_api(fake: FakeGemini, connection: Connection) -> None:
    cancelled = {**ABOUT, "status": "cancelled", "usage": {"total_output_tokens": 3}}
    fake.others = {CREATE: [Reply(STORY[:10], then="hang")], CANCEL: [Reply(body=cancelled)]}
    live = start(connection, HELLO)
    until(live, lambda: live.run.result.get("last_event_id") == "e9")
    live.stop()
    run = ended(live)
    assert (run.outcome, run.problem, run.result["status"]) == ("stopped", None, "cancelled")
    assert run.usage["candidates_token_count"] == 3
    assert parts(run)[-1] == {"text": "Hel"}
    assert not is_running_there(run)


def test_stop_before_the_id_is_known_cancels_too(fake: FakeGemini, connection: Connection) -> None:
    slow = Reply(STORY[:2], held=threading.Event(), then="hang")
    cancelled = Reply(body={**ABOUT, "status": "cancelled"})
    fake.others = {CREATE: [slow], CANCEL: [cancelled]}
    live = start(connection, HELLO)
    until(live, lambda: fake.seen)
    live.stop()
    assert live.running
    assert slow.held
    slow.held.set()
    assert ended(live).result["status"] == "cancelled"
    assert fake.seen[-1].path.endswith("/cancel")


def test_what_cannot_be_cancelled_is_said(
    fake: FakeGemini, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "CANCELLING", 0.5)
    fake.others = {CREATE: [Reply(STORY[:10], then="hang")], CANCEL: [Reply(then="hang")]}
    live = start(connection, HELLO)
    until(live, lambda: live.run.result.get("last_event_id") == "e9")
    live.stop()
    run = ended(live)
    assert run.problem
    assert (run.outcome, run.problem.kind) == ("stopped", "not_cancelled")
    assert is_running_there(run)


def test_leaving_ends_nothing(fake: FakeGemini, connection: Connection) -> None:
    more = threading.Event()
    fake.others = {
        CREATE: [Reply(STORY[:10], then="cut")],
        GET: [Reply(STORY[10:], held=more)],
    }
    live = start(connection, HELLO)
    until(live, lambda: live.run.result.get("last_event_id") == "e9")
    live.leave()
    more.set()
    is_whole(ended(live))


def test_half_a_character_is_not_lost_with_its_process(
    fake: FakeGemini, connection: Connection
) -> None:
    def text(number: int, words: str) -> dict[str, Any]:
        delta = {"type": "text", "text": words}
        return {"event_type": "step.delta", "event_id": f"t{number}", "index": 2, "delta": delta}

    halves = [text(1, "Hi \ud83d"), text(2, "\ude00!")]
    fake.others = {CREATE: [Reply([*STORY[:9], halves[0]], then="hang")]}
    live = start(connection, HELLO)
    until(live, lambda: live.run.candidates and len(live.run.candidates[0].parts) == 3)
    run = restarted(live.run)
    fake.others[GET] = [Reply([*halves, *STORY[12:]])]
    run = ended(resume(connection, run))
    assert "last_event_id=e8&" in fake.seen[-1].path
    assert parts(run)[-1] == {"text": "Hi \U0001f600!"}


@pytest.mark.parametrize(
    "resume_state",
    [
        None,
        "text",
        {"parts": "2"},
        {"parts": 99},
        {"parts": -1},
        {"parts": 2, "known": "many"},
        {"parts": 2, "growing": {"x": 1}},
        {"parts": 2, "growing": {"0": [{"_annotations": 3, "type": "model_output"}, "y"]}},
    ],
)
def test_a_state_that_says_nothing_has_all_of_it_come_again(
    fake: FakeGemini, connection: Connection, resume_state: Any
) -> None:
    """An import may hold anything."""
    run = Run(HELLO, outcome="stopped", result={**ABOUT, "last_event_id": 7})
    run.candidate(0).parts += [{"text": "Something"}, {"text": " else"}]
    run.result["resume"] = resume_state
    assert is_running_there(restarted(run))
    fake.others = {GET: [Reply(STORY)]}
    is_whole(ended(resume(connection, restarted(run))))


def test_what_names_no_interaction_is_not_asked_for() -> None:
    for odd in ("../models", "v1?x", "", None, ["a"], "a" * 501):
        run = Run(HELLO, outcome="stopped", result={**ABOUT, "id": odd})
        assert not is_running_there(run)


@pytest.mark.parametrize(("status", "times"), [(500, 1), (504, 1), (429, 2), (503, 2)])
def test_one_that_may_have_begun_is_not_asked_for_again(
    fake: FakeGemini, connection: Connection, status: int, times: int
) -> None:
    fake.others = {CREATE: [Reply(status=status, body={}), Reply(STORY)]}
    run = ended(start(connection, HELLO))
    assert (run.problem is None) == (times == 2)
    assert [seen.method for seen in fake.seen].count("POST") == times
