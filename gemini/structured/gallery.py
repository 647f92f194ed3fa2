"""The sample schemas: real ones, each with a prompt, a text to try it on and the answer to it."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gemini.structured.finding import JsonSchema

_FOLDER = Path(__file__).parents[2] / "samples" / "schemas"


@dataclass(frozen=True, slots=True)
class SchemaSample:
    """One sample: `key` is its file's name, `use` one line on what it is for.

    `input` is a text to send with `prompt`; `example` a value that fits the schema, as a model
    would find it in `input`.
    """

    key: str
    title: str
    use: str
    schema: JsonSchema
    prompt: str
    input: str
    example: Any


@cache
def gallery() -> tuple[SchemaSample, ...]:
    """All samples of `samples/schemas`, in the order of their files' `order`."""
    samples: list[tuple[int, SchemaSample]] = []
    for path in _FOLDER.glob("*.json"):
        data = json.loads(path.read_text("utf-8"))
        order = data.pop("order")
        data["input"] = "\n".join(data["input"])  # in the file one string a line
        samples.append((order, SchemaSample(key=path.stem, **data)))
    return tuple(sample for _, sample in sorted(samples, key=lambda item: item[0]))
