"""Events of an interaction as parts, usage, sources and an ending."""

import json
from typing import Any

from gemini.interactions.stream import Received
from gemini.request import joined


def delta(index: int, **fields: Any) -> dict[str, Any]:
    return {"event_type": "step.delta", "index": index, "delta": fields}


def start(index: int, **step: Any) -> dict[str, Any]:
    return {"event_type": "step.start", "index": index, "step": step}


def stop(index: int, **more: Any) -> dict[str, Any]:
    return {"event_type": "step.stop", "index": index, **more}


def completed(status: str = "completed", **more: Any) -> dict[str, Any]:
    return {"event_type": "interaction.completed", "interaction": {"status": status, **more}}


def parts(received: Received, *events: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for event in events for part in received.take(event)]


def test_text_and_thoughts_come_piece_by_piece() -> None:
    received = Received()
    came = parts(
        received,
        {"event_type": "interaction.created", "interaction": {"id": "v1_a", "model": "m"}},
        start(0, type="thought"),
        delta(0, type="thought_summary", content={"type": "text", "text": "Hm"}),
        delta(0, type="thought_signature", signature="c2ln"),
        stop(0),
        start(1, type="model_output"),
        delta(1, type="text", text="Hel"),
        delta(1, type="text", text="lo"),
        stop(1, usage={"total_output_tokens": 2}),
        completed(usage={"total_tokens": 9, "input_tokens_by_modality": [
            {"modality": "text", "tokens": 7}]}),
    )  # fmt: skip
    assert joined(came) == [
        {"text": "Hm", "thought": True},
        {"text": "", "thought": True, "thought_signature": b"sig"},
        {"text": "Hello"},
    ]
    assert received.finish_reason == "STOP"
    assert received.interaction["id"] == "v1_a"
    assert received.usage == {
        "candidates_token_count": 2,
        "total_token_count": 9,
        "prompt_tokens_details": [{"modality": "TEXT", "token_count": 7}],
    }


def test_the_arguments_of_a_call_are_whole_or_shown_as_they_are() -> None:
    received = Received()
    call = {"type": "function_call", "id": "c", "name": "f", "arguments": {}}
    came = parts(
        received,
        start(0, **call),
        delta(0, type="arguments_delta", arguments='{"a": [1'),
        delta(0, type="arguments_delta", arguments=", 2]}"),
        stop(0),
        completed("requires_action"),
    )
    assert came == [{"function_call": {"id": "c", "name": "f", "args": {"a": [1, 2]}}}]
    cut = Received()
    assert not parts(cut, start(0, **call), delta(0, type="arguments_delta", arguments='{"a'))
    assert "function_call" not in cut.end()[0]
    assert json.loads(json.dumps(cut.end()[0]))["part_metadata"]["interaction_shown"]["name"] == "f"


def test_what_is_not_known_is_shown_and_never_dropped() -> None:
    came = parts(
        Received(),
        {"event_type": "weather.changed", "rain": True},
        start(0, type="telepathy", target="you"),
        delta(0, type="telepathy", words=3),
        delta(0, type="vision", sees="all"),
        stop(0),
    )
    notes = [part["part_metadata"] for part in came]
    assert notes == [
        {"interaction_shown": {"event_type": "weather.changed", "rain": True}},
        {"interaction_shown": {"type": "vision", "sees": "all"}},
        {"interaction_step": {"type": "telepathy", "target": "you", "words": 3}},
    ]


def test_sources_are_those_of_the_text() -> None:
    received = Received()
    parts(
        received,
        start(0, type="google_search_call", id="s", arguments={"queries": ["tea"]}),
        stop(0),
        start(1, type="google_search_result", call_id="s"),
        delta(1, type="google_search_result", result=[{"search_suggestions": "<b>tea</b>"}]),
        stop(1),
        start(2, type="model_output"),
        delta(2, type="text", text="Té is green."),
        delta(2, type="text_annotation_delta", annotations=[
            {"type": "url_citation", "url": "https://tea.example", "title": "Tea",
             "start_index": 0, "end_index": 3}]),
        stop(2),
    )  # fmt: skip
    assert received.metadata() == {
        "grounding_metadata": {
            "web_search_queries": ["tea"],
            "search_entry_point": {"rendered_content": "<b>tea</b>"},
            "grounding_chunks": [{"web": {"uri": "https://tea.example", "title": "Tea"}}],
            "grounding_supports": [
                {
                    "segment": {"start_index": 0, "end_index": 3, "text": "Té"},
                    "grounding_chunk_indices": [0],
                }
            ],
        }
    }


def test_an_answer_in_one_piece_is_taken_too() -> None:
    received = Received()
    steps = [{"type": "model_output", "content": [{"type": "text", "text": "Hi"}]}]
    assert parts(received, completed("incomplete", steps=steps)) == [{"text": "Hi"}]
    assert received.finish_reason == "MAX_TOKENS"


def test_a_status_that_is_no_end_gives_no_reason() -> None:
    received = Received()
    parts(received, {"event_type": "interaction.status_update", "status": "in_progress"})
    assert received.finish_reason is None
    parts(received, completed("requires_continuation"))
    assert received.finish_reason is None
    parts(received, completed("exploded"))
    assert received.finish_reason == "EXPLODED"


def test_a_long_step_is_put_together_when_it_ends() -> None:
    """To join at each piece takes the square of its length: minutes for 10 MB."""
    received = Received()
    parts(received, start(0, type="model_output"))
    parts(received, *(delta(0, type="text", text="word ") for _ in range(50_000)))
    note = {"type": "url_citation", "url": "https://a.example", "start_index": 5, "end_index": 9}
    parts(received, delta(0, type="text_annotation_delta", annotations=[note]))
    [growing] = received._growing.values()
    assert len(growing.items[0]["text"]) < 100
    parts(received, stop(0))
    supports = received.metadata()["grounding_metadata"]["grounding_supports"]
    assert supports[0]["segment"] == {"start_index": 5, "end_index": 9, "text": "word"}
