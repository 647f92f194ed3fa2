"""The figures with their limits: as a table on the terminal and as a section of README.md."""

import datetime
import importlib.metadata
import json
import math
import os
import platform
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measures import Sizes

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
NAMES = {"sdk": "SDK alone", "stock": "stock chat", "app": "this app"}

Values = dict[str, list[float | None]]
"""The values of a measure's samples by name, of all rounds."""

Results = dict[str, dict[str, Values]]
"""By measure and peer."""


@dataclass(frozen=True)
class Limit:
    """At most `bound`; with `of`, at most `bound` times another figure (measure, peer, sample)."""

    bound: float
    of: tuple[str, str, str] | None = None
    words: str = ""


@dataclass(frozen=True)
class Figure:
    """A line of the table: the median of one sample."""

    label: str
    measure: str
    sample: str
    limit: Limit | None = None
    decimals: int = 0


def _figures(sizes: Sizes) -> list[Figure]:
    turns, crowd = sizes.turns, sizes.sessions
    of_sdk = "times the SDK alone"
    by_old_api = {
        name: ("interactions", "app", f"generateContent_{name}_ms") for name in ("first", "total")
    }
    later, empty = ("first", "app", "later_ms"), ("turns", "app", "empty_ms")
    return [
        Figure(
            "5 ms between chunks: total, ms",
            "paced",
            "total_ms",
            Limit(1.10, ("paced", "sdk", "total_ms"), of_sdk),
        ),
        Figure(
            "burst: total, ms",
            "burst",
            "total_ms",
            Limit(3.5, ("burst", "sdk", "total_ms"), of_sdk),
        ),
        Figure("bytes on the wire per byte of text", "wire", "bytes_per_byte", Limit(3), 1),
        Figure("lag behind the server, p95, ms", "paced", "lag_p95_ms", Limit(70)),
        Figure(
            "first prompt of a new server: first token, ms",
            "first",
            "new_ms",
            Limit(1.5, later, "times later ones"),
        ),
        Figure("later prompts: first token, ms", "first", "later_ms"),
        Figure(
            f"after {turns} turns: first token, ms",
            "turns",
            "full_ms",
            Limit(1.5, empty, "times an empty chat"),
        ),
        Figure("empty chat: first token, ms", "turns", "empty_ms"),
        Figure(
            f"{crowd} sessions at once, short answers: first token, ms",
            "crowd",
            "short_ms",
            Limit(0.25, ("crowd", "stock", "short_ms"), "times the stock chat"),
        ),
        Figure(
            f"{crowd} sessions at once, long answers: first token, ms",
            "crowd",
            "paced_ms",
            Limit(0.25, ("crowd", "stock", "paced_ms"), "times the stock chat"),
        ),
        Figure("Stop while text flows: at rest, ms", "stop", "steady_ms", Limit(300)),
        Figure("the same: upstream closed, ms", "stop", "steady_closed_ms", Limit(300)),
        Figure("Stop while the server is silent: at rest, ms", "stop", "silent_ms", Limit(300)),
        Figure("the same: upstream closed, ms", "stop", "silent_closed_ms", Limit(300)),
        Figure("by generateContent: first token, ms", "interactions", "generateContent_first_ms"),
        Figure(
            "by Interactions: first token, ms",
            "interactions",
            "Interactions_first_ms",
            Limit(1.10, by_old_api["first"], "times generateContent"),
        ),
        Figure(
            "by generateContent, 5 ms between chunks: total, ms",
            "interactions",
            "generateContent_total_ms",
        ),
        Figure(
            "by Interactions, 5 ms between chunks: total, ms",
            "interactions",
            "Interactions_total_ms",
            Limit(1.10, by_old_api["total"], "times generateContent"),
        ),
        Figure("cold load: ready, ms", "load", "ready_ms", _of_stock("ready_ms", 1)),
        Figure("the same: bytes, MB", "load", "megabytes", _of_stock("megabytes", 1.1), 1),
        Figure("the same with a slow line, ms", "load", "slow_ms", _of_stock("slow_ms", 1)),
        Figure("a second load: ready, ms", "load", "again_ms"),
    ]


def _of_stock(sample: str, factor: float) -> Limit:
    return Limit(factor, ("load", "stock", sample), "times the stock chat")


def median(results: Results, measure: str, peer: str, sample: str) -> float | None:
    """The median of a sample, infinite where it mostly never happened; None if not measured."""
    values = results.get(measure, {}).get(peer, {}).get(sample)
    if not values:
        return None
    return statistics.median(math.inf if value is None else value for value in values)


def table(results: Results, sizes: Sizes) -> str:
    """The figures as a markdown table, a line each."""
    lines = [
        ["", *NAMES.values(), "limit", "met"],
        ["---", *["---:"] * len(NAMES), "---", "---"],
    ]
    for figure in _figures(sizes):
        values = [median(results, figure.measure, peer, figure.sample) for peer in NAMES]
        if any(value is not None for value in values):
            shown = [_number(value, figure.decimals) for value in values]
            lines.append([figure.label, *shown, *_verdict(figure, results)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = [" | ".join(map(str.ljust, line, widths)) for line in lines]
    return "\n".join(f"| {row} |" for row in rows)


def _number(value: float | None, decimals: int) -> str:
    if value is None:
        return "-"
    return "never" if math.isinf(value) else f"{value:.{decimals}f}"


def _verdict(figure: Figure, results: Results) -> tuple[str, str]:
    """The limit in words, and whether this app keeps it."""
    limit = figure.limit
    if limit is None:
        return "", ""
    value = median(results, figure.measure, "app", figure.sample)
    if limit.of is None:
        return f"{limit.bound:g}", "" if value is None else _met(value <= limit.bound)
    base = median(results, *limit.of)
    words = f"{limit.bound:g} {limit.words}"
    if value is None or base is None:
        return words, ""
    return f"{words} = {limit.bound * base:.0f}", _met(value <= limit.bound * base)


def _met(tail: bool) -> str:
    return "yes" if tail else "no"


def machine(browser_version: str) -> dict[str, Any]:
    """What the figures depend on, and how busy the machine was before they were taken."""
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "cpu": _cpu(),
        "system": platform.system(),
        "python": platform.python_version(),
        "streamlit": importlib.metadata.version("streamlit"),
        "google-genai": importlib.metadata.version("google-genai"),
        "chromium": browser_version,
        "load average": round(os.getloadavg()[0], 2),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def save(results: Results, about: Mapping[str, Any], sizes: Sizes, folder: Path) -> Path:
    """Write every sample as JSON to `folder`; returns the file."""
    moment = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    path = folder / f"figures-{moment}.json"
    content = {"machine": about, "sizes": vars(sizes), "results": results}
    path.write_text(json.dumps(content, indent=1))
    return path


def write_readme(results: Results, about: Mapping[str, Any], sizes: Sizes) -> None:
    """Replace the section of README.md between the markers."""
    before, _, rest = README.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    facts = ", ".join(f"{name} {value}" for name, value in about.items())
    section = (
        f"{BEGIN}\nMedians of {sizes.repeat} rounds; {facts}.\n\n{table(results, sizes)}\n{END}"
    )
    README.write_text(before + section + after)
