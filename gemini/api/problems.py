"""What went wrong, in words a newcomer understands: what happened, why, what to do now.

`explain` takes any failure of a request, `blocked_or_empty` an answer that came back without one.
No text of a Problem holds a secret.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from google.genai import _interactions_errors as generated_errors
from google.genai import errors
from pydantic import ValidationError

from gemini.api.http import delay_in, error_details, error_in
from gemini.api.redaction import redact
from gemini.data import table

TOO_LARGE = re.compile(r"input token.*exceed|payload size exceed|exceed.*tokens allowed")
LONGEST_DETAIL = 2000  # characters
LONGEST_CAUSE = 500  # characters


HTTP_KINDS = {
    "ConnectError": "offline",
    "ConnectTimeout": "offline",
    "ProxyError": "offline",
    "UnsupportedProtocol": "offline",
    "InvalidURL": "offline",
    "PoolTimeout": "overloaded",
    "DecodingError": "broken_reply",
    "TooManyRedirects": "broken_reply",
    "TimeoutException": "timeout",
    "HTTPError": "cut",
    "StreamError": "cut",
}
"""The kind of problem that an error of httpx2 or httpx is, by the name of its nearest class.

The SDK's generated clients (`interactions` and others) take httpx where it is installed.
"""


@dataclass(frozen=True)
class Problem:
    """A failure for people. `detail` is the technical text, shown folded.

    `field` is the path of the setting at fault, where the API names it.
    """

    kind: str
    title: str
    cause: str
    remedy: str
    detail: str = ""
    code: int | None = None
    field: str | None = None


class InteractionError(Exception):
    """An interaction that failed: `body` is its error, `{"code": "a_word", "message": ...}`."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(str(body.get("message") or body.get("code") or ""))
        self.body = body


class InteractionLostError(Exception):
    """An interaction that can't be followed on. `kind` is that of the Problem."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


_DATA = table("problems")
WORDS: dict[str, tuple[str, str, str]] = {
    kind: (text["title"], text["cause"], text["remedy"]) for kind, text in _DATA["words"].items()
}
"""By kind: title, usual cause, remedy."""
REASONS: dict[str, tuple[str, str]] = {
    name: (text["cause"], text["remedy"]) for name, text in _DATA["reasons"].items()
}
"""Why a prompt (`BlockedReason`) or an answer (`FinishReason`) was blocked, and what helps."""
FINISH_KINDS: dict[str, str] = _DATA["finish_kinds"]
"""The kind of problem that a finish reason is."""
CODE_WORDS: dict[str, int] = _DATA["code_words"]
"""The HTTP status behind a `code` of the Interactions API."""


def explain(error: BaseException, secrets: Iterable[str | None] = ()) -> Problem:
    """The Problem behind an exception of the SDK, its HTTP library, or our own code.

    `secrets` are values that must not appear in it, the key in use above all.
    """
    return _redacted(_of(error), secrets)


def _redacted(problem: Problem, secrets: Iterable[str | None]) -> Problem:
    return replace(
        problem,
        cause=redact(problem.cause, secrets)[:LONGEST_CAUSE],
        field=redact(problem.field, secrets) if problem.field else None,
        detail=redact(problem.detail, secrets)[:LONGEST_DETAIL],
    )


def _of(error: BaseException) -> Problem:
    if isinstance(error, errors.APIError):
        return _from_api(error.code, error.status or "", error.message or "", error.details)
    if isinstance(error, generated_errors.GeminiNextGenAPIClientError):
        return _from_generated(error)
    if isinstance(error, InteractionError):
        return in_body(error.body)
    if isinstance(error, InteractionLostError):
        return _problem(error.kind, detail=str(error))
    if isinstance(error, errors.ContinuationInterruptedError):
        return _from_continuation(error)
    return _from_other(error)


def in_body(body: dict[str, Any], secrets: Iterable[str | None] = ()) -> Problem:
    """The Problem of an Interactions error, `{"code": "a_word", "message": ...}`.

    It comes as an `error` event in a stream, or in the `errors` of an interaction that failed.
    """
    word, message = str(body.get("code") or ""), str(body.get("message") or "")
    code = int(word) if word.isdecimal() else CODE_WORDS.get(word.lower(), 500)
    problem = _from_api(code, word, message, {"error": body})
    return _redacted(problem, secrets)


def blocked_or_empty(
    finish_reason: str | None,
    *,
    has_content: bool,
    block_reason: str | None = None,
    message: str | None = None,
) -> Problem | None:
    """The Problem of a response that arrived whole: blocked, cut short, or without any content.

    `finish_reason` and `block_reason` are the API's (`FinishReason`, `BlockedReason`) by name.
    None when there is nothing to explain. A stream that ends without a finish reason was cut.
    """
    if block_reason:
        detail = redact(_lines(f"blockReason: {block_reason}", message))
        return _blocked("blocked_prompt", block_reason, detail)
    if finish_reason is None:
        return _problem("cut", detail="The stream ended without a finishReason.")
    kind = FINISH_KINDS.get(finish_reason)
    if kind is None:
        kind = None if has_content else "empty"
    elif kind == "no_room" and has_content:
        kind = None
    detail = redact(_lines(f"finishReason: {finish_reason}", message))
    if kind == "blocked_answer":
        return _blocked(kind, finish_reason, detail)
    return _problem(kind, detail=detail) if kind else None


def _blocked(kind: str, reason: str, detail: str) -> Problem:
    """The Problem of what was blocked, in the words that fit the reason."""
    cause, remedy = REASONS.get(reason, WORDS[kind][1:])
    arrived = " What arrived is kept." if kind == "blocked_answer" and reason in REASONS else ""
    return Problem(kind, WORDS[kind][0], cause + arrived, remedy, detail)


def filtered(reasons: str) -> Problem:
    """The Problem of media that were made and held back; `reasons` are Google's words."""
    cause = f"Google's filters blocked the output: {reasons}"
    return _problem("blocked_answer", cause=redact(cause)[:LONGEST_CAUSE])


