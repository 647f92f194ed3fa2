"""The routes of the Batch API: start, look, list, cancel, delete.

Limits: https://ai.google.dev/gemini-api/docs/batch-api, looked up 2026-11-21 (requests sent inline
under 20 MB) and https://ai.google.dev/gemini-api/docs/rate-limits (100 batches at once).
"""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator.batches.store import BatchRecord, BatchStore, Kind
from emulator.batches.worker import Answer, Worker
from emulator.errors import ApiError, invalid_argument, invalid_field
from emulator.files.store import FileStore
from emulator.messages.base import Message
from emulator.messages.requests import (
    Batch,
    CreateBatchRequest,
    EmbedContentRequest,
    GenerateContentRequest,
    InlinedRequest,
)
from emulator.models import Model
from emulator.paging import page
from emulator.validation import read_message

MOST_OPEN = 100
MOST_INLINE_BYTES = 20_000_000
PAGE_SIZES = (10, 100)  # the usual, the largest
KINDS: dict[str, tuple[Kind, type[Message]]] = {
    "batchGenerateContent": ("GenerateContentBatch", GenerateContentRequest),
    "asyncBatchEmbedContent": ("EmbedContentBatch", EmbedContentRequest),
}
"""By method of a model: what it starts, and the requests in it."""
_INPUT = "batch.input_config"


class Batches:
    """The endpoints of one emulator's batches, and the worker that answers them with `answer`.

    Requests in files are read from `files`, and their results are kept there.
    """

    def __init__(self, store: BatchStore, files: FileStore, answer: Answer) -> None:
        self._store, self._files = store, files
        self._worker = Worker(store, answer, self._keep)

    def start(self) -> None:
        """Begins to work in the running event loop, with what an earlier emulator left."""
        self._worker.start()

    async def close(self) -> None:
        await self._worker.close()
        self._store.close()

    async def create(self, method: str, model: Model, body: dict[str, Any]) -> Response:
        """POST models/{model}:{method}, one of `KINDS`."""
        batch = read_message(CreateBatchRequest, body).batch
        if batch.webhook_config:
            raise invalid_argument("The emulator doesn't call webhooks. Ask for the batch's state.")
        if (
            sum(batch.state in ("PENDING", "RUNNING") for batch in self._store.newest())
            >= MOST_OPEN
        ):
            raise ApiError(429, f"At most {MOST_OPEN} batches can run at once.")
        source = await asyncio.to_thread(self._lines, batch, KINDS[method][1])
        batch = await asyncio.to_thread(
            self._store.add, KINDS[method][0], model.name, batch.display_name, *source
        )
        if not batch.total:
            self._store.delete(batch.id)
            raise invalid_field(f"{_INPUT}.file_name", "the file has no requests.")
        self._worker.wake()
        return JSONResponse(batch.wire())

    async def list(self, request: Request) -> Response:
        """GET batches: newest first, without their results."""
        entries = [batch.wire() for batch in self._store.newest()]
        return JSONResponse(page("operations", entries, request.query_params, PAGE_SIZES))

    async def get(self, request: Request) -> Response:
        """GET batches/{id}: with its results, once it has succeeded."""
        batch = self._store.get(request.path_params["id"])
        if batch.state != "SUCCEEDED":
            return JSONResponse(batch.wire())
        if batch.input_file:
            return JSONResponse(batch.wire({"responsesFile": responses_file(batch)}))
        results = await asyncio.to_thread(_read_lines, self._store.results(batch.id))
        return JSONResponse(batch.wire({"inlinedResponses": {"inlinedResponses": results}}))

    async def cancel(self, request: Request) -> Response:
        """POST batches/{id}:cancel: of no effect on one that is done."""
        batch = self._store.get(request.path_params["id"])
        if self._store.is_open(batch.id):
            self._store.end(batch.id, "CANCELLED", (1, "The batch was cancelled."))
            self._worker.drop(batch.id)
        return JSONResponse({})

    async def delete(self, request: Request) -> Response:
        """DELETE batches/{id}: with its results; what is under way is stopped."""
        batch = self._store.get(request.path_params["id"])
        self._store.delete(batch.id)
        self._worker.drop(batch.id)
        return JSONResponse({})

    async def _keep(self, batch: BatchRecord) -> None:
        """The results of a batch whose requests came in a file are a file, too."""
        if batch.input_file:
            name, responses = responses_file(batch), self._store.results(batch.id)
            self._files.delete(name.removeprefix("files/"))  # left when the emulator was stopped
            await asyncio.to_thread(self._files.add_generated, name, "application/jsonl", responses)

    def _lines(self, batch: Batch, message: type[Message]) -> tuple[str, Iterator[bytes]]:
        """The input file's name, "" for none, and the requests. Raises ApiError for none."""
        inline, file_name = batch.input_config.requests.requests, batch.input_config.file_name
        if bool(inline) == bool(file_name):
            raise invalid_field(_INPUT, "either requests or file_name must be set, and not both.")
        if not file_name:
            return "", iter(_checked(inline, message))
        file = self._files.get(file_name.removeprefix("files/"))
        return f"files/{file.id}", _open_lines(self._files.path(file.id))


def responses_file(batch: BatchRecord) -> str:
    """The name of the file with the results of a batch whose requests came in one."""
    return f"files/batch-{batch.id}"


def _checked(rows: tuple[InlinedRequest, ...], message: type[Message]) -> list[bytes]:
    """A line for each request. Raises ApiError 400 for one that is no `message`, or too much."""
    lines = []
    for number, row in enumerate(rows):
        path = f"{_INPUT}.requests.requests[{number}].request"
        if row.request is None:
            raise invalid_field(path, "request is not specified")
        try:
            read_message(message, row.request)
        except ApiError as error:
            raise invalid_argument(f"{path}: {error.message}") from error
        entry = {"metadata": row.metadata, "request": row.request}
        lines.append(json.dumps({k: v for k, v in entry.items() if v is not None}).encode())
    if sum(map(len, lines)) > MOST_INLINE_BYTES:
        raise invalid_field(f"{_INPUT}.requests", "more than 20 MB: send them as a file.")
    return lines


def _open_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file


def _read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]
