"""What the API takes of JSON Schema, and our limits: `keywords.json`, with its sources."""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def keywords() -> dict[str, Any]:
    """`taken`: keywords that are sent. `instead`: what to do about others. `limits`: ours."""
    return json.loads(Path(__file__).with_name("keywords.json").read_text("utf-8"))


@cache
def judged() -> tuple[str, ...]:
    """Keywords whose subschemas are sent, in one form or another."""
    return (*keywords()["taken"], "definitions", "allOf", "patternProperties")
