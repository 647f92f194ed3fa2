"""The values that one setting takes in a sweep: proposed over its range, or typed and checked."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from gemini.models.capabilities import Capabilities
from gemini.settings.kinds import Setting
from gemini.settings.table import BY_NAME

MOST = 8  # answers of a sweep or of repeats
SWEPT = ("temperature", "seed", "thinking_budget", "thinking_level")
SERIES = re.compile(
    r"(\S+)\s+to\s+(\S+?)(?:\s+(?:in\s+steps\s+of|step|by)\s+(\S+))?", re.IGNORECASE
)


class SweepError(ValueError):
    """Values that can't be swept. Its text says which, and what is taken."""


def sweepable(caps: Capabilities) -> list[Setting]:
    """The settings that can be swept for a model."""
    return [BY_NAME[name] for name in SWEPT if BY_NAME[name].offered(caps)]


def sweep_values(name: str, caps: Capabilities, count: int) -> list[Any]:
    """Up to `count` (2 or more) values of a setting, over the range that the model takes.

    Temperatures are at equal distances from 0 to the highest, seeds count from 1, budgets (tokens)
    grow by the same factor and begin with 0 where thinking can be off, levels are the lowest ones.
    """
    if name == "temperature":
        return [round(caps.max_temperature * n / (count - 1), 2) for n in range(count)]
    if name == "seed":
        return list(range(1, count + 1))
    if name == "thinking_level":
        return list(caps.thinking.levels[:count])
    off = [0] if caps.thinking.can_turn_off else []
    low, high = max(caps.thinking.min_budget, 128), max(caps.thinking.max_budget, 128)
    steps = count - len(off)
    factor = (high / low) ** (1 / (steps - 1)) if steps > 1 else 1
    return [*off, *(min(high, round(low * factor**n)) for n in range(steps))]


def typed_values(name: str, text: str, caps: Capabilities) -> list[Any]:
    """The values in a text: "0, 0.7, 2", "0 to 2 in steps of 0.5", or levels by name.

    Numbers of a series are exact decimals, its end included when a step lands on it; the step is
    1 where none is written. A decimal point is a point, as a comma parts the values.

    Raises:
        SweepError: a value isn't one, is outside the model's range or comes twice, or there are
            fewer than 2 or more than `MOST` values.
    """
    if name == "thinking_level":
        values: list[Any] = [_level(word, caps) for word in _words(text)]
    else:
        series = SERIES.fullmatch(text.strip())
        written = _series(*series.groups()) if series else [_decimal(w) for w in _words(text)]
        values = [_checked(value, name, caps) for value in written]
    twice = next((v for v in values if values.count(v) > 1), None)
    if twice is not None:
        raise SweepError(f"{twice} is there twice. To send the same again, choose Repeats.")
    if not 2 <= len(values) <= MOST:
        raise SweepError(f"A sweep has 2 to {MOST} values; these are {len(values)}.")
    return values


def with_value(values: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The settings with one of them at this value; a thinking level gives way to a budget."""
    others = {k: v for k, v in values.items() if (name, k) != ("thinking_budget", "thinking_level")}
    return {**others, name: value}


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[,;\s]+", text) if word]


def _level(word: str, caps: Capabilities) -> str:
    if word.upper() not in caps.thinking.levels:
        offered = ", ".join(caps.thinking.levels)
        raise SweepError(f"{word} isn't a thinking level of {caps.name}, which supports {offered}.")
    return word.upper()


def _series(first: str, last: str, step: str | None) -> list[Decimal]:
    low, high, by = _decimal(first), _decimal(last), _decimal(step or "1")
    if by <= 0 or high < low:
        raise SweepError("A series goes from the lower number to the higher, by a step above 0.")
    if high - low >= by * MOST:
        raise SweepError(f"From {first} to {last} by {by} gives more than {MOST} values.")
    return [low + n * by for n in range(int((high - low) / by) + 1)]


def _decimal(word: str) -> Decimal:
    try:
        number = Decimal(word)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise SweepError(
            f"{word} isn't a number. Write them as 0, 0.5, 1 or as 0 to 2 in steps of 0.5."
        )
    return number


def _checked(value: Decimal, name: str, caps: Capabilities) -> float | int:
    """A number that the setting takes: within its bounds, and whole where it counts something."""
    setting = BY_NAME[name]
    assert setting.bounds is not None
    bounds = setting.bounds(caps)
    if not bounds.minimum <= value <= bounds.maximum:
        raise SweepError(
            f"{setting.label} {value} is outside {bounds.minimum:,.10g} to {bounds.maximum:,.10g}."
        )
    if setting.kind != "int":
        return float(value)
    if value != int(value):
        raise SweepError(f"{setting.label} is a whole number, not {value}.")
    if name == "thinking_budget":
        _check_budget(int(value), caps)
    return int(value)


def _check_budget(value: int, caps: Capabilities) -> None:
    thinking = caps.thinking
    if value == 0 and not thinking.can_turn_off:
        raise SweepError(f"{caps.name} can't turn thinking off, so its budget can't be 0.")
    if 0 < value < thinking.min_budget:
        raise SweepError(f"The smallest thinking budget of {caps.name} is {thinking.min_budget}.")
