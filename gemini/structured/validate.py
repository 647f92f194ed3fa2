"""A value against a JSON Schema: every violation with its path and the reason in plain words.

jsonschema does the work. Three things are kept from it, because schema and value come from
strangers: fetching references from the network, regular expressions that take exponential time,
and schemas without end (`check` refuses those).
"""

import copy
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from jsonschema import Draft3Validator, Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend, validator_for
from pydantic_core import SchemaError, SchemaValidator, core_schema
from referencing import Registry
from referencing.exceptions import Unresolvable

from gemini.structured.finding import Finding, JsonSchema, short
from gemini.structured.subschemas import is_local, walk_all

_MOST = 200  # more violations than a person reads
_MANY = 8  # names or values in one sentence
_FORMATS: dict[str, Callable[[str], object]] = {
    # Ten characters: Python also reads the basic form 20260131, which RFC 3339 has not.
    "date": lambda text: len(text) == 10 and date.fromisoformat(text),
    "date-time": lambda text: len(text) > 10 and datetime.fromisoformat(text),
    "time": lambda text: [time.fromisoformat(text)],  # midnight is a time too
    "email": lambda text: re.fullmatch(r"[^@\s]+@[^@\s]+", text),
}


def conforms(value: object, name: str) -> bool:
    """Whether a value is of a format; one that isn't a text is, as is one of a format unknown."""
    if not isinstance(value, str) or name not in _FORMATS:
        return True
    try:
        return bool(_FORMATS[name](value))
    except ValueError:
        return False


def _format(_: Any, name: Any, value: object, __: Any) -> Iterator[ValidationError]:
    if not conforms(value, name):
        yield ValidationError(f"{short(value)} isn't a valid {name}.")


@lru_cache(256)
def _matcher(pattern: str) -> SchemaValidator | None:
    """pydantic's Rust engine, whose time is linear in the text; None if it doesn't support it."""
    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern))
    except SchemaError:
        return None


def _matches(pattern: str, text: str) -> bool | None:
    """Whether a pattern is in a text; None where that can't be told."""
    matcher = _matcher(pattern)
    return None if matcher is None else matcher.isinstance_python(text)


def _pattern(_: Any, pattern: object, value: object, __: Any) -> Iterator[ValidationError]:
    if not isinstance(value, str) or not isinstance(pattern, str):
        return
    matches = _matches(pattern, value)
    if matches is None:
        yield ValidationError(f"couldn't be compared with the pattern {pattern}: not supported.")
    elif not matches:
        yield ValidationError(f"doesn't match the pattern {pattern}.")


def _by_pattern(
    validator: Any, patterns: dict[str, Any], value: object, _: Any
) -> Iterator[ValidationError]:
    """`patternProperties`."""
    if not isinstance(value, dict):
        return
    for pattern, schema in patterns.items():
        for name, item in value.items():
            if _matches(pattern, name):
                yield from validator.descend(item, schema, path=name, schema_path=pattern)


def _further(validator: Any, more: Any, value: object, schema: Any) -> Iterator[ValidationError]:
    """`additionalProperties`: for the names that are no properties and match no pattern."""
    if not isinstance(value, dict):
        return
    patterns = schema.get("patternProperties", {})
    further = [
        name
        for name in value
        if name not in schema.get("properties", {})
        and not any(_matches(pattern, name) is not False for pattern in patterns)
    ]
    if isinstance(more, dict):
        for name in further:
            yield from validator.descend(value[name], more, path=name)
    elif more is False and further:
        yield ValidationError(_more_than_allowed(further))


def draft_of(schema: JsonSchema) -> type[Validator]:
    """The validator of the draft that `$schema` names; of 2020-12 if it names none from 4 on."""
    known = isinstance(schema.get("$schema"), str)
    draft = validator_for(schema, Draft202012Validator) if known else Draft202012Validator
    return Draft202012Validator if draft is Draft3Validator else draft


@cache
def _validator(draft: type[Validator]) -> type[Validator]:
    own = {
        "format": _format,
        "pattern": _pattern,
        "patternProperties": _by_pattern,
        "additionalProperties": _further,
    }
    return extend(draft, own)


def _applicable(schema: JsonSchema) -> JsonSchema:
    """A copy without references to other documents, which aren't fetched; `check` says so.

    And without `unevaluatedProperties` where names go by patterns: Python's `re` would match them.
    """
    schema = copy.deepcopy(schema)
    nodes = [node for _, node in walk_all(schema)]
    by_pattern = any("patternProperties" in node for node in nodes)
    for node in nodes:
        if isinstance(ref := node.get("$ref"), str) and not is_local(schema, ref):
            del node["$ref"]
        if by_pattern:
            node.pop("unevaluatedProperties", None)
    return schema


