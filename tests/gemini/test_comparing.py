"""Answers held against each other."""

import csv
import io

import pytest
from google.genai import types

from gemini.capabilities import of
from gemini.comparing import (
    agreements,
    rows,
    similarity,
    sweep_values,
    sweepable,
    to_csv,
    with_value,
)
from gemini.request import Request
from gemini.run import Candidate, Run

FLASH = of(types.Model(name="gemini-2.5-flash", max_temperature=2.0, thinking=True))
LEVELS = of(types.Model(name="gemini-3.8-flash", max_temperature=2.0, thinking=True))


def done(text: str) -> Run:
    run = Run(Request("m", []), outcome="done")
    run.candidates = [Candidate(parts=[{"text": "hm", "thought": True}, {"text": text}])]
    run.usage = {"prompt_token_count": 3, "candidates_token_count": 2, "thoughts_token_count": 1}
    return run


def test_temperatures_from_nought_to_the_highest() -> None:
    assert sweep_values("temperature", FLASH, 5) == [0, 0.5, 1, 1.5, 2]


def test_seeds_differ() -> None:
    assert sweep_values("seed", FLASH, 3) == [1, 2, 3]


@pytest.mark.parametrize("count", [2, 3, 8])
def test_budgets_from_off_to_the_largest(count: int) -> None:
    values = sweep_values("thinking_budget", FLASH, count)
    assert len(values) == count
    assert values[0] == 0
    assert values == sorted(set(values))
    assert values[-1] <= FLASH.thinking.max_budget
    assert count == 2 or values[-1] == FLASH.thinking.max_budget


def test_a_model_offers_its_own_way_of_thinking() -> None:
    assert "thinking_budget" in [s.name for s in sweepable(FLASH)]
    assert "thinking_level" in [s.name for s in sweepable(LEVELS)]
    assert sweep_values("thinking_level", LEVELS, 2) == list(LEVELS.thinking.levels[:2])


def test_a_budget_takes_the_place_of_a_level() -> None:
    before = {"thinking_level": "LOW", "seed": 1}
    assert with_value(before, "thinking_budget", 5) == {"seed": 1, "thinking_budget": 5}
    assert with_value(before, "seed", 2) == {"thinking_level": "LOW", "seed": 2}
    assert before == {"thinking_level": "LOW", "seed": 1}


def test_similarity_is_by_words() -> None:
    assert similarity("a b c", "a  b\nc") == 1
    assert similarity("a b", "c d") == 0
    assert similarity("a b c d", "a b x y") == 0.5


def test_agreement_leaves_empty_answers_out() -> None:
    assert agreements(["a b", "a b", "", "c d"]) == [0.5, 0.5, None, 0]
    assert agreements(["alone"]) == [None]
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
