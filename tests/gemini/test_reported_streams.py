"""Streams that other clients fell over, by the number of the public report, on the wire.

Each goes through the SDK over loopback and on into the next request.
"""

from typing import Any

import pytest

from gemini.api import http
from gemini.api.connect import Connection
from gemini.conversation import Conversation
from gemini.request import Request, text_of
from gemini.run import Run
from gemini.structured.answer import parse
from gemini.tools.results import calls_in
from tests.fake_gemini import FakeGemini, Reply, answer
from tests.filled import start

MODEL = "gemini-3.8-flash"
QUESTION = [{"text": "Hello"}]
USAGE = {"promptTokenCount": 5, "candidatesTokenCount": 7, "totalTokenCount": 12}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_DELAY", 0.01)


def event(*parts: dict[str, Any], finish: str = "", **more: Any) -> dict[str, Any]:
    """A chunk with these parts; with `finish` it is the last one, with usage."""
    content = {"content": {"role": "model", "parts": list(parts)}} if parts else {}
    candidate = {**content, "index": 0, **more}
    if not finish:
        return {"candidates": [candidate]}
    return {"candidates": [candidate | {"finishReason": finish}], "usageMetadata": USAGE}


def ask(connection: Connection, contents: list[Any] | None = None, **config: Any) -> Run:
    live = start(
        connection, Request(MODEL, contents or [{"role": "user", "parts": QUESTION}], config)
    )
    assert live.ended.wait(20)
    return live.run


def sent_back(connection: Connection, fake: FakeGemini, run: Run, reply: Any = None) -> list[Any]:
    """The contents on the wire of the request that follows a run."""
    conversation = Conversation()
    turn = conversation.add(QUESTION, None)
    turn.run = run
    following = conversation.add(reply or [{"text": "And then?"}], turn.id)
    fake.replies.append(answer("ok"))
    assert ask(connection, conversation.contents(following, MODEL)).outcome == "done"
    return fake.generated[-1].body["contents"]


def test_20_the_last_chunk_has_only_a_finish_reason(
    fake: FakeGemini, connection: Connection
) -> None:
    last = {"candidates": [{"content": {"role": "model"}, "finishReason": "STOP"}]}
    call = {"functionCall": {"name": "list_rooms", "args": {}}}
    fake.replies = [Reply([event(call), last | {"usageMetadata": USAGE}])]
    run = ask(connection)
    assert run.outcome == "done"
    assert run.problem is None
    assert [c.name for c in calls_in(run.candidates[0].parts)] == ["list_rooms"]
    assert run.usage["total_token_count"] == 12


@pytest.mark.parametrize(
    ("chunks", "then", "kind"),
    [
        ([], "end", "cut"),
        ([], "cut", "cut"),
        (
            [{"error": {"code": 503, "message": "Overloaded", "status": "UNAVAILABLE"}}],
            "cut",
            "overloaded",
        ),
    ],
)
def test_22_the_stream_ends_without_a_finish_reason(
    fake: FakeGemini, connection: Connection, chunks: list[Any], then: str, kind: str
) -> None:
    fake.replies = [Reply([event({"text": "Partial ans"}), *chunks], then=then)]
    run = ask(connection)
    assert run.outcome == "failed"
    assert run.problem is not None
    assert run.problem.kind == kind
    assert text_of(run.candidates[0].parts) == "Partial ans"


def test_25_the_signature_comes_in_an_empty_part_at_the_end(
    fake: FakeGemini, connection: Connection
) -> None:
    signed = {"text": "", "thoughtSignature": "c2lnLTE="}
    fake.replies = [
        Reply(
            [
                event({"text": "Plan...", "thought": True}),
                event({"text": "Done."}),
                event(signed, finish="STOP"),
            ]
        )
    ]
    run = ask(connection)
    assert text_of(run.candidates[0].parts) == "Done."
    _, model, _ = sent_back(connection, fake, run)
    assert model["parts"] == [{"text": "Plan...", "thought": True}, {"text": "Done."}, signed]


def test_26_signed_text_is_text(fake: FakeGemini, connection: Connection) -> None:
    first = {"text": "The first half, ", "thoughtSignature": "czE="}
    fake.replies = [Reply([event(first), event({"text": "the second half."}, finish="STOP")])]
    run = ask(connection)
    assert text_of(run.candidates[0].parts) == "The first half, the second half."
    assert not any(part.get("thought") for part in run.candidates[0].parts)
    _, model, _ = sent_back(connection, fake, run)
    assert model["parts"] == [first, {"text": "the second half."}]


def test_29_parallel_calls_go_back_as_one_turn(fake: FakeGemini, connection: Connection) -> None:
    calls = [
        {"functionCall": {"name": "room_temp", "args": {"room": room}, "id": f"k{n}"}}
        for n, room in enumerate("AB", 1)
    ]
    calls[0]["thoughtSignature"] = "czE="  # type: ignore[assignment]
    fake.replies = [Reply([event(calls[0]), event(calls[1], finish="STOP")])]
    run = ask(connection)
    results = [call.response({"output": 20}) for call in calls_in(run.candidates[0].parts)]
    user, model, answers = sent_back(connection, fake, run, results)
    assert user["role"] == "user"
    assert model == {"role": "model", "parts": calls}
    assert [part["functionResponse"]["id"] for part in answers["parts"]] == ["k1", "k2"]


def test_30_thoughts_stay_out_of_the_json(fake: FakeGemini, connection: Connection) -> None:
    thought = {"text": '**Working out** {"rooms": 3} perhaps', "thought": True}
    pieces = [event(thought), event({"text": '{"rooms"'}), event({"text": ": 2}"}, finish="STOP")]
    fake.replies = [Reply(pieces)]
    read = parse(text_of(ask(connection).candidates[0].parts))
    assert read.value == {"rooms": 2}
    assert read.notes == ()


@pytest.mark.parametrize("signature", ["+/v+", "-_v-", "-_v-_w"])
def test_91_a_signature_in_either_alphabet_means_the_same_bytes(
    fake: FakeGemini, connection: Connection, signature: str
) -> None:
    fake.replies = [Reply([event({"text": "Hi", "thoughtSignature": signature}, finish="STOP")])]
    _, model, _ = sent_back(connection, fake, ask(connection))
    came = signature.replace("+", "-").replace("/", "_")
    assert model["parts"][0]["thoughtSignature"].rstrip("=") == came