def tried(problem: Problem, times: int) -> Problem:
    """The Problem of a request that was sent so many times."""
    if times < 2 or problem.kind not in {"overloaded", "server_error", "quota", "offline"}:
        return problem
    return replace(problem, cause=f"{problem.cause} It was tried {times} times.")


def _problem(kind: str, cause: str | None = None, **rest: Any) -> Problem:
    title, usual_cause, remedy = WORDS[kind]
    return Problem(kind, title, cause or usual_cause, remedy, **rest)


def _lines(*texts: str | None) -> str:
    return "\n".join(t for t in texts if t)


def _from_api(code: int, status: str, message: str, body: Any) -> Problem:
    kind = _api_kind(code, status, message) if _is_api_error(body) else _foreign_kind(code)
    wait = delay_in(body)
    field, reason = _field_violation(body)
    cause = None
    if _is_api_error(body) and kind in {
        "bad_argument",
        "too_large",
        "unsupported",
        "unknown_model",
    }:
        cause = reason or message or None
    if kind == "quota" and wait:
        cause = f"{WORDS['quota'][1]} The API asks to wait {wait:.0f} s."
    detail = _lines(f"{code} {status}".strip(), message, _dumped(body))
    return _problem(kind, cause, detail=detail, code=code, field=field)


def _from_generated(error: generated_errors.GeminiNextGenAPIClientError) -> Problem:
    """The Problem of an error of the generated clients (`interactions`, `voices` and others)."""
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, generated_errors.APIResponseValidationError):
        return _problem("broken_reply", detail=detail, code=error.status_code)
    if isinstance(error, generated_errors.APIWebSocketError):
        return _from_socket(error, detail)
    if isinstance(error, generated_errors.APIConnectionError):
        if error.__cause__ is not None:
            return _from_other(error.__cause__)
        timed_out = isinstance(error, generated_errors.APITimeoutError)
        return _problem("timeout" if timed_out else "offline", detail=detail)
    if isinstance(error, generated_errors.APIError) and error.status_code:
        body = error.body[0] if isinstance(error.body, list) and error.body else error.body
        said = error_in(body)
        word = said.get("status") or said.get("code") or ""
        message = str(said.get("message") or error.message)
        return _from_api(error.status_code, str(word), message, body)
    return _problem("unexpected", detail=detail)


def _from_socket(error: generated_errors.APIWebSocketError, detail: str) -> Problem:
    """Close codes: RFC 6455, 7.4.1; 1007 and 1008 carry the API's word for a refused request."""
    if error.http_status:
        return _problem(_api_kind(error.http_status, "", str(error)), detail=detail)
    code = CODE_WORDS.get((error.server_code or "").lower())
    code = code or {1007: 400, 1008: 403, 1011: 500, 1012: 503, 1013: 503}.get(
        error.close_code or 0
    )
    if code is None:
        return _problem("cut" if error.close_code else "offline", detail=detail)
    return _problem(_api_kind(code, "", str(error)), str(error), detail=detail)


