"""A value against a JSON Schema: every violation with its path and the reason in plain words.

jsonschema does the work. Three things are kept from it, because schema and value come from
strangers: fetching references from the network, regular expressions that take exponential time,
and schemas without end (`check` refuses those).
"""

import copy
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from jsonschema import (
    Draft4Validator,
    Draft6Validator,
    Draft7Validator,
    Draft201909Validator,
    Draft202012Validator,
    FormatChecker,
)
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend, validator_for
from pydantic_core import SchemaError, SchemaValidator, core_schema
from pydantic_core import ValidationError as PatternMismatch
from referencing import Registry
from referencing.exceptions import Unresolvable

from gemini.structured.finding import Finding, JsonSchema
from gemini.structured.refs import is_local, walk_all
from gemini.structured.wording import reason

_MOST = 200  # more violations than a person reads
_MOST_NAMES = 8  # in one sentence
_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    # Ten characters: Python also reads the basic form 20260131, which RFC 3339 has not.
    return not isinstance(value, str) or (len(value) == 10 and bool(date.fromisoformat(value)))


@_FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or (
        datetime.fromisoformat(value) is not None and len(value) > 10
    )


@_FORMATS.checks("time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or time.fromisoformat(value) is not None


@_FORMATS.checks("email")
def _is_email(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"[^@\s]+@[^@\s]+", value))


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
    if matcher is None:
        return None
    try:
        matcher.validate_python(text)
    except PatternMismatch:
        return False
    return True


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
        named = ", ".join(f"“{name}”" for name in further[:_MOST_NAMES])
        yield ValidationError(f"has more than the schema allows: {named}", validator="further")


_DRAFTS = (
    Draft4Validator,
    Draft6Validator,
    Draft7Validator,
    Draft201909Validator,
    Draft202012Validator,
)


def draft_of(schema: JsonSchema) -> type[Validator]:
    """The validator of the draft that `$schema` names; of 2020-12 if it names none we know."""
    known = isinstance(schema.get("$schema"), str)
    draft = validator_for(schema, Draft202012Validator) if known else Draft202012Validator
    return draft if draft in _DRAFTS else Draft202012Validator


@cache
def _validator(draft: type[Validator]) -> type[Validator]:
    own = {
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
        validator = _validator(draft_of(schema))(
            _applicable(schema), registry=Registry(), format_checker=_FORMATS
        )
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
