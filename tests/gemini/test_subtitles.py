"""Transcripts with times become subtitles."""

import pytest

from gemini.media.subtitles import TIMESTAMP, Cue, clock, cues, seconds_of, to_srt, to_vtt


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
        ("1. 00:05 Hello", 5),
        ("12) **[00:05]** Hello", 5),
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


def spoken(text: str, length: float | None = None) -> list[tuple[float, str]]:
    return [(cue.start, cue.text) for cue in cues(text, length)]


@pytest.mark.parametrize(
    "text",
    [
        "1\n00:00:01,000 --> 00:00:02,000\nGood morning.\n\n"
        "2\n00:03,000 --> 00:04,500\nTea or coffee?\n",
        "```srt\n1\n00:00:01,000 --> 00:00:02,000\nGood morning.\n"
        "2\n00:00:03,000 --> 00:00:04,500\nTea or coffee?\n```",
        "WEBVTT - a title\n\nNOTE\n10:00 is a remark\n\nintro\n"
        "00:01.000 --> 00:02.000 align:start position:0%\n<v Ann>Good</v> <i>morning</i>.\n\n"
        "NOTE nothing\n\n00:03.000 --> 00:04.500 line:0\nTea or coffee?\n",
        "1\r\n00:01:000 --> 00:02:000\r\nGood morning.\r\n\r\n"
        "2\r\n00:00:03:000 --> 00:00:04:500\r\nTea or coffee?\r\n",
    ],
)
def test_srt_and_webvtt_have_no_counters_names_or_notes(text: str) -> None:
    first, second = cues(text)
    assert (first.start, first.end) == (1, 2)
    assert first.text.removeprefix("Ann: ") == "Good morning."
    assert second == Cue(3, 4.5, "Tea or coffee?")


def test_a_number_that_is_spoken_stays() -> None:
    text = "1\n00:01,000 --> 00:02,000\nHow many?\n42\n\n2\n00:03,000 --> 00:04,000\n7 &amp; 8\n"
    assert spoken(text) == [(1, "How many?\n42"), (3, "7 & 8")]


def test_a_third_field_of_three_digits_is_thousandths() -> None:
    text = "00:05:350 Hello.\n00:07:900 Come in.\n00:01:02:500 Sit down."
    assert spoken(text) == [(5.35, "Hello."), (7.9, "Come in."), (62.5, "Sit down.")]


def test_frames_are_no_time() -> None:
    assert cues("00:01:02:12 Hello.") == []


@pytest.mark.parametrize(
    "text",
    [
        "| Time | Speaker | Text |\n|:--|---|---|\n| 00:05 | Ann | Hello |\n| 00:09 | Bo | Hi |",
        "| # | Start | End | Who | Text |\n|--|--|--|--|--|\n"
        "| 1 | [00:05] | [00:09] | Ann | Hello |\n| 2 | **00:09** | 00:12 | Bo | Hi |",
        "| 00:05 - 00:09 | **Ann** | Hello |\n| 00:09 - 00:12 | **Bo** | Hi |",
        "00:05 | Ann | Hello\n00:09 | Bo | Hi",
    ],
)
def test_tables(text: str) -> None:
    assert [(c.start, c.text) for c in cues(text)] == [(5, "Ann: Hello"), (9, "Bo: Hi")]
    assert cues(text)[0].end == 9


def test_a_time_of_day_in_speech_is_no_cue() -> None:
    text = "[0:01] The boat leaves at\n10:30 and comes back at\n5:30 p.m.\n[0:09] Thanks."
    assert spoken(text) == [
        (1, "The boat leaves at\n10:30 and comes back at\n5:30 p.m."),
        (9, "Thanks."),
    ]
    bare = "0:01 The boat leaves at\n10:30 sharp.\n0:09 See you at\n1:15 pm"
    assert spoken(bare, 20) == [(1, "The boat leaves at\n10:30 sharp."), (9, "See you at\n1:15 pm")]
    assert TIMESTAMP.search("at 5:30 pm") is None


@pytest.mark.parametrize(
    "text",
    [
        "[0:01] One\n[9:00] two",
        "| 0:01 | One |\n| 9:00 | two |",
        "1\n00:01,000 --> 00:02,000\nOne\n\n2\n09:00,000 --> 09:01,000\ntwo",
    ],
)
def test_a_time_beyond_the_sound_is_none(text: str) -> None:
    assert spoken(text, 20) == [(1, "One\ntwo")]


def test_an_end_beyond_the_sound_is_its_end() -> None:
    assert cues("[0:01 - 9:00] One", 20) == [Cue(1, 20, "One")]


def test_a_line_separator_of_unicode_is_text() -> None:
    assert spoken("[0:01] One\u2028[0:02] two") == [(1, "One\u2028[0:02] two")]


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


@pytest.mark.parametrize(
    "line", ["*" * 100_000, " " * 100_000 + "x", "0:01 --> 0:02 " + "<v a " * 30_000]
)
def test_a_hostile_line_is_read_at_once(line: str) -> None:
    assert len(cues(line)) <= 1  # with a step for each pair of characters it would take minutes
