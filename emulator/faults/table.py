"""The faults there are (`faults.toml`), and which one a request gets."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from starlette.requests import Request

from emulator.errors import ApiError, invalid_argument

HEADER = "x-emulator-fault"
MOST = 10_000  # requests that one fault is armed for
_ANSWERS = re.compile(
    r"/models/(?P<model>[^/:]+):(streamG|g)enerateContent|/interactions|/openai/chat/completions"
)
_EMBEDS = re.compile(r"/models/(?P<model>[^/:]+):(batchE|e)mbedContents?|/openai/embeddings")


@dataclass(frozen=True)
class Fault:
    """One row of `faults.toml`, where its fields are explained."""

    name: str
    title: str
    kind: Literal["error", "answer", "wire"]
    sees: str
    do: str
    source: str
    code: int = 0
    message: str = ""
    details: tuple[dict[str, Any], ...] = ()
    pieces: int = 0
    candidate: dict[str, Any] = field(default_factory=dict)
    response: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    hangs: bool = False
    rubbish: str = ""

    def error(self, model: str) -> ApiError:
        """What an "error" answers a request for this model with."""
        return ApiError(self.code, self.message.format(model=model), self.details)

    @property
    def wire(self) -> dict[str, Any]:
        """What the list of faults says of it."""
        shown = ("name", "title", "kind", "sees", "do", "source")
        return {name: getattr(self, name) for name in shown}


@cache
def faults() -> dict[str, Fault]:
    """All faults by their names, in the order of the file."""
    text = files("emulator.faults").joinpath("faults.toml").read_text("utf-8")
    rows = tomllib.loads(text)
    return {
        name: Fault(name, **row | {"details": tuple(row.get("details", ()))})
        for name, row in rows.items()
    }


def fault_named(name: str) -> Fault:
    """Raises ApiError 400 for a name that none has."""
    fault = faults().get(name.strip().lower())
    if fault is None:
        raise invalid_argument(
            f"There is no fault called {name[:60]!r}. There are: {', '.join(faults())}."
        )
    return fault


def read_fault(text: str) -> tuple[Fault, int]:
    """`429:3` as the fault and for how many requests; one where nobody says. Raises ApiError."""
    name, colon, count = text.partition(":")
    if colon and not (count.isascii() and count.isdigit() and 1 <= int(count[:9]) <= MOST):
        raise invalid_argument(f"{text[:60]!r}: the count is a number from 1 to {MOST}.")
    return fault_named(name), int(count) if colon else 1


class Armed:
    """The faults that the next requests get, first in, first out."""

    def __init__(self, chosen: Iterable[tuple[Fault, int]] = ()) -> None:
        self._queue: list[tuple[Fault, int]] = list(chosen)

    def add(self, fault: Fault, count: int = 1) -> None:
        self._queue.append((fault, count))

    def clear(self) -> None:
        self._queue.clear()

    @property
    def wire(self) -> list[dict[str, Any]]:
        """The list of them, the next one first."""
        return [{"name": fault.name, "count": count} for fault, count in self._queue]

    def take(self, request: Request) -> Fault | None:
        """The fault of a request: its header's, or else the next one, where it is to be answered
        by a model. Raises ApiError 400 for a header that names none.

        Only an error can be had of what no model answers, such as a stream that is followed on.
        """
        path = request.url.path
        answers = request.method == "POST" and _ANSWERS.search(path) is not None
        embeds = request.method == "POST" and _EMBEDS.search(path) is not None
        if named := request.headers.get(HEADER):
            fault = fault_named(named)
            return fault if answers or embeds or fault.kind == "error" else None
        if not self._queue or not (answers or embeds):
            return None
        fault, count = self._queue[0]
        if fault.kind == "answer" and not answers:
            return None  # vectors have none of these: it waits for words
        self._queue[:1] = [(fault, count - 1)] if count > 1 else []
        return fault


def model_of(request: Request) -> str:
    """The model in a request's address, as an error names it."""
    path = request.url.path
    match = _ANSWERS.search(path) or _EMBEDS.search(path)
    return (match and match["model"]) or "this model"
