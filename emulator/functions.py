"""Function calling for engines that can only write text under a schema.

What a request declares and allows, and how near a message is to a function. `function_choice` says
which are called; the engine then writes their arguments under the function's schema. What the
functions returned is told as it is.
"""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.engines import Function
from emulator.engines.instance import plain_numbers
from emulator.errors import invalid_argument, invalid_field
from emulator.messages.content import Content, FunctionDeclaration, Part
from emulator.messages.requests import GenerateContentRequest
from emulator.schema import checked, from_openapi

MAX_FUNCTIONS = 512
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}")
_CONFIG = "GenerateContentRequest.tool_config.function_calling_config"


def spoken_words(text: str) -> frozenset[str]:
    """Lower-case words, camelCase and snake_case taken apart, plural s dropped."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    words = re.findall(r"[^\W_]+", apart.lower())
    return frozenset(w[:-1] if len(w) > 3 and w.endswith("s") else w for w in words)


# Words that say what kind of function it is, not what it is about.
_COMMON = spoken_words(
    "get set find list make do add create update delete show fetch call search tool function "
    "the a an of for in on to from by with and or is are given returns return"
)


@dataclass(frozen=True)
class FunctionPlan:
    """The functions that may be called, and whether one must be."""

    functions: tuple[Function, ...]
    forced: bool


def plan(request: GenerateContentRequest) -> FunctionPlan | None:
    """What the request's functions allow; None when no function may be called.

    Raises ApiError 400 for names, schemas or modes the API wouldn't take.
    """
    functions = _declared(request)
    config = request.tool_config.function_calling_config
    if not functions:
        if config.mode in ("ANY", "VALIDATED") or config.allowed_function_names:
            raise invalid_argument("Function calling config is set without function_declarations.")
        return None
    allowed = config.allowed_function_names
    if allowed and config.mode not in ("ANY", "VALIDATED"):
        raise invalid_field(
            f"{_CONFIG}.allowed_function_names",
            "allowed function names should only be set when the mode is ANY or VALIDATED.",
        )
    unknown = [name for name in allowed if name not in functions]
    if unknown:
        message = f"not among the function declarations: {', '.join(unknown)}."
        raise invalid_field(f"{_CONFIG}.allowed_function_names", message)
    if config.mode == "NONE":
        return None
    usable = tuple(f for f in functions.values() if not allowed or f.name in allowed)
    return FunctionPlan(usable, forced=config.mode == "ANY")


def nearest(functions: FunctionPlan, message: str, *, forced: bool = False) -> Function | None:
    """The function that `message` is about; None when it is about none and none is forced."""
    best = max(functions.functions, key=lambda f: _nearness(f, message))
    return best if forced or _nearness(best, message) >= 1 else None


def new_id() -> str:
    """An id for a call."""
    return secrets.token_hex(4)


def call_part(name: str, args_json: str, call_id: str) -> dict[str, Any]:
    """A `functionCall` part. Raises ValueError when the arguments aren't a JSON object."""
    args = json.loads(args_json)
    if not isinstance(args, dict):
        raise ValueError("the arguments are not an object")
    call: dict[str, Any] = {"id": call_id} if call_id else {}
    return {"functionCall": call | {"name": name, "args": args}}


def _declared(request: GenerateContentRequest) -> dict[str, Function]:
    functions: dict[str, Function] = {}
    for t, tool in enumerate(request.tools):
        for d, declaration in enumerate(tool.function_declarations):
            path = f"GenerateContentRequest.tools[{t}].function_declarations[{d}]"
            function = _function(declaration, path)
            if function.name in functions:
                message = f"Duplicate function declaration found: {function.name}"
                raise invalid_argument(message)
            functions[function.name] = function
    if len(functions) > MAX_FUNCTIONS:
        raise invalid_argument(f"At most {MAX_FUNCTIONS} function declarations are allowed.")
    return functions


def _function(declaration: FunctionDeclaration, path: str) -> Function:
    if not _NAME.fullmatch(declaration.name):
        raise invalid_field(
            f"{path}.name",
            "Invalid function name. Must start with a letter or an underscore. Must be "
            "alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:) or dashes (-), "
            "with a maximum length of 128.",
        )
    if declaration.parameters is not None and declaration.parameters_json_schema is not None:
        message = "only one of parameters and parameters_json_schema may be set."
        raise invalid_field(f"{path}.parameters", message)
    schema: Any = declaration.parameters_json_schema
    where = f"{path}.parameters_json_schema"
    if declaration.parameters is not None:
        schema, where = from_openapi(declaration.parameters), f"{path}.parameters"
    if schema is None:
        schema = {"type": "object", "properties": {}}
    clean = checked(schema, where)
    if clean.get("type", "object") != "object":
        raise invalid_field(f"{where}.type", "the arguments of a function are an OBJECT.")
    if "properties" not in clean and "$ref" not in clean and "anyOf" not in clean:
        clean = {"type": "object", "properties": {}, "additionalProperties": False}
    return Function(declaration.name, declaration.description, clean)


def _nearness(function: Function, message: str) -> float:
    """At least 1 when the message is about the function; below, how much of its text it shares.

    It is, when it has a word of the function's name, three of its description, or as many numbers
    as the function must have.
    """
    spoken = spoken_words(message)
    telling = spoken_words(function.name) - _COMMON
    described = spoken_words(function.description) - _COMMON
    named, shared = len(spoken & telling), len(spoken & described)
    likeness = (named + shared) / (1 + len(telling) + len(described))
    about = named or shared >= 3 or _has_its_numbers(function, message)
    return likeness + (1 if about else 0)


def _has_its_numbers(function: Function, message: str) -> bool:
    properties = function.schema.get("properties", {})
    kinds = [properties[name].get("type") for name in function.schema.get("required", [])]
    numbers = re.findall(r"(?<![\w.])\d+(?:\.\d+)?", plain_numbers(message))
    only_numbers = bool(kinds) and all(kind in ("integer", "number") for kind in kinds)
    return only_numbers and len(numbers) == len(kinds)


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
