"""A model's text as a JSON value: whole, wrapped in prose, cut off, or still streaming.

pydantic-core's parser (jiter) reads values and beginnings of values, in well under a millisecond
for 100 KB; json's decoder finds where a value inside a text ends. Of a cut answer the value holds
what is certain: an unfinished number is left out, an unfinished text kept as far as it goes.
Nothing is guessed, as the value is taken home as data; `gemini.spatial.loose` guesses, to draw.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from pydantic_core import from_json

from gemini.structured.finding import path_text
from gemini.structured.mending import clean, left_open, mended, with_commas

_FENCE = "```"
_OPENING = re.compile(r"[{\[]")
_ATTEMPTS = 100  # opening brackets that are tried in vain as the start of the value
_PREVIEW_ATTEMPTS = 5
_IN_NUMBERS = "+-.0123456789Ee"
_BEGIN_NUMBERS = tuple("-0123456789")
_MENDABLE = (
    "trailing comma",
    "control character (\\u0000-\\u001F) found while parsing a string",
)
_DEEP = "recursion limit"  # how the parser's own message begins, beyond 200 levels
_CUT = "The answer is incomplete; this is what came."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model's text says.

    `has_value` is False when there is no value in it (None is a value: null). `cut` marks a value
    that isn't complete: the text stopped, or stopped being JSON. `notes` are sentences.
    """

    value: Any = None
    has_value: bool = False
    cut: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Span:
    """A piece of the text that is a value or the beginning of one."""

    start: int
    end: int
    value: Any
    problem: str = ""
    """Why it is only a beginning; "" for a complete value."""


_TOO_DEEP = _Span(0, 0, None)


def parse(text: str) -> Answer:
    """The value in a finished answer. Never raises.

    A code fence and prose around the value are passed over, commas before a closing bracket too.
    Objects each on a line of its own (JSON Lines) are one list. Of other values the longest counts,
    which for a beginning is how far it goes.
    """
    text = clean(text)
    if not text.strip():
        return Answer(notes=("The model sent no text.",))
    body, fenced = _unfenced(text)
    value, problem = _complete(body)
    if not problem:
        return Answer(value, has_value=True)
    straight = mended(body)
    joined = with_commas(straight)
    spans = list(_spans(joined))
    if not spans:
        return _no_value(straight, problem)
    rows = _are_rows(spans, joined)
    best = max(spans, key=lambda span: (span.end - span.start, not span.problem))
    last = spans[-1] if rows else best
    notes = [last.problem] if last.problem else []
    if straight != body:
        notes.append("A comma before a closing bracket or a bare line break was ignored.")
    if rows:
        notes.append("The rows didn't come as one list; they are shown as one.")
        value = [span.value for span in spans]
        return Answer(value, has_value=True, cut=bool(last.problem), notes=tuple(notes))
    if joined != straight:
        notes.append("Commas between the rows were missing.")
    rest = joined[: best.start] + ("" if best.problem else joined[best.end :])
    if len(spans) > 1:
        notes.append(f"The answer has {len(spans)} values; the longest is shown.")
    elif rest.strip() and not fenced:
        notes.append("The text around the JSON was ignored.")
    return Answer(best.value, has_value=True, cut=bool(best.problem), notes=tuple(notes))


def _are_rows(spans: list[_Span], text: str) -> bool:
    """Whether these are the rows of JSON Lines, or of a list without its opening bracket."""
    between = (text[one.end : other.start].strip() for one, other in pairwise(spans))
    return (
        len(spans) > 1
        and all(isinstance(span.value, dict) for span in spans)
        and all(words == "," for words in between)
    )


def partial(text: str) -> Answer:
    """The value so far of an answer that is still streaming, unfinished texts included.

    Cheap enough to call for every frame: a few milliseconds for 100 KB. An unfinished number
    waits until it is complete. Not `has_value` until there is something to show.
    """
    body, _ = _unfenced(clean(text))
    brackets = (match.start() for match in islice(_OPENING.finditer(body), _PREVIEW_ATTEMPTS))
    for start in [0] if body.lstrip()[:1] in {'"', "{", "["} else brackets:
        value, problem = _begun(body[start:])
        if problem in _MENDABLE:
            value, problem = _begun(mended(body[start:]))
        if not problem:
            return Answer(value, has_value=True, cut=True)
    return Answer(cut=True)


