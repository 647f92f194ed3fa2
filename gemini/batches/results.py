"""What came of a job, row by row: checked, and joined to the table that it was made from."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from google.genai import types

from gemini.api.surrogates import whole
from gemini.batches.plan import BatchPlan, Table
from gemini.format import counted, csv_text
from gemini.structured.answer import parse
from gemini.structured.openapi import from_openapi
from gemini.structured.sending import JSON_MIME_TYPE
from gemini.structured.validate import violations

_UNREADABLE = "The line of this result isn't a JSON object."


@dataclass(frozen=True)
class Result:
    """The outcome of one row. `error` is empty where it went well.

    `came` is what came for it, as JSON-ready data in the wire's spelling; `tokens` are the prompt's
    and the answer's together. `keyed` is False where the API gave no key: then the key is
    `row-<place>` where no result has one, and otherwise `line-<place>`, which is that of no row.
    """

    key: str
    text: str = ""
    vector: tuple[float, ...] = ()
    error: str = ""
    tokens: int | None = None
    came: Any = None
    keyed: bool = True


def results_in(job: types.BatchJob) -> list[Result]:
    """The results that a job carries itself; none where they are in a file."""
    dest = job.dest or types.BatchJobDestination()
    entries = [*(dest.inlined_responses or []), *(dest.inlined_embed_content_responses or [])]
    return _results(
        [whole(one.model_dump(mode="json", by_alias=True, exclude_none=True)) for one in entries]
    )


def results_of(data: bytes) -> list[Result]:
    """The results in a file of responses, a JSON object a line. A line that is none is an error."""
    entries: list[dict[str, Any]] = []
    for line in filter(bytes.strip, data.splitlines()):
        try:
            row = whole(json.loads(line))
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            row = {"error": {"message": _UNREADABLE}}
        entries.append(row)
    return _results(entries)


def failed(results: Sequence[Result], table: Table | None = None) -> list[str]:
    """The keys of the rows that came to nothing, or for which nothing came."""
    return [result.key for result in _by_row(table, results) if result.error]


def joined(table: Table | None, results: Sequence[Result]) -> list[dict[str, Any]]:
    """A row for each row of the table, or of the results where the table is unknown.

    Columns: those of the table, then what came: `answer` or `vector`, `error`, `tokens`.
    """
    entries = _by_row(table, results)
    columns = table.sheet.columns if table else ("row",)
    rows = table.sheet.rows if table else [(result.key,) for result in entries]
    embeds = any(result.vector for result in entries)
    rows_out = []
    for result, row in zip(entries, rows, strict=True):
        outcome = {
            "vector" if embeds else "answer": list(result.vector) if embeds else result.text,
            "error": result.error,
            "tokens": result.tokens,
        }
        apart = {f"{n} (result)" if n in columns else n: v for n, v in outcome.items()}
        rows_out.append(dict(zip(columns, row, strict=True)) | apart)
    return rows_out


def as_csv(rows: Sequence[dict[str, Any]]) -> bytes:
    """Joined rows as CSV in UTF-8 that spreadsheets open; vectors as JSON."""
    cells = ([json.dumps(v) if isinstance(v, list) else v for v in row.values()] for row in rows)
    return csv_text([rows[0] if rows else [], *cells]).encode("utf-8-sig")


def as_jsonl(table: Table | None, results: Sequence[Result]) -> bytes:
    """Joined rows as JSONL, each with what came for it, whole, under `result`."""
    both = zip(joined(table, results), _by_row(table, results), strict=True)
    lines = (json.dumps(row | {"result": one.came}, ensure_ascii=False) for row, one in both)
    return "\n".join(lines).encode() + b"\n"


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
        said.append("The results have no keys, so they are matched to the rows by their order.")
    keys = Counter(one.key for one in results)
    if twice := [key for key, times in keys.items() if times > 1]:
        said.append(
            f"There's more than one result for {_names(twice)}: the first good one is shown."
        )
    known = set(table.keys) if table else set(keys)
    if strange := [key for key in keys if key not in known]:
        said.append(f"{counted(len(strange), 'result')} without a row: {_names(strange)}.")
    return said


def _by_row(table: Table | None, results: Sequence[Result]) -> list[Result]:
    """A result for each row of the table, in its order."""
    by_key: dict[str, Result] = {}
    for result in results:
        if result.key not in by_key or by_key[result.key].error:
            by_key[result.key] = result
    keys = table.keys if table else list(by_key)
    missing = "There is no result for this row."
    if any(result.error == _UNREADABLE for result in results):
        missing = "There is no result for this row; a line of the results can't be read."
    return [by_key.get(key) or Result(key, error=missing) for key in keys]


def _results(rows: Sequence[dict[str, Any]]) -> list[Result]:
    """The results of rows, each with its own key; where none has one, with that of its place."""
    keys = [_key(row) for row in rows]
    place = "line" if any(keys) else "row"
    return [
        replace(_result(key or f"{place}-{number}", row), keyed=bool(key))
        for number, (key, row) in enumerate(zip(keys, rows, strict=True), 1)
    ]


def _key(row: dict[str, Any]) -> str:
    metadata = row.get("metadata")
    key = row.get("key") or (metadata.get("key") if isinstance(metadata, dict) else None)
    return str(key) if key else ""


def _result(key: str, row: dict[str, Any]) -> Result:
    response = row.get("response") or {}
    if error := row.get("error"):
        message = error.get("message") if isinstance(error, dict) else str(error)
        return Result(key, error=message or "It failed, and no reason was given.", came=row)
    if values := (response.get("embedding") or {}).get("values"):
        count = response.get("tokenCount")
        return Result(key, vector=tuple(values), tokens=int(count) if count else None, came=row)
    text = _text(response)
    tokens = (response.get("usageMetadata") or {}).get("totalTokenCount")
    return Result(key, text, error="" if text else _reason(response), tokens=tokens, came=row)


def _text(response: dict[str, Any]) -> str:
    """The text of the first candidate, without thoughts."""
    parts = (_first(response).get("content") or {}).get("parts") or []
    return "".join(part.get("text") or "" for part in parts if not part.get("thought"))


def _reason(response: dict[str, Any]) -> str:
    """Why a response has no text."""
    blocked = (response.get("promptFeedback") or {}).get("blockReason")
    reason = blocked or _first(response).get("finishReason")
    return f"No text came back: {reason}." if reason else "No text came back."


def _first(response: dict[str, Any]) -> dict[str, Any]:
    candidates = response.get("candidates") or [{}]
    return candidates[0]


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
        return replace(result, error=answer.notes[0] if answer.notes else "It isn't JSON.")
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
