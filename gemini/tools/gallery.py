"""The samples of function calling: what is asked, with which functions, in which mode."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from gemini.tools.built_in import built_ins
from gemini.tools.calling import Mode
from gemini.tools.declarations import FunctionDeclaration
from gemini.tools.declarations_text import read_declarations

_FOLDER = Path(__file__).parents[2] / "samples"


@dataclass(frozen=True)
class ToolSample:
    """One sample. `mocks` are results at hand, as text, by the function's name."""

    label: str
    icon: str
    use: str
    prompt: str
    declarations: tuple[FunctionDeclaration, ...]
    mode: Mode = "AUTO"
    allowed: tuple[str, ...] = ()
    mocks: dict[str, str] = field(default_factory=dict)


@cache
def gallery() -> tuple[ToolSample, ...]:
    """All samples of `samples/tools.toml`."""
    text = (_FOLDER / "functions.json").read_text("utf-8")
    known = {d["name"]: d for d in read_declarations(text).declarations} | built_ins()
    entries = tomllib.loads((_FOLDER / "tools.toml").read_text("utf-8"))["samples"]
    return tuple(_sample(entry, known) for entry in entries)


def _sample(entry: dict[str, Any], known: dict[str, FunctionDeclaration]) -> ToolSample:
    declarations = tuple(known[name] for name in entry["functions"])
    rest = {key: value for key, value in entry.items() if key not in {"functions", "allowed"}}
    return ToolSample(**rest, declarations=declarations, allowed=tuple(entry.get("allowed", ())))
