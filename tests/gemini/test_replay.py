"""A kept run played again: in order, at its pace, paused, stopped, and whole in the end."""

import pytest

from gemini.api.wire import Exchange
from gemini.live_run import PartArrived
from gemini.replay import AT_ONCE, LONGEST, Replay, as_recording, events_of, has_times
from gemini.request import Request, text_of
from gemini.run import Candidate, Run, Timing

PARTS = [{"text": "Hm.", "thought": True}, {"text": "One, "}, {"text": "two."}]
FAR = 1000.0  # seconds, which no test waits for


def kept(*times: float, end: float = 0.3) -> Run:
    run = Run(Request("m", [{"role": "user", "parts": [{"text": "Count."}]}]), "gemini")
    run.candidates = [Candidate(0, list(PARTS), "STOP", None, {"avg_logprobs": -1.0}, list(times))]
    run.usage = {"total_token_count": 9}
    run.timing = Timing(times[0] if times else 0.1, 0.2, end)
    run.exchanges = [Exchange("POST", "https://x", {}, b"{}")]
    run.outcome = "done"
    return run


def text(replay: Replay) -> str:
    return text_of(part for c in replay.run.candidates for part in c.parts)


def ended(replay: Replay) -> Replay:
    assert replay.ended.wait(30)
    return replay


def test_it_is_whole_in_the_end_and_marked_as_a_recording() -> None:
    run = kept(0.0, 0.1, 0.2)
    recorded = as_recording(run)
    replay = Replay(recorded, AT_ONCE)
    assert replay.running
    assert not replay.run.candidates
    replay.start()
    after = ended(replay).run
    assert [event.part for event in replay.events if isinstance(event, PartArrived)] == PARTS
    assert after == recorded
    assert after.replayed
    assert after.id != run.id
    assert not run.replayed


def test_nothing_comes_before_its_time() -> None:
    replay = Replay(as_recording(kept(0.0, FAR, FAR)))
    replay.start()
    assert replay.wait(0, 30)
    assert not replay.wait(1, 0.05)
    assert replay.running
    assert replay.run.usage == {}
    replay.pace = AT_ONCE
    assert text(ended(replay)) == "One, two."


def test_it_waits_while_it_is_paused() -> None:
    replay = Replay(as_recording(kept(0.0, FAR, FAR)))
    replay.start()
    assert replay.wait(0, 30)
    replay.pause()
    replay.pace = AT_ONCE
    assert not replay.wait(1, 0.05)
    replay.start()
    assert text(ended(replay)) == "One, two."


def test_what_was_stopped_can_still_be_shown_as_a_whole() -> None:
    replay = Replay(as_recording(kept(0.0, 0.0, FAR)))
    replay.start()
    assert replay.wait(1, 30)
    replay.stop()
    assert (replay.run.outcome, text(replay)) == ("stopped", "One, ")
    replay.leave()
    assert text(replay) == "One, "
    replay.finish()
    assert (replay.run.outcome, text(replay)) == ("done", "One, two.")


def test_whoever_turns_away_finds_it_whole() -> None:
    replay = Replay(as_recording(kept(0.0, FAR, FAR)))
    replay.start()
    replay.leave()
    assert text(ended(replay)) == "One, two."
    assert replay.run.usage == {"total_token_count": 9}


def test_it_can_be_stopped_before_it_began() -> None:
    replay = Replay(as_recording(kept(0.0, 0.1, 0.2)))
    replay.stop()
    replay.start()
    assert (replay.run.outcome, replay.begun) == ("stopped", False)


def test_parts_without_times_come_evenly() -> None:
    run = kept(end=1.0)
    assert not has_times(run)
    assert [event.at for event in events_of(run)] == pytest.approx([0.1, 0.4, 0.7])


def test_a_part_alone_without_its_time_came_with_the_first_or_at_the_end() -> None:
    run = kept(end=8.0)
    run.candidates[0].parts = PARTS[1:2]
    assert has_times(run)
    assert [event.at for event in events_of(run)] == [0.1]
    run.timing.first_part = None
    assert [event.at for event in events_of(run)] == [8.0]


def test_odd_times_are_put_in_order_and_within_reason() -> None:
    run = kept(5.0, -3.0, 1e12)
    assert [event.at for event in events_of(run)] == [5.0, 5.0, LONGEST]


def test_several_answers_are_played_beside_each_other() -> None:
    run = kept(0.0, 0.2, 0.4)
    run.candidates.append(Candidate(1, [{"text": "Also"}], times=[0.3]))
    assert [event.candidate for event in events_of(run)] == [0, 0, 1, 0]
    replay = Replay(as_recording(run), AT_ONCE)
    replay.start()
    assert [len(each.parts) for each in ended(replay).run.candidates] == [3, 1]


def test_a_run_that_was_being_filled_is_played_as_one_that_was_stopped() -> None:
    run = kept(0.0, 0.1, 0.2)
    run.outcome = "running"
    replay = Replay(as_recording(run), AT_ONCE)
    replay.start()
    assert ended(replay).run.outcome == "stopped"
    assert text(replay) == "One, two."


def test_nothing_of_it_goes_on_elsewhere() -> None:
    run = kept(0.0, 0.1, 0.2)
    run.request.config["background"] = True
    assert not Replay(as_recording(run)).background
