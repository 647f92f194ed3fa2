"""What every session here shares: where the emulator is, and how the steps' outcomes are told."""

import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

URL = os.environ["EMULATOR_URL"]
OPENAI_URL = f"{URL}/v1beta/openai/"
KEY = "any-key"
SIGN = Path(__file__).parents[3] / "samples" / "media" / "sign.png"
SKY = {"Paris": "grey", "Rome": "sunny"}


def get_weather(city: str) -> str:
    """The weather in a city."""
    return SKY[city]


def error_of(call: Callable[[], Any]) -> Exception:
    """The error that a call ends with."""
    try:
        call()
    except Exception as error:
        return error
    raise AssertionError("no error")


def run(*steps: Callable[[], None]) -> None:
    """Runs the steps one after another; for each, its outcome as JSON: "ok" or the traceback."""
    outcomes = {}
    for step in steps:
        try:
            step()
            outcomes[step.__name__] = "ok"
        except BaseException:
            outcomes[step.__name__] = traceback.format_exc()
    json.dump(outcomes, sys.stdout)
