"""What a backend offers, and which models it has ended, from data files: so that a page can say so
before anybody asks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from gemini.api.connect import Backend
from gemini.data import table
from gemini.models.capabilities import short_name

_SAME = {"server": "gemini"}  # a server of one's own speaks the Gemini API


def why_not(feature: str, backend: Backend) -> str | None:
    """Why a backend doesn't offer a feature, in a sentence; None where it does.

    Features are the keys of `data/offers.toml`: files, imagen, images, videos, tunings...
    """
    return table("offers").get(_SAME.get(backend, backend), {}).get(feature)


@dataclass(frozen=True)
class Ending:
    """The end of a model: from when on, and what to use instead.

    `routed` where requests are answered by `instead`, and not refused.
    """

    model: str
    on: date
    instead: str
    routed: bool = False

    @property
    def has_come(self) -> bool:
        return self.on <= datetime.now(UTC).date()

    def __str__(self) -> str:
        day = f"{self.on.day} {self.on:%b %Y}"
        if self.routed and self.has_come:
            return f"Since {day} {self.instead} answers for {self.model}."
        if self.routed:
            return f"From {day} on {self.instead} answers for {self.model}, at its own price."
        verb = "ended" if self.has_come else "ends"
        return f"{self.model} {verb} on {day}. Use {self.instead} instead."


@cache
def _endings() -> dict[str, Ending]:
    entries = table("endings")["endings"]
    return {
        name: Ending(name, entry["on"], entry["instead"], entry.get("routed", False))
        for entry in entries
        for name in entry["models"]
    }


def ending(model: str, backend: Backend | None = "gemini") -> Ending | None:
    """The end of a model on a backend; None where none is known. Only the Gemini API's are."""
    return _endings().get(short_name(model)) if backend == "gemini" else None
