"""Calls the model made, and the results that go back to it.

The model's turn goes back as it came (`gemini.conversation`); its calls are answered together, in
one turn of function responses, each with the name and the id of its call.
https://ai.google.dev/gemini-api/docs/function-calling
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gemini.conversation import Turn
from gemini.request import Part
from gemini.structured.text import parse_json

Result = dict[str, Any]
"""`FunctionResponse.response`: any object; with `error` it says why there is no output."""


@dataclass(frozen=True)
class FunctionCall:
    """A call in an answer. `number` counts the calls of that answer from 0.

    `id` is the API's, which not every model gives.
    """

    number: int
    name: str
    args: dict[str, Any] = field(default_factory=dict)
    id: str | None = None

    def response(self, result: Mapping[str, Any]) -> Part:
        """The part that answers it."""
        about = {"id": self.id} if self.id else {}
        return {"function_response": {**about, "name": self.name, "response": dict(result)}}


def calls_in(parts: Iterable[Part]) -> list[FunctionCall]:
    """The calls in an answer, in order. One without a name calls nothing: it waits for nothing."""
    calls = [call for part in parts if (call := part.get("function_call")) and call.get("name")]
    return [
        FunctionCall(number, str(call["name"]), dict(call.get("args") or {}), call.get("id"))
        for number, call in enumerate(calls)
    ]


def results_in(parts: Iterable[Part]) -> list[Result]:
    """The results in a prompt, in order."""
    responses = (part.get("function_response") for part in parts)
    return [dict(response.get("response") or {}) for response in responses if response]


def read_result(text: str, *, is_error: bool = False) -> Result:
    """What somebody typed, as a result: an object as it is, anything else as `output`.

    `is_error` makes it the reason why there is none. Raises ValueError, in a sentence, where
    nothing was typed, or where it begins like JSON and isn't.
    """
    plain = text.strip()
    if not plain:
        raise ValueError("There is no result yet.")
    value, error = parse_json(plain)
    if error and plain[0] in '{["':
        raise ValueError(f"Line {error.line}, column {error.column}: {error.reason}")
    value = plain if error else value
    if is_error:
        return value if isinstance(value, dict) and "error" in value else {"error": value}
    return value if isinstance(value, dict) else {"output": value}


def rounds(path: Sequence[Turn]) -> int:
    """How many turns of results there were since somebody last asked something."""
    count = 0
    for turn in reversed(path):
        if not results_in(turn.prompt):
            break
        count += 1
    return count
