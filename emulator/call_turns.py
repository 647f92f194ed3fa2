"""Whether the turns of calls and of their responses belong together. Wording: the API's own."""

from collections.abc import Sequence
from itertools import groupby
from typing import Literal

from emulator.errors import invalid_argument
from emulator.messages.content import Content, FunctionCall, FunctionResponse


def joined(contents: Sequence[Content]) -> list[Content]:
    """Neighbouring contents of calls, and of responses, as one turn: clients that stream keep each
    chunk as a content of its own.
    """
    turns: list[Content] = []
    for kind, group in groupby(contents, _kind):
        run = list(group)
        if kind == "responses" or (kind == "model" and any(_calls(content) for content in run)):
            parts = tuple(part for content in run for part in content.parts)
            turns.append(run[0].model_copy(update={"parts": parts}))
        else:
            turns.extend(run)
    return turns


def check_responses(contents: Sequence[Content]) -> None:
    """Every turn of responses answers the calls of the turn before, each once. ApiError 400."""
    contents = joined(contents)
    for number, content in enumerate(contents):
        responses = [p.function_response for p in content.parts if p.function_response is not None]
        if not responses:
            continue
        calls = _calls(contents[number - 1]) if number else []
        if not calls:
            raise invalid_argument(
                "Please ensure that function response turn comes immediately after a function "
                "call turn."
            )
        if len(calls) != len(responses):
            raise invalid_argument(
                "Please ensure that the number of function response parts is equal to the number "
                "of function call parts of the function call turn."
            )
        for response in responses:
            _check_called(response, calls)


def check_signatures(contents: Sequence[Content]) -> None:
    """The first call of each turn since the last question has its signature. ApiError 400.

    For models that sign: https://ai.google.dev/gemini-api/docs/thought-signatures.
    """
    contents = joined(contents)
    for number in range(len(contents) - 1, -1, -1):
        content = contents[number]
        if content.role == "model":
            signed = [p.thought_signature for p in content.parts if p.function_call is not None]
            if signed and not signed[0]:
                raise invalid_argument(
                    "Function call is missing a thought_signature in functionCall parts. This is "
                    "required for tools to work correctly, and missing thought_signature may lead "
                    f"to degraded model performance. Additional data, function call "
                    f"`{_calls(content)[0].name}`, position {number + 1}."
                )
        elif all(part.function_response is None for part in content.parts):
            return  # the question: what was before it is not looked at


def _check_called(response: FunctionResponse, calls: Sequence[FunctionCall]) -> None:
    """By its id where both have one, else by its name."""
    named = [call for call in calls if call.name == response.name]
    if not named:
        names = ", ".join(dict.fromkeys(call.name for call in calls))
        raise invalid_argument(
            f"The function response {response.name} answers no function call: called were {names}."
        )
    ids = [call.id for call in named if call.id]
    if response.id and ids and response.id not in ids:
        raise invalid_argument(
            f"The function response {response.name} has the id {response.id}, and its function "
            f"call has {', '.join(ids)}."
        )


def _kind(content: Content) -> Literal["model", "responses", "user"]:
    if content.role == "model":
        return "model"
    answers = bool(content.parts) and all(p.function_response for p in content.parts)
    return "responses" if answers else "user"


def _calls(content: Content) -> list[FunctionCall]:
    return [part.function_call for part in content.parts if part.function_call is not None]
