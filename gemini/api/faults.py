"""The faults that the emulator gives on request, for the fault lab."""

from dataclasses import dataclass
from typing import Any, Literal

import httpx2

from gemini.api.connect import NO_KEY

FAULT_HEADER = "x-emulator-fault"
PATH = "/emulator/faults"
SECONDS = 5.0  # the emulator is on this machine


@dataclass(frozen=True)
class KnownFault:
    """One fault: what an app sees of it, what to do, and where Google says so.

    An "error" has an HTTP status, an "answer" is of no use, and the "wire" is the connection.
    """

    name: str
    title: str
    kind: Literal["error", "answer", "wire"]
    sees: str
    do: str
    source: str


def known_faults(base_url: str) -> list[KnownFault]:
    """The faults of the emulator at this address, in its order.

    Raises:
        httpx2.HTTPError: it doesn't answer, or with an error.
        ValueError: what it answers isn't a list of faults.
    """
    headers = {"x-goog-api-key": NO_KEY}
    reply = httpx2.get(f"{base_url.rstrip('/')}{PATH}", headers=headers, timeout=SECONDS)
    reply.raise_for_status()
    rows = reply.json()
    try:
        return [_fault(row) for row in rows["faults"]]
    except (KeyError, TypeError) as error:
        raise ValueError("The emulator's list of faults can't be read.") from error


def _fault(row: dict[str, Any]) -> KnownFault:
    return KnownFault(**{name: row[name] for name in KnownFault.__dataclass_fields__})
