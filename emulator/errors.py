"""Errors in the API's own shape: `{"error": {"code", "message", "status", "details"}}`.

Codes and status names: https://cloud.google.com/apis/design/errors (google.rpc.Code).
"""

from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse

from emulator.engines import (
    BusyError,
    PromptTooLongError,
    UnavailableError,
    UnsupportedError,
)

ENGINE_FAILURES = (BusyError, PromptTooLongError, UnavailableError, UnsupportedError)
STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    409: "ALREADY_EXISTS",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}


@dataclass(frozen=True)
class Violation:
    """One wrong field: its path in snake_case, as the API writes it, and what is wrong."""

    field: str
    description: str


class ApiError(Exception):
    """An error reply. `details` are google.rpc messages, each with its `@type`."""

    def __init__(self, code: int, message: str, details: tuple[dict[str, Any], ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    @property
    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "status": STATUS.get(self.code, "UNKNOWN"),
        }
        if self.details:
            error["details"] = list(self.details)
        return {"error": error}

    @property
    def response(self) -> JSONResponse:
        return JSONResponse(self.body, status_code=self.code)


def invalid_argument(message: str, *violations: Violation) -> ApiError:
    """A 400. With `violations`, a google.rpc.BadRequest says which fields are wrong."""
    if not violations:
        return ApiError(400, message)
    fields = [{"field": v.field, "description": v.description} for v in violations]
    bad_request = {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": fields,
    }
    return ApiError(400, message, (bad_request,))


def invalid_field(field: str, description: str) -> ApiError:
    """A 400 for one field of a readable request, worded as the API words it: `* path: why`."""
    return invalid_argument(f"* {field}: {description}\n", Violation(field, description))


def too_long(tokens: int, limit: int) -> ApiError:
    """The API's words for a prompt that doesn't fit."""
    return invalid_argument(
        f"The input token count ({tokens}) exceeds the maximum number of tokens allowed ({limit})."
    )


def as_api_error(error: Exception) -> ApiError:
    """One of `ENGINE_FAILURES` as the API answers it."""
    if isinstance(error, PromptTooLongError):
        return too_long(error.tokens, error.limit)
    if isinstance(error, BusyError):
        return too_many(str(error), error.seconds)
    return ApiError(503 if isinstance(error, UnavailableError) else 400, str(error))


def too_many(message: str, seconds: float | None = None) -> ApiError:
    """A 429; `seconds`, where they are known, as the google.rpc.RetryInfo that clients wait by."""
    if seconds is None:
        return ApiError(429, message)
    retry_info = {
        "@type": "type.googleapis.com/google.rpc.RetryInfo",
        "retryDelay": f"{seconds:g}s",
    }
    return ApiError(429, message, (retry_info,))


def _error_info(reason: str) -> dict[str, Any]:
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    }


def missing_key() -> ApiError:
    message = (
        "Method doesn't allow unregistered callers (callers without established identity). Please "
        "use API Key: this emulator takes any non-empty one, in the header x-goog-api-key."
    )
    return ApiError(403, message)


def invalid_key() -> ApiError:
    message = "API key not valid. Please pass a valid API key."
    return ApiError(400, message, (_error_info("API_KEY_INVALID"),))
