"""What a run cost, by the service tier that served it."""

from typing import Any

import pytest

from components.prices import cost_of
from gemini.models import prices
from gemini.request import Request
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
