"""A value against a JSON Schema: every violation with its path and the reason in plain words.

jsonschema does the work. Three things are kept from it, because schema and value come from
strangers: fetching references from the network, regular expressions that take exponential time,
and schemas without end (`check` refuses those).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from pydantic_core import SchemaError, SchemaValidator, core_schema
from pydantic_core import ValidationError as PatternMismatch
from referencing import Registry
from referencing.exceptions import Unresolvable

from gemini.schema.finding import Finding, JsonSchema
from gemini.schema.wording import reason

_MOST = 200  # more violations than a person reads
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


def _pattern(_: Any, pattern: object, value: object, __: Any) -> Iterator[ValidationError]:
    """`pattern` by pydantic's Rust engine, whose time is linear in the text."""
    if not isinstance(value, str) or not isinstance(pattern, str):
        return
    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern)).validate_python(value)
    except PatternMismatch:
        yield ValidationError(f"doesn't match the pattern {pattern}.")
    except SchemaError:
        yield ValidationError(f"couldn't be compared with the pattern {pattern}: not supported.")


_Validator = extend(Draft202012Validator, {"pattern": _pattern})


def _without_name_patterns(node: Any) -> Any:
    """A copy without `patternProperties` and what depends on it: Python's `re` would match them.

    The API doesn't take the keyword; `check` says so.
    """
    if isinstance(node, list):
        return [_without_name_patterns(item) for item in node]
    if not isinstance(node, dict):
        return node
    dropped: set[str] = set()
    if isinstance(node.get("patternProperties"), dict):
        dropped = {"patternProperties", "additionalProperties", "unevaluatedProperties"}
    return {key: _without_name_patterns(item) for key, item in node.items() if key not in dropped}


def violations(value: Any, schema: JsonSchema) -> tuple[Finding, ...]:
    """Where and why `value` doesn't fit `schema`, in the order of the schema; at most 200.

    Never raises. `schema` should have passed `check`; if it can't be applied, the one finding
    says so. Formats checked: date, date-time, time, email.
    """
    try:
        validator = _Validator(
            _without_name_patterns(schema), registry=Registry(), format_checker=_FORMATS
        )
        return findings(islice(validator.iter_errors(value), _MOST))
    except (Unresolvable, RecursionError):
        return (Finding("The schema refers to something that can't be found, or to itself."),)
    except Exception as problem:  # a malformed schema fails in jsonschema in ways of its own
        said = str(problem).partition("\n")[0]
        return (Finding(f"The schema can't be applied: {said}"),)


def findings(errors: Iterable[ValidationError]) -> tuple[Finding, ...]:
    """jsonschema's errors as findings, each once."""
    found = {(tuple(error.absolute_path), reason(error)): None for error in errors}
    return tuple(Finding(text, path) for path, text in found)