def parse_choice(text: str, choices: list[str]) -> Answer:
    """The value of an answer in enum mode (`text/x.enum`): bare text, one of `choices`."""
    choice = text.strip()
    if choice in choices:
        return Answer(choice, has_value=True)
    if not choice:
        return Answer(notes=("The model sent no text.",))
    return Answer(choice, True, notes=(f"“{choice[:60]}” isn't one of the choices.",))


def _unfenced(text: str) -> tuple[str, bool]:
    """The text inside the code fence it begins with, if it does, whether closed or not."""
    body = text.lstrip()
    if not body.startswith(_FENCE) or "\n" not in body:
        return text, False
    body = body.partition("\n")[2]  # the first line names the language
    closed = body.rstrip()
    return (closed.removesuffix(_FENCE) if closed.endswith(_FENCE) else body), True


def _complete(text: str) -> tuple[Any, str]:
    """The value of a text that is JSON and nothing else, or why it isn't."""
    try:
        return from_json(text, allow_inf_nan=False), ""
    except ValueError as error:
        return None, str(error)


def _begun(text: str) -> tuple[Any, str]:
    """The value that a text begins, as far as it goes, or what is wrong with it."""
    shorter = text.rstrip(_IN_NUMBERS)
    # The "e" of true and false is in numbers too, but doesn't begin one.
    if text[len(shorter) :][:1] in _BEGIN_NUMBERS and not left_open(text):
        text = shorter
    try:
        value = from_json(text, allow_inf_nan=False, allow_partial="trailing-strings")
    except ValueError as error:
        return None, str(error).partition(" at line")[0]
    return value, ""


def _spans(text: str) -> Iterator[_Span]:
    """The objects and lists in `text`, none within another, an unfinished one last."""
    begins_with_json = text.lstrip()[:1] in {"{", "["}
    position = failures = 0
    while failures < _ATTEMPTS and (match := _OPENING.search(text, position)):
        span = _span(text, match.start())
        if span is _TOO_DEEP:
            return  # what lies inside isn't a value of its own
        position = match.start() + 1
        if span is None:
            failures += 1
            continue
        failures += bool(span.problem)
        position = max(position, span.end)
        yield span
        if span.problem and begins_with_json:
            return  # the rest are pieces of a broken value, not values of their own


def _span(text: str, start: int) -> _Span | None:
    """The value that begins at `start`, complete or as far as it goes; None if there is none."""
    try:
        _, end = json.JSONDecoder(strict=False).raw_decode(text, start)
    except json.JSONDecodeError as error:
        return _beginning(text, start, error)
    except RecursionError:
        return _TOO_DEEP
    except ValueError:  # a whole number of more digits than Python reads
        return None
    value, problem = _complete(text[start:end])
    if problem.startswith(_DEEP):
        return _TOO_DEEP
    return None if problem else _Span(start, end, value)


def _beginning(text: str, start: int, error: json.JSONDecodeError) -> _Span | None:
    """The certain part of a value that ends too early, or goes wrong at `error`."""
    rest = text[start:]
    cut = _complete(rest)[1].startswith("EOF")
    end = len(text) if cut else error.pos
    value, problem = _begun(text[start:end])
    if problem.startswith(_DEEP):
        return _TOO_DEEP
    # In prose "[see above]" is a bracket, not a list that went wrong.
    if problem or not (value or cut):
        return None
    if cut:
        return _Span(start, end, value, _CUT + _stops_inside(rest, value))
    place = f"line {error.lineno}, column {error.colno}"
    return _Span(start, end, value, f"From {place} the answer isn't valid JSON.")


def _stops_inside(text: str, value: Any) -> str:
    """Names the text that stops in the middle, if one does: the last leaf of `value`."""
    # The two readings differ in that text only; when a name was cut, both leave it out.
    if from_json(text, allow_partial=True) == from_json(text, allow_partial="trailing-strings"):
        return ""
    path: list[str | int] = []
    while isinstance(value, (dict, list)) and value:
        step = next(reversed(value)) if isinstance(value, dict) else len(value) - 1
        path.append(step)
        value = value[step]
    return f" The text of {path_text(tuple(path))} stops in the middle."


def _no_value(text: str, problem: str) -> Answer:
    if problem.startswith(_DEEP):
        return Answer(notes=("The answer is nested more than 200 levels deep and can't be shown.",))
    if problem.startswith("EOF") and text.lstrip()[:1] == '"':
        return Answer(_begun(text)[0], has_value=True, cut=True, notes=(_CUT,))
    if text.lstrip()[:1] in {"{", "[", '"'}:
        return Answer(notes=(f"The answer isn't valid JSON: {problem}.",))
    return Answer(notes=("There's no JSON in the answer. See its text.",))