def violations(value: Any, schema: JsonSchema) -> tuple[Finding, ...]:
    """Where and why `value` doesn't fit `schema`, in the order of the schema; at most 200.

    Never raises. `schema` should have passed `check`; if it can't be applied, the one finding
    says so. Formats checked: date, date-time, time, email.
    """
    try:
        validator = _validator(draft_of(schema))(_applicable(schema), registry=Registry())
        return findings(islice(validator.iter_errors(value), _MOST))
    except (Unresolvable, RecursionError):
        return (Finding("The schema refers to something that can't be found, or to itself."),)
    except Exception as problem:  # a malformed schema fails in jsonschema in ways of its own
        said = str(problem).partition("\n")[0]
        return (Finding(f"The schema can't be applied: {said}"),)


def findings(errors: Iterable[ValidationError]) -> tuple[Finding, ...]:
    """jsonschema's errors as findings, each once."""
    matches = {(tuple(error.absolute_path), reason(error)): None for error in errors}
    return tuple(Finding(text, path) for path, text in matches)


_COUNTED = {
    "Items": ("item", "items"),
    "Length": ("character", "characters"),
    "Properties": ("property", "properties"),
}
_RELATIONS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
    "multipleOf": "a multiple of",
}


def reason(error: ValidationError) -> str:
    """One violation as a sentence without its path."""
    word, value, expected = str(error.validator), error.instance, error.validator_value
    if error.schema is False:
        return "nothing is allowed here."
    if word in _SENTENCES:
        return _SENTENCES[word](error)
    if word in _RELATIONS:
        return f"{short(value)} should be {_RELATIONS[word]} {expected}."
    if word[3:] in _COUNTED and isinstance(value, (str, list, dict)):
        what = _COUNTED[word[3:]][len(value) != 1]
        bound = "at least" if word.startswith("min") else "at most"
        return f"has {len(value)} {what}, should have {bound} {expected}."
    return error.message if error.message.endswith(".") else f"{error.message}."


def _type(error: ValidationError) -> str:
    types: Any = error.validator_value
    names = [str(name) for name in (types if isinstance(types, list) else [types])]
    articles = [f"an {n}" if n[0] in "aeiou" else f"a {n}" for n in names]
    listed = " or ".join(articles).replace("a null", "null")
    return f"should be {listed}, but is {_is(error.instance)}."


def _is(value: object) -> str:
    """What a value is, in JSON Schema's terms: `the string "12"`."""
    if value is None or isinstance(value, bool):
        return short(value)
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "an array"
    return f"the {'string' if isinstance(value, str) else 'number'} {short(value)}"


def _enum(error: ValidationError) -> str:
    allowed: Any = error.validator_value
    if len(allowed) > _MANY:
        return f"{short(error.instance)} is none of the {len(allowed)} allowed values."
    listed = ", ".join(short(value) for value in allowed)
    return f"{short(error.instance)} is none of the allowed values: {listed}."


def _required(error: ValidationError) -> str:
    # jsonschema gives one error a missing name, and says which only in its message.
    present: Any = error.instance
    names: Any = error.validator_value
    missing = [name for name in names if name not in present]
    name = next((name for name in missing if error.message.startswith(repr(name))), missing[0])
    return f"“{name}” is required and missing."


def _unevaluated(error: ValidationError) -> str:
    known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
    instance: Any = error.instance
    return _more_than_allowed([name for name in instance if name not in known])


def _more_than_allowed(names: list[str]) -> str:
    listed = ", ".join(f"“{name}”" for name in names[:_MANY])
    return f"has more than the schema allows: {listed}."


def _alternatives(error: ValidationError) -> str:
    """Names the alternative that came closest: the one whose first violation lies deepest."""
    if not error.context:
        return "fits more than one of the alternatives; exactly one is allowed."
    closest = max(error.context, key=lambda item: len(item.path))
    steps = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in closest.path)
    place = f"{steps.lstrip('.')} " if steps else "it "
    return f"fits none of the alternatives; the closest: {place}{reason(closest)}"


_SENTENCES: dict[str, Callable[[ValidationError], str]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda error: (
        f"should be {short(error.validator_value)}, but is {_is(error.instance)}."
    ),
    "required": _required,
    "unevaluatedProperties": _unevaluated,
    "anyOf": _alternatives,
    "oneOf": _alternatives,
    "uniqueItems": lambda _: "has an item twice; each should be there once.",
}
