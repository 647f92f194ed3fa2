"""Answers held against each other."""

import csv
import io

import pytest

from gemini.compare import (
    agreements,
    differences,
    rows,
    similarities,
    similarity,
    to_csv,
    told_apart,
)
from gemini.request import Request
from gemini.run import Candidate, Run


def done(text: str) -> Run:
    run = Run(Request("m", []), outcome="done")
    run.candidates = [Candidate(parts=[{"text": "hm", "thought": True}, {"text": text}])]
    run.usage = {"prompt_token_count": 3, "candidates_token_count": 2, "thoughts_token_count": 1}
    return run


def test_similarity_is_by_words() -> None:
    assert similarity("a b c", "a  b\nc") == 1
    assert similarity("a b", "c d") == 0
    assert similarity("a b c d", "a b x y") == 0.5


def test_each_two_answers_are_compared() -> None:
    assert similarities(["a b", "a b", "", "a c"]) == [
        [None, 1, None, 0.5],
        [1, None, None, 0.5],
        [None, None, None, None],
        [0.5, 0.5, None, None],
    ]


def test_agreement_leaves_empty_answers_out() -> None:
    assert agreements(similarities(["a b", "a b", "", "c d"])) == [0.5, 0.5, None, 0]
    assert agreements(similarities(["alone"])) == [None]
    assert agreements([]) == []


def test_rows_hold_what_is_known() -> None:
    row = rows({"A": done("four")}, lambda _run: 0.5, [None])[0]
    assert row["Length"] == 4
    assert row["Tokens out"] == 3
    assert row["Cost ($)"] == 0.5
    assert row["First token (s)"] is None
    assert row["Agreement"] is None


def test_csv_has_the_text_and_no_formula() -> None:
    runs = {"A": done('=1+1 "x",\ny'), "B": Run(Request("m", []), outcome="failed")}
    table = rows(runs, lambda _run: None, [None, None])
    read = list(csv.DictReader(io.StringIO(to_csv(table, runs), newline="")))
    assert [row["Text"] for row in read] == ['\'=1+1 "x",\ny', ""]
    assert read[1]["Outcome"] == "failed"


@pytest.mark.parametrize(
    ("requests", "told"),
    [
        ([("a", {}), ("b", {})], ["a", "b"]),
        ([("a", {}), ("a", {})], ["a", "a"]),
        ([("a", {"seed": 1}), ("a", {"seed": 2})], ["seed 1", "seed 2"]),
        ([("a", {}), ("a", {"seed": 2})], ["seed by default", "seed 2"]),
        ([("a", {}), ("a", {"seed": 2}), ("b", {})], ["a", "a, seed 2", "b"]),
    ],
)
def test_requests_are_told_apart(
    requests: list[tuple[str, dict[str, int]]], told: list[str]
) -> None:
    assert told_apart([Request(model, [], config) for model, config in requests]) == told


def test_the_apis_of_requests_are_told_apart() -> None:
    of = {"g": "generate_content", "i": "interactions.create"}

    def told(*which: tuple[str, str, dict[str, int]]) -> list[str]:
        return told_apart([Request(m, [], config, of[api]) for m, api, config in which])

    assert told(("a", "g", {}), ("a", "i", {})) == ["generateContent", "Interactions"]
    assert told(("a", "g", {}), ("a", "i", {}), ("a", "i", {"seed": 1})) == [
        "generateContent",
        "Interactions",
        "Interactions, seed 1",
    ]
    assert told(("a", "i", {}), ("a", "i", {})) == ["a", "a"]
    one, other = (Request("a", [], {}, method) for method in of.values())
    assert [d.name for d in differences(one, other)] == ["API"]
