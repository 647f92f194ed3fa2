"""What a run cost, by the dated price file or one's own (`PLAYGROUND_PRICES`)."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from gemini.data import table
from gemini.format import money
from gemini.models import prices
from gemini.request import EMBED_CONTENT
from gemini.run import Run

DEFAULT_RESOLUTION: str = table("creation")["omni_video"]["resolution"]


@st.cache_resource(show_spinner=False)
def price_table() -> prices.Table:
    """The prices of one's own file, or those that come with the playground."""
    own = os.environ.get("PLAYGROUND_PRICES")
    try:
        return prices.load(Path(own) if own else None)
    except prices.PriceFileError as error:
        logging.getLogger(__name__).warning("PLAYGROUND_PRICES isn't used: %s", error)
        return prices.load()


def cost_of(run: Run) -> float | None:
    """What a run cost in dollars, or None where it is unknown. The emulator costs nothing.

    Of embeddings only the price of text is known: `data/prices.toml`.
    """
    if run.backend == "emulator":
        return None
    price = prices.price_for(run.request.model, price_table())
    if price is not None and price.song is not None:
        return price.song * _count(run, "audio/") or None
    if price is not None and price.second and price.rates.video_output is None:
        return _by_the_second(run, price.second)
    if not run.usage or _embeds_media(run):
        return None
    return prices.cost(_usage(run), run.request.model, price_table())


def price_before(model: str, resolution: str, seconds: float | None) -> str | None:
    """About what a song, or a video of so many seconds, is going to cost, in a sentence.

    None where it is unknown.
    """
    price = prices.price_for(model, price_table())
    if price is not None and price.song is not None:
        return f"Google bills {_cents(price.song)} a song."
    rate = price.second.get(resolution) if price is not None else None
    if rate is None:
        return None
    total = f", so about {_cents(rate * seconds)}" if seconds else ""
    return f"Google bills {_cents(rate)} a second at {resolution}{total}."


def _by_the_second(run: Run, rates: Mapping[str, float]) -> float | None:
    """The price of the videos that came, where their length was asked for."""
    about = run.request.config.get("response_format") or {}
    seconds = str(about.get("duration") or "").removesuffix("s")
    rate = rates.get(about.get("resolution") or DEFAULT_RESOLUTION)
    if rate is None or not seconds.isdecimal():
        return None
    return rate * int(seconds) * _count(run, "video/") or None


def _count(run: Run, begin: str) -> int:
    """How many media came whose MIME type begins so, thoughts apart."""
    parts = [part for candidate in run.candidates for part in candidate.parts]
    media = [part.get("inline_data") or part.get("file_data") or {} for part in parts]
    return sum((about.get("mime_type") or "").startswith(begin) for about in media)


def saved_by_cache(run: Run) -> str | None:
    """What a run cost less because of its cached content, or None where it is unknown."""
    if run.backend == "emulator" or not run.usage:
        return None
    less = prices.saved(_usage(run), run.request.model, price_table())
    return money(less) if less is not None else None


def price_of(run: Run) -> str | None:
    """The price of a run in words, or None where it is unknown."""
    cost = cost_of(run)
    return money(cost) if cost is not None else None


def _usage(run: Run) -> dict[str, Any]:
    """The usage with the service tier that served: the one asked for, where nothing is told."""
    tier = run.request.config.get("service_tier")
    return {"service_tier": tier, **run.usage} if tier else run.usage


def _embeds_media(run: Run) -> bool:
    embeds = run.request.method == EMBED_CONTENT
    return embeds and any("text" not in part for part in run.request.parts)


def _cents(amount: float) -> str:
    """A price list's dollars: whole cents, or tenths of one where there are some."""
    return money(amount, 2 if round(amount * 1000) % 10 == 0 else 3)
