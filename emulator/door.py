"""The door: who may call, how replies travel, and every error in the shape of its API."""

import gzip
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from emulator import field_mask, wire
from emulator.errors import ENGINE_FAILURES, ApiError, as_api_error, invalid_key, missing_key
from emulator.faults.on_wire import faulty_reply, wait_first
from emulator.faults.table import model_of
from emulator.interactions.messages import error_response

Handler = Callable[[Request], Awaitable[Response]]


def keyed(handler: Handler) -> Handler:
    """The handler behind the door: any key opens it, none doesn't. A fault comes on top."""

    async def endpoint(request: Request) -> Response:
        _check_key(request)
        mask = field_mask.of_request(request)
        fault = request.state.fault = request.app.state.armed.take(request)
        if fault is not None and fault.kind == "error":
            raise fault.error(model_of(request))
        await wait_first(fault)
        response = await handler(request)
        if mask and isinstance(response, JSONResponse):
            response = JSONResponse(field_mask.masked(json.loads(bytes(response.body)), mask))
        return faulty_reply(_compressed(request, response), fault, request.url.path)

    return endpoint


def with_key(handler: Handler) -> Handler:
    """The handler of something that is the emulator's own, behind the same door."""

    async def endpoint(request: Request) -> Response:
        _check_key(request)
        return await handler(request)

    return endpoint


def for_uploads(handler: Handler) -> Handler:
    """Only the start needs a key: the URL that it answers with is secret enough for the rest."""

    async def endpoint(request: Request) -> Response:
        if "upload_id" not in request.query_params:
            _check_key(request)
        return await handler(request)

    return endpoint


def _check_key(request: Request) -> None:
    key = wire.key_of(request)
    if not key:
        raise missing_key()
    if not key.isascii() or any(c.isspace() for c in key):
        raise invalid_key()


def _compressed(request: Request, response: Response) -> Response:
    """Replies travel gzipped, as the API's do; streams don't, they would wait for each other."""
    if not _takes_gzip(request) or not isinstance(response, JSONResponse):
        return response
    body = gzip.compress(bytes(response.body), compresslevel=1)
    headers = {"content-encoding": "gzip", "vary": "accept-encoding"}
    return Response(body, response.status_code, headers, "application/json")


def _takes_gzip(request: Request) -> bool:
    for accepted in request.headers.get("accept-encoding", "").lower().split(","):
        coding, *parameters = accepted.replace(" ", "").split(";")
        if coding == "gzip":
            return not any(re.fullmatch(r"q=0(\.0*)?", parameter) for parameter in parameters)
    return False


def _reply(request: Request, error: ApiError) -> Response:
    """The error in the shape of the API that was called."""
    collection = request.url.path.split("/")[2:3]
    return error_response(error) if collection == ["interactions"] else error.response


async def _api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return _reply(request, error)


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    message = f"{request.method} {request.url.path}: {error.detail}."
    return _reply(request, ApiError(error.status_code, message))


async def _engine_failure(request: Request, error: Exception) -> Response:
    return _reply(request, as_api_error(error))


async def _gone(_: Request, __: Exception) -> Response:
    """Nobody reads it: the client left before its request was all there."""
    return ApiError(499, "The client closed the connection.").response


async def _internal(request: Request, error: Exception) -> Response:
    """Our own mistake: the reply says so, the log has the traceback."""
    message = f"The emulator failed ({type(error).__name__}). This is a fault of its own."
    return _reply(request, ApiError(500, message))


FAILURES: dict[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    ApiError: _api_error,
    HTTPException: _http_exception,
    **dict.fromkeys(ENGINE_FAILURES, _engine_failure),
    ClientDisconnect: _gone,
    Exception: _internal,
}
"""What answers where an exception is raised."""
