"""What an answer cost, where a dated price file knows the model; nothing is guessed.

The file is `data/prices.toml`, or one of the user's own with the same fields. Prices are those of
the Gemini API's paid tier, in US dollars.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Any

from gemini.models.capabilities import short_name

MILLION = 1_000_000
TRAFFIC = {"ON_DEMAND_FLEX": "flex", "ON_DEMAND_PRIORITY": "priority"}
"""The service tier by `types.TrafficType`, with which Vertex AI tells it."""


class PriceFileError(ValueError):
    """A price file that can't be used. Its text says what is wrong with it."""


@dataclass(frozen=True)
class Rates:
    """US dollars per million tokens. None: not known, or the same as the one it refines."""

    input: float
    output: float
    cached: float | None = None
    audio_input: float | None = None
    cached_audio: float | None = None
    image_output: float | None = None
    video_output: float | None = None


@dataclass(frozen=True)
class Price:
    """The rates of some models (globs) for some time (both days included, None: open).

    `above` replaces `rates` for prompts of more than `threshold` tokens. `song` is what a song
    costs, whatever its tokens, and `second` a second of video by its resolution; in US dollars.
    """

    models: tuple[str, ...]
    rates: Rates
    source: str
    read: date
    since: date | None = None
    until: date | None = None
    threshold: int | None = None
    above: Rates | None = None
    song: float | None = None
    second: Mapping[str, float] = field(default_factory=dict)

    def applies(self, model: str, on: date) -> bool:
        """Whether this is the price of a model on a day."""
        in_time = (self.since or date.min) <= on <= (self.until or date.max)
        return in_time and any(fnmatchcase(model, glob) for glob in self.models)

    def rates_for(self, prompt_tokens: int) -> Rates:
        """The rates for a prompt of this length, the cached part included."""
        long = self.threshold is not None and prompt_tokens > self.threshold
        return self.above if long and self.above else self.rates


@dataclass(frozen=True)
class Table:
    """All prices of a file, and the day the file was made.

    `tiers` are the service tiers that cost another multiple of the price than 1.
    """

    date: date
    prices: tuple[Price, ...]
    tiers: Mapping[str, float] = field(default_factory=dict)

    def factor(self, usage: Mapping[str, Any]) -> float:
        """By what the tier that served multiplies the price. `usage` is a `usage_metadata`, with
        `service_tier` where that was told apart from it.
        """
        tier = usage.get("service_tier") or TRAFFIC.get(usage.get("traffic_type") or "")
        return self.tiers.get(str(tier).lower(), 1.0)


