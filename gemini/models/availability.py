"""What a backend offers, from a data file, so that a page can say so before anybody asks."""

import tomllib
from functools import cache
from importlib.resources import files

from gemini.api.connect import Backend

DATA = files("gemini") / "data/offers.toml"
_SAME = {"server": "gemini"}  # a server of one's own speaks the Gemini API


@cache
def _table() -> dict[str, dict[str, str]]:
    table = tomllib.loads(DATA.read_text(encoding="utf-8"))
    table.pop("date")
    return table


def why_not(feature: str, backend: Backend) -> str | None:
    """Why a backend doesn't offer a feature, in a sentence; None where it does.

    Features are the keys of `data/offers.toml`: files, imagen, images, videos, tunings...
    """
    return _table().get(_SAME.get(backend, backend), {}).get(feature)
