"""The one worker of all batches: one batch after the other, one request at a time.

So a batch never takes more of this machine than one person who chats.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from emulator import wire
from emulator.batches.store import BatchRecord, BatchStore
from emulator.errors import ENGINE_FAILURES, ApiError, as_api_error, invalid_argument

_log = logging.getLogger(__name__)

Answer = Callable[[BatchRecord, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Answers one request of a batch, a call's body. Raises ApiError, or what an engine raises."""

_RPC_CODES = {400: 3, 403: 7, 404: 5, 413: 3, 429: 8, 500: 13, 503: 14}
"""HTTP's codes as google.rpc.Code: https://cloud.google.com/apis/design/errors"""
_UNKNOWN = 2


class Worker:
    """Answers what is in the store until it is closed; `finished` gets a batch's results to keep.

    What is still open when it starts goes on where it was.
    """

    def __init__(
        self, store: BatchStore, answer: Answer, finished: Callable[[BatchRecord], Awaitable[None]]
    ) -> None:
        self._store, self._answer, self._finished = store, answer, finished
        self._wake = asyncio.Event()
        self._row: tuple[str, asyncio.Task[dict[str, object]]] | None = None
        self._working: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins in the running event loop."""
        self._working = asyncio.create_task(self._work())

    def wake(self) -> None:
        """Says that there is something new to do."""
        self._wake.set()

    def drop(self, batch_id: str) -> None:
        """Ends the request under way of a batch that nobody wants any more."""
        if self._row is not None and self._row[0] == batch_id:
            self._row[1].cancel()

    async def close(self) -> None:
        """Stops. What isn't done stays open in the store."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            self._wake.clear()
            while (batch := self._store.next_open()) is not None:
                try:
                    await self._answer_all(self._store.start(batch.id))
                except Exception as error:
                    _log.exception("batch %s", batch.id)
                    message = f"The emulator failed ({type(error).__name__}), a bug in the "
                    "emulator."
                    self._store.end(batch.id, "FAILED", (13, message))
            await self._wake.wait()

    async def _answer_all(self, batch: BatchRecord) -> None:
        for line in self._store.requests(batch):
            row = asyncio.create_task(result(batch, line, self._answer))
            self._row = (batch.id, row)
            try:
                await asyncio.wait({row})
            finally:
                row.cancel()  # of no effect on one that is done
                self._row = None
            if row.cancelled() or not self._store.is_open(batch.id):
                return  # the batch was cancelled or deleted
            self._store.add_result(batch.id, row.result())
        await self._finished(self._store.get(batch.id))
        self._store.end(batch.id, "SUCCEEDED")


async def result(batch: BatchRecord, line: bytes, answer: Answer) -> dict[str, Any]:
    """`{"response"}` or `{"error": {"code", "message"}}`, beside the row's own key or metadata."""
    head: dict[str, Any] = {}
    try:
        row = wire.parse_object(line)
        head = {name: row[name] for name in ("key", "metadata") if row.get(name) is not None}
        return head | {"response": await answer(batch, _request(row, batch))}
    except ApiError as error:
        return head | _failed(error)
    except ENGINE_FAILURES as error:
        return head | _failed(as_api_error(error))


def _request(row: dict[str, Any], batch: BatchRecord) -> dict[str, Any]:
    request = row.get("request")
    if not isinstance(request, dict):
        raise invalid_argument("The row has no request. Each one is an object with a `request`.")
    named = request.get("model") or batch.model
    if str(named).removeprefix("models/") != batch.model:
        raise invalid_argument(
            f"The request names the model {str(named)[:100]}, and its batch models/{batch.model}."
        )
    return request


def _failed(error: ApiError) -> dict[str, Any]:
    code = _RPC_CODES.get(error.code, _UNKNOWN)
    return {"error": {"code": code, "message": error.message}}
