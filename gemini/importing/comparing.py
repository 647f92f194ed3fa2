"""A pasted call beside what is sent from here: both as the SDK puts them on the wire, by field."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.alias_generators import to_camel

from gemini.api.connect import Target
from gemini.codegen.fields import typed
from gemini.codegen.target import sent
from gemini.compare import Difference
from gemini.interactions.request import create_arguments
from gemini.interactions.steps import with_base64
from gemini.plain import as_text
from gemini.request import CREATE_INTERACTION, Request

LONGEST = 300  # characters of a value
SHORT = 40  # characters of one that is named in a sentence
GENERATION = "generationConfig."


@dataclass(frozen=True)
class WireComparison:
    """Every field of both requests, by its name on the wire; "" where one of them has none."""

    fields: tuple[Difference, ...]

    @property
    def differences(self) -> tuple[Difference, ...]:
        """The fields that aren't the same."""
        return tuple(field for field in self.fields if field.one != field.other)

    @property
    def same(self) -> bool:
        """Whether it is the same request."""
        return not self.differences


def compare_on_wire(call: Request, here: Request, target: Target) -> WireComparison:
    """What a call sends, and what is sent from here in its place.

    Both go through the SDK, for the backend that is asked here, so another spelling of the same
    (snake_case, a type in lower case) is no difference. Streaming isn't either.

    Raises:
        ValueError: the SDK doesn't take one of them; the text says what of it.
    """
    one, other = (dict(_wire(request, target)) for request in (call, here))
    names = [*one, *(name for name in other if name not in one)]
    return WireComparison(
        tuple(Difference(name, one.get(name, ""), other.get(name, "")) for name in names)
    )


def in_words(difference: Difference, is_default: Callable[[str, str], bool]) -> str:
    """A difference as a sentence. `is_default`: whether a value of a setting says nothing new."""
    name = difference.name.removeprefix(GENERATION)
    if not difference.other:
        if is_default(name, difference.one):
            return f"`{name}` is left out: {difference.one} is the model's default anyway."
        return f"`{name}` is in the call and isn't sent from here."
    if not difference.one:
        return f"`{name}` is sent from here and isn't in the call."
    if max(len(difference.one), len(difference.other)) <= SHORT:
        return f"`{name}` is `{difference.one}` in the call and `{difference.other}` here."
    return f"`{name}` isn't the same."


def _wire(request: Request, target: Target) -> Iterator[tuple[str, str]]:
    """The fields of a request by their paths, their values as JSON."""
    yield "API", request.api
    if request.method == CREATE_INTERACTION:
        body: Mapping[str, Any] = with_base64(create_arguments(request))
    else:
        yield "model", request.model.removeprefix("models/")
        body = sent(typed(request), target).body
    for name, value in body.items():
        if name == "contents":
            for number, content in enumerate(value):
                yield f"contents[{number}]", as_text({"role": "user", **content})
        else:
            yield from _flat(name, value)


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A value by its path; lists and schemas are values."""
    if name == "systemInstruction.role" or (name == "generationConfig" and value == {}):
        return  # says nothing
    if isinstance(value, dict) and value and not name.lower().endswith("schema"):
        for inner, each in value.items():
            yield from _flat(f"{name}.{to_camel(inner)}", each)
    else:
        yield name, as_text(value)


def cut(text: str) -> str:
    """A value for a table, cut where it is long."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
