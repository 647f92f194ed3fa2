"""What an agent did, read from its parts."""

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gemini.interactions.stream import Received
from gemini.interactions.timeline import TimelineEntry, is_report, timeline, times_of
from gemini.request import Part, text_of
from gemini.run import Candidate
from tests import agent_replies as replies


def parts_of(events: list[dict[str, Any]]) -> list[Part]:
    received = Received()
    return [part for event in events for part in received.take(event)] + received.end()


def entries_of(*steps: list[dict[str, Any]]) -> list[TimelineEntry]:
    return timeline(parts_of(replies.interaction(*steps)))


def test_a_research_becomes_its_steps_in_order() -> None:
    parts = parts_of(replies.research())
    entries = timeline(parts, itertools.count(1))
    assert [(entry.kind, entry.title) for entry in entries] == [
        ("thought", "Listing chemistries"),
        ("search", "sodium-ion home battery price 2026 · saltwater battery price per kWh"),
        ("page", "natrium.example/home · energy.example/prices"),
        ("thought", "Comparing prices"),
        ("thought", "Checking cycles"),
        ("page", "paywall.example/report"),
        ("search", "lead-acid cycle life home storage"),
        ("code", "python -c 'print(240*10)'"),
        ("unknown", "brand_new_step"),
    ]
    assert [entry.failed for entry in entries] == [False] * 5 + [True] + [False] * 3
    assert entries[0].text == "Sodium-ion, saltwater and lead are on sale."
    assert entries[7].output == "2400"
    assert entries[8].data == {"type": "brand_new_step", "note": "nobody knows this"}
    times = [entry.at for entry in entries if entry.at]
    assert times == sorted(times)
    assert len(times) == len(entries)


def test_the_report_is_what_is_left() -> None:
    report = [part for part in parts_of(replies.research()) if is_report(part)]
    assert text_of(report).startswith("# Home batteries")
    assert sum("inline_data" in part for part in report) == 1
    assert "Listing" not in text_of(report)


def test_a_task_names_its_files_and_what_went_wrong() -> None:
    entries = timeline(parts_of(replies.task()))
    assert [entry.title for entry in entries] == [
        "Setting up",
        "pip install numpy matplotlib",
        "Wrote /workspace/queue.py",
        "python /workspace/queue.py",
        "Read /workspace/queue.py",
        "Listed /workspace",
    ]
    wrote, failed = entries[2], entries[3]
    assert (wrote.code, wrote.language, wrote.output) == ("import numpy\n", "py", "ok")
    assert (failed.failed, failed.output) == (True, "Traceback: no module")


def test_a_tool_nobody_knows_is_shown_with_all_it_was_given() -> None:
    entry = entries_of(replies.tool("f1", "dance", {"steps": 3}, tempo="slow"))[0]
    assert (entry.kind, entry.title, entry.data) == ("tool", "dance", {"tempo": "slow"})
    assert '"steps": 3' in entry.output


def test_a_result_without_its_call_is_kept() -> None:
    step = {"type": "google_search_result", "call_id": "gone", "result": [{"x": 1}]}
    start = [{"event_type": "step.start", "step": step}, {"event_type": "step.stop"}]
    entry = entries_of(start)[0]
    assert entry.data == step


def test_an_event_nobody_knows_is_kept() -> None:
    event = {"event_type": "agent.danced", "how": "well"}
    entry = timeline(parts_of([event]))[0]
    assert (entry.kind, entry.title, entry.data) == ("unknown", "agent.danced", event)


def test_a_picture_that_code_drew_stands_with_the_code() -> None:
    picture = {"type": "image", "mime_type": "image/png", "data": replies.picture()}
    asked, _, result, stop = replies.ran("c1", "plot()", "")
    result["step"]["result"] = [picture]
    entry = entries_of([asked, {"event_type": "step.stop"}, result, stop])[0]
    assert entry.code == "plot()"
    assert entry.pictures[0]["inline_data"]["mime_type"] == "image/png"


@given(st.lists(st.integers(1, 60)))
def test_thoughts_are_the_same_however_they_are_cut(cuts: list[int]) -> None:
    text = "**One**\n\nFirst words.\n\n**Two**\n\nSecond words."
    pieces, begin = [], 0
    for length in cuts:
        pieces.append(text[begin : begin + length])
        begin += length
    parts: list[Part] = [{"text": p, "thought": True} for p in [*pieces, text[begin:]] if p]
    assert [(e.title, e.text.strip()) for e in timeline(parts)] == [
        ("One", "First words."),
        ("Two", "Second words."),
    ]


def test_thoughts_without_headings_begin_with_their_first_words() -> None:
    signed: Part = {"text": "", "thought": True, "thought_signature": b"s"}
    first: Part = {"text": "Looking at prices.", "thought": True}
    second: Part = {"text": "Now cycles.", "thought": True}
    assert [e.title for e in timeline([first, signed, second])] == [
        "Looking at prices.",
        "Now cycles.",
    ]


def test_times_that_another_process_did_not_see_are_missing() -> None:
    thoughts: list[Part] = [{"text": f"**{n}**\n\nx", "thought": True} for n in range(3)]
    candidate = Candidate(parts=[*thoughts, {"text": "Report"}], metadata={"step_times": [7.5]})
    assert times_of(candidate) == [None, None, 7.5]
    candidate.metadata = {"step_times": "rubbish"}
    assert times_of(candidate) == [None, None, None]


def test_rubbish_in_a_kept_run_is_an_entry_like_any_other() -> None:
    odd: list[Part] = [
        {"part_metadata": {"interaction_step": {"type": "google_search_call", "arguments": "x"}}},
        {"part_metadata": {"interaction_step": {"type": "url_context_result", "result": 3}}},
        {"function_call": {"name": None, "args": None}},
        {"part_metadata": {}},
        {"something_else": {"x": 1}},
    ]
    assert len(timeline(odd)) == 4
