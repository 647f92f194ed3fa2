"""One request of a batch into its result: the answer, or the error of this one alone."""

from collections.abc import Awaitable, Callable
from typing import Any

from emulator import wire
from emulator.batches.store import StoredBatch
from emulator.engines import PromptTooLongError, UnavailableError, UnsupportedError
from emulator.errors import ApiError, invalid_argument
from emulator.plan import too_long

Answer = Callable[[StoredBatch, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Answers one request of a batch, a call's body. Raises ApiError, or what an engine raises."""

_RPC_CODES = {400: 3, 403: 7, 404: 5, 413: 3, 429: 8, 500: 13, 503: 14}
"""HTTP's codes as google.rpc.Code: https://cloud.google.com/apis/design/errors"""
_UNKNOWN = 2


async def result(batch: StoredBatch, line: bytes, answer: Answer) -> dict[str, Any]:
    """`{"response"}` or `{"error": {"code", "message"}}`, beside the row's own key or metadata."""
    head: dict[str, Any] = {}
    try:
        row = wire.parse_object(line)
        head = {name: row[name] for name in ("key", "metadata") if row.get(name) is not None}
        return head | {"response": await answer(batch, _request(row, batch))}
    except ApiError as error:
        return head | _failed(error)
    except PromptTooLongError as error:
        return head | _failed(too_long(error.tokens, error.limit))
    except UnsupportedError as error:
        return head | _failed(ApiError(400, str(error)))
    except UnavailableError as error:
        return head | _failed(ApiError(503, str(error)))


def _request(row: dict[str, Any], batch: StoredBatch) -> dict[str, Any]:
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
