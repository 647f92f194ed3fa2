"""Writes `samples/caches/harbour_log.txt`: a year of a harbour that never was, one line a call.

A long text with facts to find, for caching: some 9,000 tokens. What comes out is the same each
time: `python -m samples.making.harbour_log`.
"""

import random
from datetime import date, timedelta
from pathlib import Path

TARGET = Path(__file__).parents[1] / "caches" / "harbour_log.txt"
CALLS = 300
HEAD = """Log of the harbour of Heron Island, 2024
Kept by the harbour master, Ines Calder. One line for each ship that called: day, hour, ship, where
she came from, what she landed, the wind, and a remark where there was one. Tonnes are metric.

"""
SHIPS = (
    "Aurora", "Bluefin", "Cormorant", "Dunlin", "Eider", "Fulmar", "Gannet", "Halcyon", "Isolde",
    "Juniper", "Kestrel", "Lapwing", "Merganser", "Northern Light", "Osprey",
)  # fmt: skip
PORTS = ("Larkfield", "Port Amber", "Saltmarsh", "Grey Point", "Kingsferry", "Tolland", "Wrenport")
CARGOES = ("oranges", "coal", "timber", "salt", "wool", "machine parts", "flour", "bricks", "post")
WINDS = ("calm", "light westerly", "fresh south-westerly", "northerly gale", "easterly breeze")
REMARKS = (
    "A crate was lost on the pier and found by the ferryman.",
    "The pilot came aboard late because of fog.",
    "Stayed two nights for repairs to her rudder.",
    "The master asked for fresh water and paid in oranges.",
    "Left again on the same tide.",
)


def log() -> str:
    """The whole text."""
    chance = random.Random(2024)  # noqa: S311 - the same log each time is the point
    days = sorted(date(2024, 1, 1) + timedelta(chance.randrange(366)) for _ in range(CALLS))
    return HEAD + "".join(_line(day, chance) for day in days)


def _line(day: date, chance: random.Random) -> str:
    hour = f"{chance.randrange(5, 22):02}:{chance.choice(('00', '15', '30', '45'))}"
    landed = f"{chance.randrange(2, 90)} t of {chance.choice(CARGOES)}"
    remark = f" {chance.choice(REMARKS)}" if chance.random() < 0.25 else ""
    ship, port, wind = chance.choice(SHIPS), chance.choice(PORTS), chance.choice(WINDS)
    return f"{day:%d %B}, {hour}: {ship} from {port} landed {landed}, {wind}.{remark}\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(log(), encoding="utf-8")
