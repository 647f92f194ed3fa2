"""Tables of rows as people bring them: CSV, JSONL, cells from a spreadsheet, or lines."""

import json
from typing import Any

from gemini.api.surrogates import whole
from gemini.embeddings.texts import LARGEST_FILE, LINE_END, Sheet, sheet_of

COLUMN = "prompt"
"""The column of a table that is a list of prompts and nothing else."""


def table_of_file(name: str, data: bytes) -> Sheet:
    """A file by the ending of its name: JSONL, or CSV in UTF-8.

    Raises:
        ValueError: it is no such file; the text says what is wrong, in a sentence.
    """
    if name.lower().endswith((".jsonl", ".ndjson", ".json")):
        return table_of_jsonl(data)
    return sheet_of(data)


def table_of_text(text: str) -> Sheet:
    """Pasted text: JSONL where it begins with a brace; with tabs in its first line the cells of a
    spreadsheet, the first row being names; else a prompt in each line.

    Raises:
        ValueError: there is nothing, or it is not what it began as.
    """
    stripped = text.strip()
    if stripped.startswith("{") and not stripped.startswith("{{"):  # that is a variable
        return table_of_jsonl(stripped.encode())
    lines = [line for line in LINE_END.split(text) if line.strip()]
    if not lines:
        raise ValueError("There is no text.")
    if "\t" in lines[0]:
        return sheet_of(text.strip("\r\n").encode())
    return Sheet((COLUMN,), tuple((line,) for line in lines))


def table_of_jsonl(data: bytes) -> Sheet:
    """An object in each line, its fields being the columns. What is no text is shown as JSON.

    Raises:
        ValueError: a line is no object; the text names it.
    """
    if len(data) > LARGEST_FILE:
        raise ValueError(f"The file is larger than {LARGEST_FILE // 1_000_000} MB.")
    records: list[dict[str, Any]] = []
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = whole(json.loads(line.decode("utf-8-sig")))
        except (ValueError, RecursionError) as error:
            raise ValueError(
                f"Line {number} is not JSON in UTF-8. Each line is one object."
            ) from error
        if not isinstance(row, dict):
            raise ValueError(f"Line {number} is JSON but no object with names and values.")
        records.append(row)
    columns = tuple(dict.fromkeys(name for row in records for name in row))
    if not columns:
        raise ValueError("There is no row with names and values.")
    return Sheet(columns, tuple(tuple(_cell(row.get(c)) for c in columns) for row in records))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