def _from_continuation(error: errors.ContinuationInterruptedError) -> Problem:
    """A long answer, made in several requests, of which a later one failed."""
    detail = f"{type(error).__name__}: {error}"
    if error.__cause__ is None:
        return _problem("cut", detail=detail)
    problem = _of(error.__cause__)
    cause = f"A later part of a long answer failed; what arrived is kept. {problem.cause}"
    return replace(problem, cause=cause, detail=_lines(detail, problem.detail))


def _is_api_error(body: Any) -> bool:
    """Whether a body is the API's. The SDK makes `{"message", "status"}` of what isn't JSON."""
    return isinstance(body, dict) and ("error" in body or "code" in body)


def _foreign_kind(code: int) -> str:
    """The kind of an error that something between here and the API has written."""
    known = {401: "bad_key", 403: "permission", 408: "timeout", 413: "too_large", 429: "quota"}
    if code == 504:
        return "timeout"
    return known.get(code) or _server_kind(code) or "broken_reply"


def _server_kind(code: int) -> str | None:
    if code < 500:
        return None
    return "overloaded" if code in {503, 529} else "server_error"


def _api_kind(code: int, status: str, message: str) -> str:
    text = message.lower()
    if code == 401:
        return "no_key" if "missing" in text else "bad_key"
    if "api_key_invalid" in text or "api key not valid" in text or "api key expired" in text:
        return "bad_key"
    if code in {403, 404} and (gone := _gone(text)):
        return gone
    if code == 403:
        return "no_key" if "unregistered callers" in text else "permission"
    if code == 400 and "location is not supported" in text:
        return "permission"
    if code == 413 or (code == 400 and TOO_LARGE.search(text)):
        return "too_large"
    by_code = {402: "payment", 404: "unknown_model", 408: "timeout", 429: "quota", 499: "cut"}
    if code == 504 or status == "DEADLINE_EXCEEDED":
        return "timeout"
    return by_code.get(code) or _server_kind(code) or "bad_argument"


def _gone(text: str) -> str | None:
    """The kind of something that the request refers to and that isn't there any more."""
    if "cachedcontent not found" in text:
        return "cache_gone"
    if re.search(r"\binteraction\b.*\bnot (be )?found", text):
        return "interaction_gone"
    return "file_gone" if re.search(r"access the file \S+ or it may not exist", text) else None


def _field_violation(body: Any) -> tuple[str | None, str | None]:
    """The first (field path, description) of a BadRequest detail, or of the message itself."""
    for detail in error_details(body):
        for violation in detail.get("fieldViolations", []):
            return violation.get("field"), violation.get("description")
    message = str(error_in(body).get("message", ""))
    match = re.search(r"(?:\* |at ')(?:GenerateContentRequest\.)?([\w.\[\]]+)[:']", message)
    return (match[1], None) if match else (None, None)


def _dumped(body: Any) -> str:
    try:
        return json.dumps(body, indent=1, ensure_ascii=False)
    except (TypeError, ValueError):
        return str(body)


def _from_other(error: BaseException) -> Problem:
    detail = f"{type(error).__name__}: {error}"
    classes = [c.__name__ for c in type(error).__mro__ if c.__module__.startswith("httpx")]
    if "LocalProtocolError" in classes:
        return _problem(
            "bad_key", "It has a character that isn't allowed in a header.", detail=detail
        )
    known = next((HTTP_KINDS[name] for name in classes if name in HTTP_KINDS), None)
    if known or isinstance(error, TimeoutError):
        kind = known or "timeout"
    elif isinstance(error, errors.UnknownApiResponseError | json.JSONDecodeError):
        kind = "broken_reply"
    elif isinstance(error, UnicodeEncodeError):
        return _problem("bad_key", "It has a character that no key has.", detail=detail)
    elif isinstance(error, ValidationError):
        first = error.errors()[0]
        field = ".".join(str(p) for p in first["loc"])
        return _problem("bad_argument", f"{field}: {first['msg']}", detail=detail, field=field)
    elif type(error).__module__.startswith("google.auth"):
        kind = "credentials"
    elif isinstance(error, ValueError):
        return _problem("unsupported", str(error) or None, detail=detail)
    else:
        kind = "unexpected"
    return _problem(kind, detail=detail)
