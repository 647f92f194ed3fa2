"""A value against a JSON Schema: every violation with its path and the reason in plain words.

jsonschema does the work. Three things are kept from it, because schema and value come from
strangers: fetching references from the network, regular expressions that take exponential time,
and schemas without end (`check` refuses those).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from functools import cache
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

from gemini.schema.finding import Finding, JsonSchema
from gemini.schema.refs import is_local
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
    return extend(draft, {"pattern": _pattern})


def _applicable(node: Any, root: JsonSchema) -> Any:
    """A copy without `patternProperties` and what depends on it: Python's `re` would match them.

    And without references to other documents, which aren't fetched. `check` says both.
    """
    if isinstance(node, list):
        return [_applicable(item, root) for item in node]
    if not isinstance(node, dict):
        return node
    dropped: set[str] = set()
    if isinstance(node.get("patternProperties"), dict):
        dropped = {"patternProperties", "additionalProperties", "unevaluatedProperties"}
    if isinstance(ref := node.get("$ref"), str) and not is_local(root, ref):
        dropped |= {"$ref"}
    return {key: _applicable(item, root) for key, item in node.items() if key not in dropped}


def violations(value: Any, schema: JsonSchema) -> tuple[Finding, ...]:
    """Where and why `value` doesn't fit `schema`, in the order of the schema; at most 200.

    Never raises. `schema` should have passed `check`; if it can't be applied, the one finding
    says so. Formats checked: date, date-time, time, email.
    """
    try:
        validator = _validator(draft_of(schema))(
            _applicable(schema, schema), registry=Registry(), format_checker=_FORMATS
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
