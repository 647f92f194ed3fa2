"""The functions that the playground runs itself: safe ones, that read a clock, a table, dice.

They touch no file and no network. Their declarations are in `data/built_in.json`.
"""

import json
import random
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from gemini.structured.validate import violations
from gemini.tools.declarations import FunctionDeclaration, arguments_schema, sent
from gemini.tools.results import Result
from gemini.tools.units import convert

_DATA = Path(__file__).parent / "data"


@cache
def built_ins() -> dict[str, FunctionDeclaration]:
    """The declarations by name."""
    entries = json.loads((_DATA / "built_in.json").read_text("utf-8"))["functions"]
    return {entry["name"]: entry for entry in entries}


def is_built_in(declaration: FunctionDeclaration) -> bool:
    """Whether it is one of these: by its name and its parameters, so that somebody's own
    `get_weather` with other parameters isn't taken for ours. As declared, or as it was sent.
    """
    own = built_ins().get(str(declaration.get("name")))
    if own is None:
        return False
    try:
        return arguments_schema(declaration) in map(arguments_schema, (own, sent(own)))
    except ValueError:
        return False


def run(name: str, args: dict[str, Any]) -> Result:
    """Run a built-in function. What goes wrong is a result too: `{"error": why}`. Never raises."""
    declaration = built_ins().get(name)
    if declaration is None:
        return {"error": f"There is no built-in function {name}."}
    wrong = violations(args, arguments_schema(declaration))
    if wrong:
        return {"error": " ".join(f"{city_name.where}: {city_name.reason}" for city_name in wrong)}
    known = arguments_schema(declaration)["properties"]
    more = [each for each in args if each not in known]
    if more:
        return {"error": f"{name} has no parameter {', '.join(more)}."}
    try:
        return _RUN[name](**args)
    except (ValueError, OverflowError) as error:
        return {"error": str(error)}


def _get_current_time(time_zone: str) -> Result:
    now = datetime.now(_zone(time_zone))
    return {
        "time_zone": str(now.tzinfo),
        "local_time": now.isoformat(timespec="seconds"),
        "weekday": f"{now:%A}",
    }


def _zone(name: str) -> ZoneInfo:
    """A time zone by its name, or by the city in it alone. Raises ValueError."""
    place = name.strip().casefold().replace(" ", "_")
    zones = sorted(available_timezones())
    exact = [zone for zone in zones if zone.casefold() == place]
    cities = [zone for zone in zones if zone.casefold().rpartition("/")[2] == place]
    if not exact and not cities:
        raise ValueError(f"“{name}” isn't a time zone. Names look like Asia/Tokyo.")
    return ZoneInfo((exact or cities)[0])


def _convert_units(value: float, from_unit: str, to_unit: str) -> Result:
    return {"value": convert(value, from_unit, to_unit), "unit": to_unit}


def _roll_dice(count: int, sides: int = 6, seed: int | None = None) -> Result:
    chosen = secrets.randbelow(1_000_000) if seed is None else seed
    dice = random.Random(chosen)  # noqa: S311 (dice that a seed repeats, not a secret)
    rolls = [dice.randint(1, sides) for _ in range(count)]
    return {"rolls": rolls, "total": sum(rolls), "seed": chosen}


def _get_weather(city: str) -> Result:
    table = _weather()
    city_name = {name.casefold(): name for name in table["cities"]}.get(city.strip().casefold())
    if city_name is None:
        known = ", ".join(table["cities"])
        raise ValueError(f"The example table has no {city}. It has {known}.")
    date = {"date": table["date"], "source": "an example table, not a forecast"}
    return {"city": city_name, **table["cities"][city_name], **date}


@cache
def _weather() -> dict[str, Any]:
    return json.loads((_DATA / "weather.json").read_text("utf-8"))


_RUN: dict[str, Callable[..., Result]] = {
    "get_current_time": _get_current_time,
    "convert_units": _convert_units,
    "roll_dice": _roll_dice,
    "get_weather": _get_weather,
}
