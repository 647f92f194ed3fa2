"""What a run cost, by the dated price file or one's own (`PLAYGROUND_PRICES`)."""

import logging
import os
from pathlib import Path
from typing import Any

import streamlit as st

from gemini.format import money
from gemini.models import prices
from gemini.request import EMBED_CONTENT
from gemini.run import Run


@st.cache_resource(show_spinner=False)
def price_table() -> prices.Table:
    """The prices of one's own file, or those that come with the playground."""
    own = os.environ.get("PLAYGROUND_PRICES")
    try:
        return prices.load(Path(own) if own else None)
    except prices.PriceFileError as error:
        logging.getLogger(__name__).warning("PLAYGROUND_PRICES is not used: %s", error)
        return prices.load()


def cost_of(run: Run) -> float | None:
    """What a run cost in dollars, or None where it isn't known. The emulator costs nothing.

    Of embeddings only the price of text is known: `data/prices.toml`.
    """
    if run.backend == "emulator" or not run.usage or _embeds_media(run):
        return None
    return prices.cost(_usage(run), run.request.model, price_table())


def saved_by_cache(run: Run) -> str | None:
    """What a run cost less because of its cached content, or None where it isn't known."""
    if run.backend == "emulator" or not run.usage:
        return None
    less = prices.saved(_usage(run), run.request.model, price_table())
    return _dollars(less) if less is not None else None


def price_of(run: Run) -> str | None:
    """The price of a run in words, or None where it isn't known."""
    cost = cost_of(run)
    return _dollars(cost) if cost is not None else None


def _usage(run: Run) -> dict[str, Any]:
    """The usage with the service tier that served: the one asked for, where nothing is told."""
    tier = run.request.config.get("service_tier")
    return {"service_tier": tier, **run.usage} if tier else run.usage


def _embeds_media(run: Run) -> bool:
    parts = (part for content in run.request.contents for part in content.get("parts") or [])
    return run.request.method == EMBED_CONTENT and any("text" not in part for part in parts)


def _dollars(amount: float) -> str:
    return money(amount) if amount >= 0.0001 else "under $0.0001"
