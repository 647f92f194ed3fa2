"""Tables with the date and the source of what they say."""

import tomllib
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """The table in a file of this folder."""
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))


def entry_of(entries: Iterable[Mapping[str, Any]], model: str) -> Mapping[str, Any]:
    """The first entry with a glob in its `match` for a model's name; an empty one for none."""
    name = model.lower()
    return next((e for e in entries if any(fnmatchcase(name, g) for g in e["match"])), {})
