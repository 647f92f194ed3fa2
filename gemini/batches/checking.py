"""Whether the answers of a job are the JSON that was asked for, and whose row is certain."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from gemini.batches.kept import Table
from gemini.batches.plan import BatchPlan
from gemini.batches.results import Result
from gemini.format import counted
from gemini.structured import JSON_MIME_TYPE, parse, violations
from gemini.structured.openapi import from_openapi


def checked(table: Table | None, results: Sequence[Result]) -> list[Result]:
    """The results; one that was to be JSON, and isn't or doesn't fit its schema, as failed.

    Of JSON in a code fence or among prose the JSON is taken.
    """
    schemas = dict(_schemas(table))
    return [
        _checked(one, schemas[one.key])
        if one.text and not one.error and one.key in schemas
        else one
        for one in results
    ]


def notes(table: Table | None, results: Sequence[Result]) -> list[str]:
    """Sentences on results whose row isn't certain."""
    said = []
    if results and table is not None and not any(one.keyed for one in results):
        said.append("The results came without keys: they are joined to the rows by their order.")
    keys = Counter(one.key for one in results)
    if twice := [key for key, times in keys.items() if times > 1]:
        said.append(f"More than one result came for {_names(twice)}: the first good one is shown.")
    known = set(table.keys) if table else set(keys)
    if strange := [key for key in keys if key not in known]:
        said.append(f"{counted(len(strange), 'result')} of no row: {_names(strange)}.")
    return said


def _names(keys: Sequence[str]) -> str:
    return ", ".join(keys[:3]) + (", ..." if len(keys) > 3 else "")


def _schemas(table: Table | None) -> Iterator[tuple[str, Any]]:
    """The rows whose answer is to be JSON, each with its JSON Schema; None where it has none."""
    if isinstance(table, BatchPlan):
        config = table.template.config
        if config.get("response_mime_type") == JSON_MIME_TYPE:
            schema = _schema(config.get("response_json_schema"), config.get("response_schema"))
            yield from ((key, schema) for key in table.keys)
    elif table is not None:
        for line in table.lines:
            config = json.loads(line.text)["request"].get("generationConfig")
            if isinstance(config, dict) and config.get("responseMimeType") == JSON_MIME_TYPE:
                schemas = (config.get(f"response{word}chema") for word in ("JsonS", "S"))
                yield line.key, _schema(*schemas)


def _schema(given: Any, openapi: Any) -> Any:
    """The JSON Schema that was sent, or the same as one in OpenAPI's form says."""
    return given or (from_openapi(openapi) if isinstance(openapi, dict) else None)


def _checked(result: Result, schema: Any) -> Result:
    answer = parse(result.text)
    if not answer.has_value or answer.cut:
        return replace(result, error=answer.notes[0] if answer.notes else "It is no JSON.")
    if isinstance(schema, dict) and (wrong := _misfits(answer.value, schema)):
        return replace(result, error=f"It doesn't fit the schema. {wrong}")
    text = result.text if _is_json(result.text) else json.dumps(answer.value, ensure_ascii=False)
    return replace(result, text=text)


def _misfits(value: Any, schema: dict[str, Any]) -> str:
    try:
        problems = violations(value, schema)
    except ValueError:  # the schema is wrong, which the API has said
        return ""
    return f"{problems[0].where}: {problems[0].reason}" if problems else ""


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
