"""What a run cost, by the service tier that served it."""

from typing import Any

import pytest

from components.prices import cost_of, price_before
from gemini.models import prices
from gemini.request import CREATE_INTERACTION, Request
from gemini.run import Run

USAGE = {"prompt_token_count": 1000, "candidates_token_count": 1000}


@pytest.mark.parametrize(
    ("config", "usage", "factor"),
    [
        ({}, {}, 1),
        ({}, {"service_tier": "flex"}, 0.5),
        ({"service_tier": "flex"}, {}, 0.5),
        ({"service_tier": "priority"}, {}, 1.8),
        ({"service_tier": "priority"}, {"service_tier": "standard"}, 1),
        ({"service_tier": "priority"}, {"traffic_type": "ON_DEMAND"}, 1.8),
    ],
)
def test_the_tier_sets_the_price(
    config: dict[str, Any], usage: dict[str, Any], factor: float
) -> None:
    run = Run(Request("gemini-4-neon", [], config), "gemini", usage=USAGE | usage)
    standard = prices.cost(USAGE, "gemini-4-neon", prices.load())
    assert standard is not None
    assert cost_of(run) == pytest.approx(standard * factor)
    assert cost_of(Run(run.request, "emulator", usage=run.usage)) is None


def generated(model: str, mime_type: str, **config: Any) -> Run:
    made = Run(Request(model, [], config, CREATE_INTERACTION), "gemini")
    if mime_type:
        made.candidate(0).parts = [{"inline_data": {"mime_type": mime_type, "data": b"x"}}]
    return made


def test_a_song_costs_the_same_whatever_its_tokens() -> None:
    assert cost_of(generated("lyria-3.5", "audio/mp3")) == 0.08
    assert cost_of(generated("lyria-3-clip-preview", "audio/mpeg")) == 0.04
    assert cost_of(generated("lyria-3.5", "")) is None  # nothing came
    assert price_before("lyria-3.5", "", None) == "Google bills $0.08 a song."
    assert price_before("lyria-9", "", None) is None


def test_a_video_costs_by_the_second() -> None:
    shape = {"type": "video", "duration": "5s", "resolution": "1080p"}
    asked = generated("gemini-omni-1.2-flash", "video/mp4", response_format=shape)
    assert cost_of(asked) == pytest.approx(5 * 0.105)
    assert cost_of(generated("gemini-omni-1.2-flash", "video/mp4")) is None
    said = price_before("gemini-omni-1.1-flash", "720p", 5)
    assert said == "Google bills $0.10 a second at 720p, so about $0.50."
