"""The values of a sweep, proposed and typed."""

from typing import Any

import pytest
from google.genai import types

from gemini.models.capabilities import of
from gemini.settings.sweep import SweepError, sweep_values, sweepable, typed_values, with_value

FLASH = of(types.Model(name="gemini-2.5-flash", max_temperature=2.0, thinking=True))
LEVELS = of(types.Model(name="gemini-3.8-flash", max_temperature=2.0, thinking=True))


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


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("temperature", "0, 0.7, 2", [0.0, 0.7, 2.0]),
        ("temperature", " 0 to 2 in steps of 0.5 ", [0.0, 0.5, 1.0, 1.5, 2.0]),
        ("temperature", "0.1 to 0.3 by 0.1", [0.1, 0.2, 0.3]),
        ("seed", "7;8 9", [7, 8, 9]),
        ("seed", "1 to 3", [1, 2, 3]),
        ("thinking_budget", "0, 1024, -1", [0, 1024, -1]),
    ],
)
def test_values_can_be_typed(name: str, text: str, values: list[Any]) -> None:
    typed = typed_values(name, text, FLASH)
    assert typed == values
    assert [type(v) for v in typed] == [type(v) for v in values]


def test_levels_are_typed_by_name() -> None:
    assert typed_values("thinking_level", "low, High", LEVELS) == ["LOW", "HIGH"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("temperature", "0, warm", "warm isn't a number"),
        ("temperature", "0, nan", "nan isn't a number"),
        ("temperature", "0, 2.5", "Temperature 2.5 is outside 0 to 2"),
        ("temperature", "1, 1.0", "is there twice"),
        ("temperature", "1", "2 to 8 values; these are 1"),
        ("temperature", "0 to 2 by 0.1", "more than 8 values"),
        ("temperature", "0 to 2 by 1e-999999", "more than 8 values"),
        ("temperature", "0 to 1e999999", "more than 8 values"),
        ("temperature", "2 to 0", "from the lower number"),
        ("temperature", "0 to 2 by 0", "a step above 0"),
        ("seed", "1, 1.5", "whole number, not 1.5"),
        ("seed", "-1, 1", "Seed -1 is outside"),
        ("thinking_budget", "1, 99999", "outside -1 to"),
    ],
)
def test_what_is_typed_is_checked(name: str, text: str, said: str) -> None:
    with pytest.raises(SweepError, match=said):
        typed_values(name, text, FLASH)


def test_budgets_keep_to_the_model() -> None:
    pro = of(types.Model(name="gemini-2.5-pro", thinking=True))
    with pytest.raises(SweepError, match="can't turn thinking off"):
        typed_values("thinking_budget", "0, 1024", pro)
    with pytest.raises(SweepError, match="smallest thinking budget"):
        typed_values("thinking_budget", "5, 1024", pro)


def test_a_level_of_another_model_is_refused() -> None:
    with pytest.raises(SweepError, match="MAX isn't a thinking level"):
        typed_values("thinking_level", "LOW, MAX", LEVELS)
