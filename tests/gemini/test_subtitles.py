"""Transcripts with times become subtitles."""

import pytest

from gemini.subtitles import TIMESTAMP, Cue, clock, cues, seconds_of, to_srt, to_vtt


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("[00:05] Hello", 5),
        ("00:05 Hello", 5),
        ("**[00:05]** Hello", 5),
        ("[00:05]: Hello", 5),
        ("(0:05) Hello", 5),
        ("- 00:05 - Hello", 5),
        ("* **00:05** Hello", 5),
        ("[1:02:03.250] Hello", 3723.25),
        ("> 00:05,5 Hello", 5.5),
    ],
)
def test_ways_to_write_a_time(line: str, start: float) -> None:
    assert cues(line) == [Cue(start, start + 5, "Hello")]


@pytest.mark.parametrize("line", ["[00:01 - 00:04] Hi", "00:01 --> 00:04 Hi", "00:01–00:04: Hi"])
def test_a_stated_end_is_kept(line: str) -> None:
    assert cues(line) == [Cue(1, 4, "Hi")]


def test_a_cue_ends_where_the_next_begins_and_the_last_with_the_sound() -> None:
    found = cues("[0:00] One\n[0:03] Two\n[0:40] Three\n", length=42)
    assert [(c.start, c.end) for c in found] == [(0, 3), (3, 13), (40, 42)]


def test_more_lines_belong_to_the_cue_before_and_prose_to_none() -> None:
    text = "Here it is at 10:30:\n\n[0:00] **Ann:** A snake_case\n  goes on.\n```\n"
    assert cues(text) == [Cue(0, 5, "Ann: A snake_case\ngoes on.")]


def test_times_out_of_order_are_put_in_order() -> None:
    assert [c.text for c in cues("[0:09] b\n[0:01] a")] == ["a", "b"]


@pytest.mark.parametrize("text", ["", "no times", "[00:01]", "[00:99] x", "2025:01:01 x"])
def test_what_is_no_transcript_gives_nothing(text: str) -> None:
    assert cues(text) == []


def test_srt() -> None:
    lines = [Cue(0, 1.5, "One"), Cue(3661, 3662, "Two\nlines")]
    assert to_srt(lines) == (
        "1\n00:00:00,000 --> 00:00:01,500\nOne\n\n2\n01:01:01,000 --> 01:01:02,000\nTwo\nlines\n"
    )


def test_vtt_escapes_what_is_markup_there() -> None:
    assert to_vtt([Cue(0, 1, "a < b & --> c")]) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\na &lt; b &amp; --&gt; c\n"
    )


def test_clock_and_back() -> None:
    for seconds in (0, 59, 60, 3599, 3600, 36_000):
        found = TIMESTAMP.search(clock(seconds))
        assert found is not None
        assert seconds_of(found) == seconds
