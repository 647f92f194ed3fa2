"""The figures with their limits: as a table on the terminal and as a section of README.md."""

import datetime
import importlib.metadata
import json
import math
import os
import platform
import statistics
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measures import Sizes
from bench.peers import PEERS

README = Path(__file__).with_name("README.md")
FIGURES = Path(__file__).with_name("figures.toml")
SECTION = ("<!-- {}: begin -->", "<!-- {}: end -->")
APP, BEST = "app", "best peer"
NAMES = {"sdk": "SDK alone"} | {peer.name: peer.title for peer in PEERS.values()}

Values = dict[str, list[float | None]]
"""The values of a measure's samples by name, of all rounds."""

Results = dict[str, dict[str, Values]]
"""By measure and peer."""


@dataclass(frozen=True)
class Figure:
    """A line of the table, as `figures.toml` describes it."""

    label: str
    sample: str  # "measure.sample"
    limit: float | None = None
    times: str = ""
    decimals: int = 0


def figures() -> list[Figure]:
    """The lines of the table in order."""
    lines = tomllib.loads(FIGURES.read_text(encoding="utf-8"))["figure"]
    return [Figure(**line) for line in lines]


def median(results: Results, sample: str, peer: str) -> float | None:
    """The median of a sample, infinite where it mostly never happened; None if not measured."""
    measure, _, name = sample.partition(".")
    values = results.get(measure, {}).get(peer, {}).get(name)
    if not values:
        return None
    return statistics.median(math.inf if value is None else value for value in values)


def table(results: Results, sizes: Sizes) -> str:
    """The figures as a markdown table, a line each."""
    lines = [
        ["", *NAMES.values(), "limit", "met"],
        ["---", *["---:"] * len(NAMES), "---", "---"],
    ]
    for figure in figures():
        values = [median(results, figure.sample, peer) for peer in NAMES]
        if any(value is not None for value in values):
            label = figure.label.format_map(vars(sizes))
            shown = [_number(value, figure.decimals) for value in values]
            lines.append([label, *shown, *_verdict(figure, results, sizes)])
    return aligned(lines)


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """The lines of a table, whose second says how columns are set, as markdown."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = [" | ".join(map(str.ljust, line, widths)) for line in lines]
    return "\n".join(f"| {row} |" for row in rows)


def _number(value: float | None, decimals: int) -> str:
    if value is None:
        return "-"
    return "never" if math.isinf(value) else f"{value:.{decimals}f}"


def _verdict(figure: Figure, results: Results, sizes: Sizes) -> tuple[str, str]:
    """The limit in words, and whether this app keeps it."""
    if figure.limit is None:
        return "", ""
    value = median(results, figure.sample, APP)
    if not figure.times:
        return f"{figure.limit:g}", "" if value is None else _met(value <= figure.limit)
    words, base = f"{figure.limit:g} times {_words(figure.times, sizes)}", _base(figure, results)
    if value is None or base is None:
        return words, ""
    bound = figure.limit * base
    return f"{words} = {_number(bound, figure.decimals)}", _met(value <= bound)


def _base(figure: Figure, results: Results) -> float | None:
    """What a figure's limit is so many times of."""
    if figure.times == BEST:
        peers = [median(results, figure.sample, peer) for peer in PEERS if peer != APP]
        return min((value for value in peers if value is not None), default=None)
    if figure.times in NAMES:
        return median(results, figure.sample, figure.times)
    return median(results, figure.times, APP)


def _words(times: str, sizes: Sizes) -> str:
    """The other figure in a few words: a line's label stands for a sample of this app."""
    if times == BEST:
        return "the best peer's"
    if times in NAMES:
        return NAMES[times]
    label = next(figure.label for figure in figures() if figure.sample == times)
    return f'"{label.partition(":")[0]}"'.format_map(vars(sizes))


def _met(within: bool) -> str:
    return "yes" if within else "no"


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
        **{
            name: version
            for peer in PEERS.values()
            for name, _, version in (package.partition("==") for package in peer.packages)
        },
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


def write_readme(results: Results, about: Mapping[str, Any], sizes: Sizes, without: str) -> None:
    """Replace the section of README.md between the markers.

    `without` says which peers couldn't be installed, and why; "" where all could.
    """
    said = f"\n\n{without}" if without else ""
    write_section("figures", f"Medians; {in_words(about)}.\n\n{table(results, sizes)}{said}")


def in_words(about: Mapping[str, Any]) -> str:
    """What the figures depend on, as a sentence has it."""
    return ", ".join(f"{name} {value}" for name, value in about.items())


def write_section(name: str, content: str) -> None:
    """Replace what is between the markers of a section of README.md."""
    begin, end = (marker.format(name) for marker in SECTION)
    before, _, rest = README.read_text().partition(begin)
    _, _, after = rest.partition(end)
    README.write_text(f"{before}{begin}\n{content}\n{end}{after}")
