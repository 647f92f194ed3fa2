"""Conversion between units of one kind, by the table in `data/units.json`."""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Unit:
    """A unit: a value in it times `factor` plus `offset` is the value in the kind's SI unit."""

    name: str
    kind: str
    factor: float
    offset: float = 0.0


def convert(value: float, source: str, target: str) -> float:
    """The value in the other unit, to ten digits.

    Raises ValueError, in a sentence, for a unit that isn't in the table or is of another kind,
    and for a value beyond all numbers.
    """
    one, other = _unit(source), _unit(target)
    if one.kind != other.kind:
        raise ValueError(
            f"{one.name} measure {one.kind} and {other.name} measure {other.kind}: "
            "there is no conversion."
        )
    converted = (value * one.factor + one.offset - other.offset) / other.factor
    if not math.isfinite(converted):
        raise ValueError(f"{value} {one.name} is too much to convert.")
    return float(f"{converted:.10g}")


def _unit(name: str) -> Unit:
    units = _units()
    known_units = units.get(name.strip().casefold())
    if known_units is None:
        known = ", ".join(dict.fromkeys(unit.name for unit in units.values()))
        raise ValueError(f"“{name}” isn't among the units: {known}.")
    return known_units


@cache
def _units() -> dict[str, Unit]:
    """Every unit under each of its names, in lower case."""
    path = Path(__file__).parent / "data" / "units.json"
    kinds = json.loads(path.read_text("utf-8"))["kinds"]
    known_units: dict[str, Unit] = {}
    for kind, units in kinds.items():
        for name, entry in units.items():
            unit = Unit(name, kind, entry["factor"], entry.get("offset", 0.0))
            known_units |= dict.fromkeys((name, *entry["also"]), unit)
    return known_units
