"""A model's text as a value: whole, wrapped, cut, streaming, or no JSON at all."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini.structured.answer import parse, parse_choice, partial

WHOLE = [
    ('{"a": 1}', {"a": 1}),
    ("  [1, 2]\n", [1, 2]),
    ("42", 42),
    ("null", None),
    ('"text"', "text"),
    ("\ufeff[1]", [1]),
    ('```json\n{"a": 1}\n```', {"a": 1}),
    ('```\n"x"\n```\n', "x"),
    ('```JSON\r\n{"a": "```"}\r\n```', {"a": "```"}),
    ('{"a": 12345678901234567890123}', {"a": 12345678901234567890123}),
    ('["\\ud83d\\ude00", "\\\\ud800"]', ["😀", "\\ud800"]),
]


@pytest.mark.parametrize(("text", "value"), WHOLE)
def test_a_whole_value_is_found_without_a_word(text: str, value: Any):
    answer = parse(text)
    assert answer.has_value
    assert answer.value == value
    assert not answer.cut
    assert answer.notes == ()


WRAPPED = [
    ('Sure [as asked]:\n```json\n{"a": [1]}\n```\nAnything else?', {"a": [1]}, "text around"),
    ('The result is {"a": 1}.', {"a": 1}, "text around"),
    ('{"a": 1} I hope [this] helps', {"a": 1}, "text around"),
    ("[1]\n[2, 3]", [2, 3], "2 values"),
    ('{"a": [1, 2,], "b": {"c": ",]",},}', {"a": [1, 2], "b": {"c": ",]"}}, "comma"),
    ('{"a": "one\ntwo\tthree"}', {"a": "one\ntwo\tthree"}, "line break"),
]


ROWS = [{"item": "nails", "qty": 3}, {"item": "glue }\n{", "qty": 1}, {"item": "tape", "qty": 2}]
LINES = "\n".join(json.dumps(row) for row in ROWS)
WRAPPED += [  # JSON Lines (S6), and 45 and 43 of the public reports
    (LINES, ROWS, "shown as one"),
    (LINES.replace("\n", "\r\n\r\n") + "\n", ROWS, "shown as one"),
    (f"Here they are:\n\n{LINES}\n\nAnything else?", ROWS, "shown as one"),
    (f"```json\n[\n{LINES}\n]\n```", ROWS, "Commas between the rows"),
    (f"```json\n{LINES}\n]\n```", ROWS, "shown as one"),
    (LINES.replace("\n", ",\n"), ROWS, "shown as one"),
    (
        '{"grade": "B", "why": "short {sic} text"}."\n}',
        {"grade": "B", "why": "short {sic} text"},
        "",
    ),
    ('{"grade": "B"}{"grade": "B"}', {"grade": "B"}, "2 values"),
    ('{"grade": "B"}\n\nLet me know!', {"grade": "B"}, "text around"),
    ('["a",\n {"x": 1}\n {"x": 2}]', ["a", {"x": 1}, {"x": 2}], "Commas"),
]


@pytest.mark.parametrize(("text", "value", "said"), WRAPPED)
def test_what_stands_around_or_in_the_way_is_passed_over_and_told(text: str, value: Any, said: str):
    answer = parse(text)
    assert answer.value == value
    assert not answer.cut
    assert said in " ".join(answer.notes)


def test_rows_are_many_and_the_last_may_be_cut():
    lines = "\n".join(json.dumps({"row": row}) for row in range(500))
    assert parse(lines).value == [{"row": row} for row in range(500)]
    answer = parse(lines[:-2])
    assert (len(answer.value), answer.value[-1], answer.cut) == (500, {}, True)


@pytest.mark.parametrize("blank", ["\\n\\t", "\n   "])
def test_endless_blanks_until_the_limit_leave_the_rest_and_are_named(blank: str):
    """46 of the public reports."""
    text = '{"name": "Ada", "bio": "x' + blank * 2000
    answer = parse(text)
    assert answer.value["name"] == "Ada"
    assert "$.bio stops in the middle" in answer.notes[0]
    assert partial(text).value["name"] == "Ada"


def test_an_emoji_over_two_parts_is_whole():
    assert parse('{"a": "x\\ud83d", "b": "\ud83d\ude00 y"}').value == {"a": "x\ufffd", "b": "😀 y"}


CUT = [
    ('{"a": 1, "b": 2', {"a": 1}),  # 2 may be the beginning of 25
    ('{"a": 1, "b": 2 ', {"a": 1, "b": 2}),
    ('{"a": 1, "b', {"a": 1}),
    ('{"a": 1, "b": tr', {"a": 1}),
    ('{"a": 1, "b": -', {"a": 1}),
    ('[{"a": 1}, {"a": 2.5e', [{"a": 1}, {}]),
    ('{"a": {"b": [1, 2,', {"a": {"b": [1, 2]}}),
    ('```json\n[{"a": "x"},', [{"a": "x"}]),
    ('Here it is: {"a": [1, 2], "b"', {"a": [1, 2]}),
    ("{", {}),
    ('{"a": "x", ', {"a": "x"}),
]


@pytest.mark.parametrize(("text", "value"), CUT)
def test_of_a_cut_answer_what_is_certain_is_kept_and_marked(text: str, value: Any):
    answer = parse(text)
    assert answer.has_value
    assert answer.cut
    assert answer.value == value
    assert "incomplete" in answer.notes[0]


def test_a_text_that_stops_in_the_middle_is_kept_and_named():
    answer = parse('{"items": [{"a": 1, "story": "Once upon a ti')
    assert answer.value == {"items": [{"a": 1, "story": "Once upon a ti"}]}
    assert "$.items[0].story stops in the middle" in answer.notes[0]
    named = parse('{"a": "whole", "b')
    assert "middle" not in named.notes[0]
    assert parse('"Once upon').value == "Once upon"


def test_broken_json_keeps_what_came_before_and_says_where():
    answer = parse('{"a": 1,\n "b": oops, "list": [1, 2, 3, 4, 5, 6, 7, 8, 9]}')
    assert answer.value == {"a": 1}
    assert answer.cut
    assert "line 2, column 7" in answer.notes[0]


NOTHING = [
    "",
    "  \n",
    "No JSON here.",
    "[see above] and {oops}",
    "{'a': 1}",
    "```json\n```",
    "[" * 300,
]


@pytest.mark.parametrize("text", NOTHING)
def test_no_value_is_no_value(text: str):
    answer = parse(text)
    assert not answer.has_value
    assert answer.notes


def test_lone_surrogates_and_endless_numbers_do_not_reach_the_value():
    answer = parse('{"a": "\\ud800", "b": 1e999, "c": "1e999", "d": [-1E+4000]}')
    assert answer.value == {"a": "\ufffd", "b": "1e999", "c": "1e999", "d": ["-1E+4000"]}
    json.dumps(answer.value, allow_nan=False).encode()


def test_enum_mode_is_bare_text():
    assert parse_choice(" positive\n", ["positive", "negative"]).value == "positive"
    other = parse_choice("maybe", ["positive", "negative"])
    assert (other.value, other.has_value) == ("maybe", True)
    assert "isn't one of the choices" in other.notes[0]
    assert not parse_choice("", ["a"]).has_value


def test_a_stream_shows_texts_as_they_grow_and_numbers_when_they_are_whole():
    assert partial('```json\n{"a": "he').value == {"a": "he"}
    assert partial('{"a": "he12').value == {"a": "he12"}
    assert partial('{"a": 12').value == {}
    assert partial('{"a": 12,').value == {"a": 12}
    assert partial('{"a": "x\\').value == {"a": "x"}
    assert partial('{"a": [1,2,], "b').value == {"a": [1, 2]}
    assert partial('{"a": "l1\nl2').value == {"a": "l1\nl2"}
    assert not partial("Sure, here").has_value
    assert not partial("```json").has_value
    assert partial('{"a": 1}').cut


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=15,
)
STRUCTURES = st.lists(VALUES, max_size=4) | st.dictionaries(st.text(max_size=5), VALUES, max_size=4)


def begins(part: Any, whole: Any) -> bool:
    """Whether `part` is a beginning of `whole`: the same but for the last leaf, which may be a
    text that stops early, and for what comes after it."""
    if isinstance(part, dict) and isinstance(whole, dict):
        names = list(whole)[: len(part)]
        if list(part) != names:
            return False
        same = all(equal(part[name], whole[name]) for name in names[:-1])
        return same and (not names or begins(part[names[-1]], whole[names[-1]]))
    if isinstance(part, list) and isinstance(whole, list):
        if len(part) > len(whole):
            return False
        same = all(equal(a, b) for a, b in zip(part[:-1], whole, strict=False))
        return same and (not part or begins(part[-1], whole[len(part) - 1]))
    if isinstance(part, str) and isinstance(whole, str):
        return whole.startswith(part)
    return equal(part, whole)


def equal(a: Any, b: Any) -> bool:
    """Equality that tells 1 from 1.0 and from True."""
    return json.dumps(a) == json.dumps(b)


@settings(max_examples=150, deadline=None)
@given(STRUCTURES, st.floats(0, 1), st.booleans(), st.sampled_from([None, 1]))
def test_any_prefix_gives_a_beginning_of_the_value(
    value: Any, share: float, ascii_only: bool, indent: int | None
):
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    prefix = text[: math.ceil(len(text) * share)]
    answer = parse(prefix)
    shown = partial(prefix)
    if prefix == text:
        assert equal(answer.value, value)
        assert not answer.cut
    elif prefix:
        assert answer.has_value
        assert answer.cut
    if prefix:
        assert begins(answer.value, value)
        assert begins(shown.value, value)
        assert equal(parse(f"```json\n{prefix}").value, answer.value)


@settings(max_examples=100, deadline=None)
@given(
    STRUCTURES, st.sampled_from(["{}", "```json\n{}\n```", "Here:\n{}\nDone.", "```\n{}\n```\n"])
)
def test_any_value_is_found_in_its_wrapping(value: Any, wrapping: str):
    answer = parse(wrapping.replace("{}", json.dumps(value), 1))
    assert equal(answer.value, value)
    assert not answer.cut


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='{}[]":,\\ \n1eE-.+tfnu0d8`jsaé\ud800', max_size=60))
def test_parsing_never_raises(text: str):
    for answer in (parse(text), partial(text)):
        assert answer.has_value or answer.value is None
        json.dumps(answer.value, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "[x" * 50_000,
        "{" * 50_000 + "}",
        '"[' * 50_000,
        "[1," * 60_000,
    ],
    ids=lambda text: text[:5],
)
def test_hostile_texts_of_100_kb_come_back(text: str):
    parse(text)
    partial(text)
