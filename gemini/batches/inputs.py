"""What people bring for a job: a table of rows, or a file of whole requests.

A table is CSV, JSONL, cells from a spreadsheet, or lines. Requests are in the Batch API's own form
and are sent line by line as they are: `{"key": "...", "request": {...}}`, the request being a
GenerateContentRequest: https://ai.google.dev/gemini-api/docs/batch-api#input-file, read 2026-11-21.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from gemini.api.call import Method
from gemini.api.surrogates import whole
from gemini.embeddings.texts import LARGEST_FILE, LINE_END, Sheet, sheet_of
from gemini.format import size
from gemini.models.capabilities import short_name
from gemini.models.estimate import text_tokens
from gemini.plain import as_text

COLUMN = "prompt"
"""The column of a table that is a list of prompts and nothing else."""
LARGEST_REQUESTS = 50_000_000  # bytes; the API takes more, but the page holds it in memory
NO_REQUESTS = "These aren't Batch API requests."


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
        raise ValueError("There's no text.")
    if "\t" in lines[0]:
        return sheet_of(text.strip("\r\n").encode())
    return Sheet((COLUMN,), tuple((line,) for line in lines))


def table_of_jsonl(data: bytes) -> Sheet:
    """An object in each line, its fields being the columns. What isn't text is shown as JSON.

    Raises:
        ValueError: a line isn't an object; the text names it.
    """
    if len(data) > LARGEST_FILE:
        raise ValueError(f"The file is larger than {size(LARGEST_FILE)}.")
    records: list[dict[str, Any]] = []
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = whole(json.loads(line.decode("utf-8-sig")))
        except (ValueError, RecursionError) as error:
            raise ValueError(
                f"Line {number} isn't JSON in UTF-8. Each line must be an object."
            ) from error
        if not isinstance(row, dict):
            raise ValueError(f"Line {number} is JSON, but not an object with names and values.")
        records.append(row)
    columns = tuple(dict.fromkeys(name for row in records for name in row))
    if not columns:
        raise ValueError("There are no rows with names and values.")
    return Sheet(columns, tuple(tuple(_cell(row.get(c)) for c in columns) for row in records))


@dataclass(frozen=True)
class RequestLine:
    """One request: its key, its text as it stands in the file, and the texts it asks with."""

    key: str
    text: str
    prompt: str


@dataclass(frozen=True)
class RequestFile:
    """The lines that can be sent, in their order, and a sentence for each that can't.

    `model` is the one that the lines name, without `models/`; "" where none does.
    """

    lines: tuple[RequestLine, ...]
    damaged: tuple[str, ...] = ()
    model: str = ""

    @property
    def keys(self) -> list[str]:
        return [line.key for line in self.lines]

    @cached_property
    def sheet(self) -> Sheet:
        """What its results are joined to: the keys, and the texts of the prompts."""
        return Sheet(("key", "prompt"), tuple((line.key, line.prompt) for line in self.lines))

    @property
    def estimated_tokens(self) -> int:
        """About how many tokens the texts have together. Media are not counted."""
        return sum(text_tokens(len(line.prompt)) for line in self.lines)

    def only(self, keys: Iterable[str]) -> "RequestFile":
        """The same for some of the lines, which keep their keys."""
        chosen = set(keys)
        return replace(self, lines=tuple(line for line in self.lines if line.key in chosen))

    def data(self) -> bytes:
        """The lines as a file again, each unchanged."""
        return "".join(f"{line.text}\n" for line in self.lines).encode()

    def to_json(self) -> dict[str, Any]:
        """The lines as JSON-ready data; what was damaged isn't kept."""
        return {"lines": [line.text for line in self.lines], "model": self.model}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "RequestFile":
        """The inverse of `to_json`.

        Raises:
            ValueError: the data is no such file.
        """
        if not isinstance(data.get("lines"), list) or not isinstance(data.get("model"), str):
            raise ValueError(NO_REQUESTS)
        file = requests_in("\n".join(map(str, data["lines"])).encode())
        if file is None or file.damaged:
            raise ValueError(NO_REQUESTS)
        return replace(file, model=data["model"])


