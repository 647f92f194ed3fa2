"""What an answer cost: by kind of token, by day, and not at all where nobody knows."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from gemini.models.prices import Price, PriceFileError, Rates, Table, cost, load, saved

DAY = date(2026, 11, 21)
SIMPLE = Rates(input=1.0, output=10.0, cached=0.1, audio_input=3.0, cached_audio=0.3)


def table(**fields: Any) -> Table:
    return Table(DAY, (Price(("test-model",), fields.pop("rates", SIMPLE), "here", DAY, **fields),))


def dollars(usage: dict[str, Any], prices: Table | None = None, on: date = DAY) -> float | None:
    found = cost(usage, "models/test-model", prices or table(), on)
    return None if found is None else round(found * 1_000_000, 6)


# The file


def test_the_file_that_comes_along_is_sound() -> None:
    prices = load()
    assert prices.date <= date.today()  # noqa: DTZ011
    for price in prices.prices:
        assert price.source
        assert price.read <= prices.date
        assert all(g == g.lower() and not g.startswith("models/") for g in price.models)
        assert price.rates.input <= price.rates.output or not price.rates.output  # embeds
        assert price.rates.cached is None or price.rates.cached < price.rates.input
        assert (price.threshold is None) == (price.above is None)
        if price.above:
            assert price.above.input > price.rates.input


def test_no_model_has_two_prices_on_a_day() -> None:
    prices = load()
    for name in {glob.replace("*", "") for price in prices.prices for glob in price.models}:
        for day in (DAY, date(2026, 12, 1), date(2027, 1, 1), date(2028, 1, 1)):
            assert sum(price.applies(name, day) for price in prices.prices) <= 1, (name, day)


@pytest.mark.parametrize(
    ("model", "on", "rates"),
    [
        ("gemini-2.5-flash", DAY, (0.3, 2.5)),
        ("models/gemini-2.5-pro", DAY, (1.25, 10.0)),
        ("gemini-3.8-flash", date(2026, 12, 31), (0.75, 3.75)),
        ("gemini-3.8-flash", date(2027, 1, 1), (1.5, 7.5)),
        ("gemini-3.6-flash", date(2026, 12, 31), (0.75, 3.75)),
        ("gemini-3.6-flash", date(2027, 1, 1), (1.5, 7.5)),
        ("gemini-4-argon", date(2026, 11, 30), (2.0, 10.0)),
        ("gemini-4-argon", date(2026, 12, 1), (4.0, 20.0)),
        ("gemini-4-carbon", date(2026, 11, 30), (2.0, 10.0)),
        ("gemini-4-carbon", date(2026, 12, 1), (4.0, 20.0)),
        ("gemini-4-neon", date(2026, 11, 29), (3.0, 15.0)),
        ("gemini-2.5-pro", date(2026, 11, 30), (1.25, 10.0)),
        ("gemini-2.5-pro", date(2026, 12, 1), (0.75, 3.75)),  # 3.8 Flash answers for it
        ("gemini-2.5-flash", date(2026, 12, 1), (0.3, 2.5)),
    ],
)
def test_prices_of_some_models(model: str, on: date, rates: tuple[float, float]) -> None:
    kinds = ("prompt_token_count", "candidates_token_count")
    found = [cost({kind: 100_000}, model, load(), on) or 0 for kind in kinds]
    assert [dollars * 10 for dollars in found] == pytest.approx(rates)


def test_what_a_video_costs_by_its_tokens() -> None:
    ten_seconds = {"modality": "VIDEO", "token_count": 57_920}
    usage = {"candidates_token_count": 57_920, "candidates_tokens_details": [ten_seconds]}
    assert cost(usage, "gemini-omni-1.1-flash", load()) == pytest.approx(1.0, abs=0.02)
    assert cost(usage, "gemini-omni-1.2-flash", load()) is None  # its tokens' price isn't known


@pytest.mark.parametrize("model", ["gemini-3.6-flash", "gemini-3.7-flash", "gemini-3.8-flash"])
@pytest.mark.parametrize(("on", "rate"), [(DAY, 0.075), (date(2027, 1, 1), 0.15)])
def test_the_cached_rate_of_the_flash_models(model: str, on: date, rate: float) -> None:
    usage = {"prompt_token_count": 1_000_000, "cached_content_token_count": 1_000_000}
    assert cost(usage, model, load(), on) == pytest.approx(rate)


@pytest.mark.parametrize(
    "model",
    [
        "gemini-7-helium",
        "gemini-flash-latest",
        "gemini-2.5-flash-preview-tts",
        "smollm2-135m-instruct",
        "gemini-3.5-flash",  # since 3.6 Flash answers for it
        "tunedModels/gemini-2.5-flash",
        "",
    ],
)
def test_a_model_without_a_price_has_none(model: str) -> None:
    assert cost({"prompt_token_count": 5}, model, load(), DAY) is None


# Service tiers


@pytest.mark.parametrize(
    ("usage_of_tier", "factor"),
    [
        ({"service_tier": "flex"}, 0.5),
        ({"service_tier": "priority"}, 1.8),
        ({"service_tier": "PRIORITY"}, 1.8),
        ({"service_tier": "standard"}, 1),
        ({"service_tier": "next_year"}, 1),
        ({"traffic_type": "ON_DEMAND_FLEX"}, 0.5),
        ({"traffic_type": "ON_DEMAND_PRIORITY"}, 1.8),
        ({"traffic_type": "PROVISIONED_THROUGHPUT"}, 1),
        ({}, 1),
    ],
)
def test_the_tier_that_served_is_priced(usage_of_tier: dict[str, str], factor: float) -> None:
    usage = {"prompt_token_count": 100, "cached_content_token_count": 60, **usage_of_tier}
    usage |= {"thoughts_token_count": 10, "candidates_token_count": 10}
    prices = replace(table(), tiers=load().tiers)
    assert dollars(usage, prices) == pytest.approx((40 + 6 + 200) * factor)
    assert saved(usage, "test-model", prices) == pytest.approx(54e-6 * factor)


# Kinds of tokens


def test_no_usage_costs_nothing() -> None:
    assert dollars({}) == 0
    assert dollars({"prompt_token_count": None}) == 0


def test_prompt_thoughts_and_answer() -> None:
    usage = {"prompt_token_count": 100, "thoughts_token_count": 20, "candidates_token_count": 3}
    assert [dollars({kind: count}) for kind, count in usage.items()] == [100, 200, 30]
    assert dollars(usage) == 330


def test_the_cached_part_is_in_the_prompt_and_cheaper() -> None:
    assert dollars({"prompt_token_count": 100, "cached_content_token_count": 60}) == 40 + 6


def test_a_cached_part_without_a_price_makes_it_unknown() -> None:
    usage = {"prompt_token_count": 100, "cached_content_token_count": 60}
    assert dollars(usage, table(rates=Rates(1.0, 10.0))) is None
    assert dollars({"prompt_token_count": 100}, table(rates=Rates(1.0, 10.0))) == 100


def test_what_tools_bring_in_is_billed_as_prompt() -> None:
    assert dollars({"prompt_token_count": 100, "tool_use_prompt_token_count": 50}) == 150


def details(**counts: int) -> list[dict[str, Any]]:
    return [{"modality": m.upper(), "token_count": n} for m, n in counts.items()]


def test_audio_has_its_own_rate() -> None:
    usage = {"prompt_token_count": 100, "prompt_tokens_details": details(text=60, audio=40)}
    assert dollars(usage) == 60 + 120
    assert dollars(usage, table(rates=Rates(1.0, 10.0))) == 100


def test_cached_audio_has_its_own_rate() -> None:
    usage = {
        "prompt_token_count": 100,
        "prompt_tokens_details": details(text=60, audio=40),
        "cached_content_token_count": 50,
        "cache_tokens_details": details(text=20, audio=30),
    }
    fresh_text, fresh_audio, cached_text, cached_audio = 40, 10, 20, 30
    expected = fresh_text + 3 * fresh_audio + 0.1 * cached_text + 0.3 * cached_audio
    assert dollars(usage) == pytest.approx(expected)


def test_no_part_of_a_prompt_is_billed_twice() -> None:
    cached = {
        "prompt_token_count": 100_000,
        "cached_content_token_count": 90_000,
        "candidates_token_count": 10,
        "total_token_count": 100_010,
    }
    assert dollars(cached) == 10_000 + 9_000 + 100
    long = {**cached, "prompt_token_count": 250_000, "cached_content_token_count": 240_000}
    prices = table(threshold=200_000, above=Rates(2.0, 20.0, cached=0.2))
    assert dollars(long, prices) == 20_000 + 48_000 + 200
    heard = {**cached, "prompt_tokens_details": details(text=20_000, audio=80_000)}
    assert dollars({**heard, "cache_tokens_details": details(text=10_000, audio=80_000)}) == (
        10_000 + 1_000 + 24_000 + 100
    )
    assert dollars(heard) == 30_000 + 9_000 + 100  # the details of the cached part are missing


def test_thoughts_are_output_of_their_own() -> None:
    usage = {
        "prompt_token_count": 264,
        "candidates_token_count": 104,
        "thoughts_token_count": 989,
        "total_token_count": 1357,
        "prompt_tokens_details": details(text=6, image=258),
    }
    assert dollars(usage) == 264 + 10_930
    del usage["candidates_token_count"]
    assert dollars(usage) == 264 + 9_890


def test_images_video_and_pages_are_prompt() -> None:
    usage = {"prompt_token_count": 30, "prompt_tokens_details": details(image=10, video=10)}
    assert dollars(usage) == 30


def test_written_images_have_their_own_rate_or_none() -> None:
    usage = {"candidates_token_count": 1000, "candidates_tokens_details": details(image=900)}
    assert dollars(usage) is None
    assert dollars(usage, table(rates=Rates(1.0, 10.0, image_output=60.0))) == 1000 + 54_000


def test_what_a_model_of_images_wrote_has_no_price_without_details() -> None:
    usage = {"prompt_token_count": 5, "candidates_token_count": 1300}
    assert cost(usage, "gemini-3-pro-image", load(), DAY) is None
    with_details = usage | {"candidates_tokens_details": details(image=1290, text=10)}
    assert cost(with_details, "gemini-3-pro-image", load(), DAY) is not None
    assert cost({"prompt_token_count": 5}, "gemini-3-pro-image", load(), DAY) is not None


def test_sound_written_by_a_model_without_a_price_for_it_is_unknown() -> None:
    usage = {"candidates_token_count": 10, "candidates_tokens_details": details(audio=10)}
    assert dollars(usage) is None


@pytest.mark.parametrize(("prompt", "rate"), [(200_000, 1.0), (200_001, 2.0)])
def test_long_prompts_have_their_own_rates(prompt: int, rate: float) -> None:
    prices = table(threshold=200_000, above=Rates(2.0, 20.0, cached=0.2))
    assert dollars({"prompt_token_count": prompt}, prices) == prompt * rate
    usage = {"prompt_token_count": prompt, "cached_content_token_count": 1000}
    assert dollars(usage, prices) == pytest.approx((prompt - 1000) * rate + 1000 * rate / 10)


def test_a_price_holds_on_its_first_and_last_day() -> None:
    prices = table(since=DAY, until=DAY + timedelta(days=1))
    days = [DAY + timedelta(days=n) for n in (-1, 0, 1, 2)]
    found = [dollars({"prompt_token_count": 1}, prices, on=day) for day in days]
    assert found == [None, 1, 1, None]


def test_today_is_the_day_unless_another_is_given() -> None:
    assert cost({"prompt_token_count": 1}, "test-model", table()) is not None
    past = table(until=date(2020, 1, 1))
    assert cost({"prompt_token_count": 1}, "test-model", past) is None


# A file of one's own

OWN = """
date = 2030-01-01
[[prices]]
models = ["test-*"]
source = "my contract"
read = 2030-01-01
rates = { input = 2, output = 4 }
"""


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(OWN)
    assert dollars({"prompt_token_count": 1, "candidates_token_count": 1}, load(path)) == 6


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("date = ", "isn't TOML"),
        ("", "lacks 'date'"),
        (OWN.replace("read = 2030-01-01", ""), "lacks 'read'"),
        (OWN.replace("input = 2, ", ""), "input"),
        (OWN.replace("input = 2", "input = 'two'"), "input must be a number"),
        (OWN.replace("input = 2", "input = -2"), "input must be a number"),
        ("tiers = { flex = 'half' }\n" + OWN, "flex must be a number"),
        (OWN.replace("input = 2", "input = 2, colour = 3"), "colour"),
        ("date = 2030-01-01\nprices = 5", "wrong field"),
        ("date = 2030-01-01\nprices = [5]", "wrong field"),
        ("\ud800", "isn't TOML"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "prices.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(PriceFileError, match=words) as raised:
        load(path)
    assert str(path) in str(raised.value)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(PriceFileError, match="can't be read"):
        load(tmp_path / "none.toml")
