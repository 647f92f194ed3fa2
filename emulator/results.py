"""What functions returned since the question was asked, as values and in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.messages.content import Content, Part


@dataclass(frozen=True)
class Answered:
    """A call with its result; `args` are what it was called with."""

    name: str
    args: Mapping[str, Any]
    response: Mapping[str, Any]


def answered(contents: Sequence[Content]) -> list[list[Answered]]:
    """The rounds of calls since the last message of the user, oldest first.

    A round is the calls of one turn with the responses of the next. There are none where the last
    content has no responses.
    """
    rounds: list[list[Answered]] = []
    for number in range(len(contents) - 1, 0, -2):
        responses = [p for p in contents[number].parts if p.function_response is not None]
        if not responses:
            break
        calls = [p for p in contents[number - 1].parts if p.function_call is not None]
        rounds.append([_paired(part, place, calls) for place, part in enumerate(responses)])
    return rounds[::-1]


def _paired(part: Part, place: int, calls: Sequence[Part]) -> Answered:
    response = part.function_response
    assert response is not None
    named = [call for p in calls if (call := p.function_call) and call.name == response.name]
    by_id = [call for call in named if call.id and call.id == response.id]
    in_place = [calls[place].function_call] if place < len(calls) else []
    call = next(iter([*by_id, *(c for c in in_place if c in named), *named]), None)
    return Answered(response.name, (call.args if call else None) or {}, response.response or {})


def in_words(rounds: Sequence[Sequence[Answered]]) -> str:
    """What the functions returned, as Markdown: one paragraph a call, its values as a list."""
    return "\n\n".join(_answered(each) for round_ in rounds for each in round_)


def _answered(each: Answered) -> str:
    arguments = ", ".join(f"{name} {_plain(value)}" for name, value in each.args.items())
    head = f"**{each.name}**" + (f" ({arguments})" if arguments else "")
    response = each.response
    if "error" in response:
        return f"{head} failed: {_plain(response['error'])}"
    values = response["output"] if response.keys() == {"output"} else response
    if not isinstance(values, Mapping):
        return f"{head} returned: {_plain(values)}"
    if not values:
        return f"{head} returned nothing."
    lines = [f"- {name}: {_plain(value)}" for name, value in values.items()]
    return "\n".join([f"{head} returned:", "", *lines])


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