def load(path: Path | None = None) -> Table:
    """The price table in a file, or the one that comes with the playground.

    Raises:
        PriceFileError: the file can't be read, isn't TOML, or lacks a field.
    """
    name = str(path) if path else "data/prices.toml"
    try:
        source = path or files("gemini").joinpath(name)
        data = tomllib.loads(source.read_text("utf-8"))
        return Table(
            data["date"],
            tuple(_price(entry) for entry in data["prices"]),
            _numbers(data.get("tiers") or {}),
        )
    except OSError as error:
        raise PriceFileError(f"The price file {name} can't be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PriceFileError(f"The price file {name} isn't TOML: {error}.") from error
    except KeyError as error:
        raise PriceFileError(f"The price file {name} lacks {error}.") from error
    except (TypeError, AttributeError) as error:
        raise PriceFileError(f"The price file {name} has a wrong field: {error}.") from error


def price_for(model: str, table: Table, on: date | None = None) -> Price | None:
    """The price of a model on a day (default: today, UTC); None where the table has none."""
    name, day = short_name(model), on or datetime.now(UTC).date()
    return next((p for p in table.prices if p.applies(name, day)), None)


def cost(
    usage: Mapping[str, Any], model: str, table: Table, on: date | None = None
) -> float | None:
    """What a `usage_metadata` dictionary costs in US dollars on a day (default: today, UTC).

    The cached part of the prompt is in `prompt_token_count` and billed at its own rate, thoughts
    as output, results of tools that the model reads as prompt; all of it at the rate of the
    service tier that served. None where the table doesn't know
    the model, or a rate that this usage needs.
    """
    price = price_for(model, table, on)
    if price is None:
        return None
    rates = price.rates_for(_count(usage, "prompt_token_count"))
    cached, answer = _cached_cost(usage, rates), _answer_cost(usage, rates)
    if cached is None or answer is None:
        return None
    thoughts = _count(usage, "thoughts_token_count") * rates.output / MILLION
    return (_prompt_cost(usage, rates) + cached + thoughts + answer) * table.factor(usage)


def saved(usage: Mapping[str, Any], model: str, table: Table) -> float | None:
    """What the cached part of a prompt cost less than it would have in full, in US dollars today.

    What keeping a cached content costs by the hour is not in it. None where nothing was cached or
    the price is unknown.
    """
    price = price_for(model, table)
    if price is None or not _count(usage, "cached_content_token_count"):
        return None
    rates = price.rates_for(_count(usage, "prompt_token_count"))
    cached = _cached_cost(usage, rates)
    full = _cached_cost(usage, replace(rates, cached=rates.input, cached_audio=rates.audio_input))
    return None if cached is None or full is None else (full - cached) * table.factor(usage)


def _price(entry: dict[str, Any]) -> Price:
    return Price(
        models=tuple(entry["models"]),
        rates=_rates(entry["rates"]),
        source=entry["source"],
        read=entry["read"],
        since=entry.get("since"),
        until=entry.get("until"),
        threshold=entry.get("threshold"),
        above=_rates(entry["above"]) if "above" in entry else None,
        song=_numbers({"song": entry["song"]})["song"] if "song" in entry else None,
        second=_numbers(entry.get("second") or {}),
    )


def _rates(entry: dict[str, Any]) -> Rates:
    return Rates(**_numbers(entry))


def _numbers(entry: dict[str, Any]) -> dict[str, float]:
    for name, value in entry.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise TypeError(f"{name} must be a number of at least 0, not {value!r}")
    return entry


def _count(usage: Mapping[str, Any], name: str) -> int:
    return usage.get(name) or 0


def _of(usage: Mapping[str, Any], details: str, modality: str) -> int:
    """The tokens of one modality in a list of `ModalityTokenCount`."""
    entries = usage.get(details) or ()
    return sum(e.get("token_count") or 0 for e in entries if e.get("modality") == modality)


def _prompt_cost(usage: Mapping[str, Any], rates: Rates) -> float:
    cached = _count(usage, "cached_content_token_count")
    tools = _count(usage, "tool_use_prompt_token_count")
    fresh = max(0, _count(usage, "prompt_token_count") - cached) + tools
    audio = max(
        0,
        _of(usage, "prompt_tokens_details", "AUDIO")
        - _of(usage, "cache_tokens_details", "AUDIO")
        + _of(usage, "tool_use_prompt_tokens_details", "AUDIO"),
    )
    audio = min(audio, fresh)  # the details of the cached part may be missing
    audio_rate = rates.input if rates.audio_input is None else rates.audio_input
    return ((fresh - audio) * rates.input + audio * audio_rate) / MILLION


def _cached_cost(usage: Mapping[str, Any], rates: Rates) -> float | None:
    cached = _count(usage, "cached_content_token_count")
    if not cached:
        return 0.0
    if rates.cached is None:
        return None
    audio = min(_of(usage, "cache_tokens_details", "AUDIO"), cached)
    audio_rate = rates.cached if rates.cached_audio is None else rates.cached_audio
    return ((cached - audio) * rates.cached + audio * audio_rate) / MILLION


def _answer_cost(usage: Mapping[str, Any], rates: Rates) -> float | None:
    """None for images, videos or sound by a model whose rate for them is unknown.

    And where a model that writes images doesn't say how much of what it wrote is images.
    """
    written = _count(usage, "candidates_token_count")
    if written and rates.image_output is not None and not usage.get("candidates_tokens_details"):
        return None
    images = _of(usage, "candidates_tokens_details", "IMAGE")
    videos = _of(usage, "candidates_tokens_details", "VIDEO")
    sounds = _of(usage, "candidates_tokens_details", "AUDIO")
    if sounds or (images and rates.image_output is None) or (videos and rates.video_output is None):
        return None
    media = images * (rates.image_output or 0.0) + videos * (rates.video_output or 0.0)
    return ((written - images - videos) * rates.output + media) / MILLION