def requests_in(data: bytes) -> RequestFile | None:
    """The requests of a file, recognised by a line whose `request` is an object; None elsewhere.

    Raises:
        ValueError: there are such lines, and they are more than can be held.
    """
    raw = data.splitlines()
    if not any(_holds_request(row) for _, row in map(_parsed, raw)):
        return None
    if len(data) > LARGEST_REQUESTS:
        raise ValueError(f"The file is larger than {size(LARGEST_REQUESTS)}.")
    reader = _LineReader()
    for number, (text, row) in enumerate(map(_parsed, raw), 1):
        if text:
            reader.take(number, text, row)
    return RequestFile(tuple(reader.lines), tuple(reader.damaged), reader.model)


def creation_of_requests(file: RequestFile, file_name: str, title: str) -> Method:
    """The call that starts the job with its requests in an uploaded file."""
    config = {"display_name": title}
    return "batches.create", {"model": file.model, "src": {"file_name": file_name},
                              "config": config}  # fmt: skip


class _LineReader:
    """Takes line after line, and notes why one can't be sent."""

    def __init__(self) -> None:
        self.lines: list[RequestLine] = []
        self.damaged: list[str] = []
        self.model = ""
        self._of_key: dict[str, int] = {}
        self._of_model = 0

    def take(self, number: int, text: str, row: Any) -> None:
        try:
            key, request = _key_and_request(row)
            prompt = "\n".join(_texts(request))
            self._check_text(key, prompt)
            self._check_key(key)
            self._check_model(request, number)
        except ValueError as error:
            self.damaged.append(f"Line {number}: {error}.")
        else:
            self._of_key[key] = number
            self.lines.append(RequestLine(key, text, prompt))

    def _check_text(self, key: str, prompt: str) -> None:
        try:
            f"{key}{prompt}".encode()
        except UnicodeEncodeError as error:
            raise ValueError("its text has half a character (a lone surrogate)") from error

    def _check_key(self, key: str) -> None:
        if key in self._of_key:
            raise ValueError(f"its key {key[:80]} is already used in line {self._of_key[key]}")

    def _check_model(self, request: dict[str, Any], number: int) -> None:
        """A job has one model: the API starts it under the model's address."""
        named = request.get("model")
        if named is None:
            return
        if not isinstance(named, str):
            raise ValueError("its model isn't a name")
        model = short_name(named)
        if self.model and model != self.model:
            raise ValueError(
                f"it asks for {model[:80]}, and line {self._of_model} for {self.model[:80]}; "
                "a job has one model"
            )
        if not self.model:
            self.model, self._of_model = model, number


def _cell(value: Any) -> str:
    return "" if value is None else as_text(value)


def _parsed(line: bytes) -> tuple[str, Any]:
    """A line as text, and what it says; None where that isn't JSON."""
    try:
        text = line.decode("utf-8-sig").strip()
        return text, json.loads(text, parse_constant=_refuse) if text else None
    except (ValueError, RecursionError):  # the latter: nested deeper than any request is
        return line.decode("utf-8", "replace").strip(), None


def _refuse(name: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(name)


def _key_and_request(row: Any) -> tuple[str, dict[str, Any]]:
    """The two of a line.

    Raises:
        ValueError: it lacks something; the text is the end of a sentence without its full stop.
    """
    if row is None:
        raise ValueError("it isn't JSON in UTF-8")
    if not isinstance(row, dict):
        raise ValueError("it's JSON, but not an object with a key and a request")
    key, request = row.get("key"), row.get("request")
    if not isinstance(key, str) or not key:
        raise ValueError("it has no key, a text that identifies its result")
    if not isinstance(request, dict):
        raise ValueError("it has no request")
    if "contents" not in request and "content" in request:
        raise ValueError("it asks for an embedding; put texts to embed in a table")
    contents = _objects(request.get("contents"))
    if not contents:
        raise ValueError("its request has no list of contents")
    if not all(_objects(content.get("parts")) for content in contents):
        raise ValueError("one of its contents has no list of parts")
    return key, request


def _texts(request: dict[str, Any]) -> Iterator[str]:
    """The texts of the contents; what isn't text by its field's name: "[inlineData]"."""
    for part in (part for content in request["contents"] for part in content["parts"]):
        text = part.get("text")
        yield text if isinstance(text, str) else f"[{next(iter(part), 'empty part')}]"


def _holds_request(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("request"), dict)


def _objects(values: Any) -> list[dict[str, Any]]:
    """The objects of a list; none where it isn't a list, or has anything else in it."""
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        return []
    return values
