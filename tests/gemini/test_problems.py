"""Every failure becomes a Problem in plain words, and none of its text holds a secret."""

import json
from dataclasses import astuple
from typing import Any

import httpx
import httpx2
import pytest
from google.auth.exceptions import DefaultCredentialsError, RefreshError
from google.genai import _interactions_errors as generated
from google.genai import errors, types
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from gemini.api.problems import (
    LONGEST_CAUSE,
    LONGEST_DETAIL,
    WORDS,
    Problem,
    blocked_or_empty,
    explain,
    in_body,
    tried,
)
from gemini.api.redaction import HIDDEN, redact

RETRY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37s"}
REASON = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
FIELD = {
    "@type": "type.googleapis.com/google.rpc.BadRequest",
    "fieldViolations": [{"field": "generation_config.top_k", "description": "top_k is too large"}],
}


def api_error(code: int, status: str, message: str, details: Any = None) -> errors.APIError:
    error = {"code": code, "status": status, "message": message}
    if details:
        error["details"] = details
    kind = errors.ClientError if code < 500 else errors.ServerError
    return kind(code, {"error": error})


def validation_error() -> ValidationError:
    try:
        types.GenerateContentConfig.model_validate({"temprature": 1})
    except ValidationError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(
    ("code", "status", "message", "kind"),
    [
        (401, "UNAUTHENTICATED", "API key is missing.", "no_key"),
        (401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", "bad_key"),
        (
            403,
            "PERMISSION_DENIED",
            "Method doesn't allow unregistered callers (callers without established identity).",
            "no_key",
        ),
        (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "bad_key"),
        (400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.", "bad_key"),
        (403, "PERMISSION_DENIED", "The caller does not have permission", "permission"),
        (400, "FAILED_PRECONDITION", "User location is not supported.", "permission"),
        (404, "NOT_FOUND", "models/gemini-9 is not found for API version v1beta", "unknown_model"),
        (400, "INVALID_ARGUMENT", "Multiple candidates is not enabled", "bad_argument"),
        (400, "INVALID_ARGUMENT", "max_output_tokens must not exceed 8192", "bad_argument"),
        (
            400,
            "INVALID_ARGUMENT",
            "The input token count (9) exceeds the maximum number of tokens allowed (8).",
            "too_large",
        ),
        (
            400,
            "INVALID_ARGUMENT",
            "Request payload size exceeds the limit: 20971520 bytes.",
            "too_large",
        ),
        (413, "", "Too large", "too_large"),
        (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota", "quota"),
        (408, "", "Request timeout", "timeout"),
        (500, "INTERNAL", "An internal error has occurred.", "server_error"),
        (503, "UNAVAILABLE", "The model is overloaded.", "overloaded"),
        (504, "DEADLINE_EXCEEDED", "Deadline expired.", "timeout"),
        (418, "", "I'm a teapot", "bad_argument"),
    ],
)
def test_errors_of_the_api(code: int, status: str, message: str, kind: str) -> None:
    problem = explain(api_error(code, status, message))
    assert problem.kind == kind
    assert problem.code == code
    assert message in problem.detail


def generated_error(code: int, body: Any) -> generated.APIError:
    """As the generated clients raise it for a response of this code and body."""
    request = httpx2.Request("POST", "http://localhost/v1beta/interactions")
    return generated.APIError.generate(code, body, None, httpx2.Response(code, request=request))


@pytest.mark.parametrize(
    ("code", "word", "message", "kind"),
    [
        (400, "invalid_request", "The value 'x' is not supported at 'tools[0]'.", "bad_argument"),
        (400, "parameter_unknown", "Unknown parameter 'temprature'.", "bad_argument"),
        (400, "invalid_request", "API key not valid. Please pass a valid API key.", "bad_key"),
        (400, "failed_precondition", "User location is not supported.", "permission"),
        (401, "authentication", "The API key is invalid.", "bad_key"),
        (401, "authentication", "The API key is missing.", "no_key"),
        (402, "payment_required", "Prepayment credits are depleted.", "payment"),
        (403, "permission_denied", "No permission for this resource.", "permission"),
        (404, "model_not_found", "Model not found: gemini-9", "unknown_model"),
        (404, "not_found", "Interaction v1_abc not found.", "interaction_gone"),
        (409, "aborted", "A concurrency check failed.", "bad_argument"),
        (413, "", "Request too large", "too_large"),
        (416, "out_of_range", "last_event_id is out of range.", "bad_argument"),
        (422, "", "Unprocessable", "bad_argument"),
        (429, "rate_limit_exceeded", "Too many requests in this minute.", "quota"),
        (499, "cancelled", "The operation was cancelled.", "cut"),
        (500, "internal", "An internal error has occurred.", "server_error"),
        (503, "unavailable", "The model is overloaded.", "overloaded"),
        (504, "deadline_exceeded", "Deadline expired.", "timeout"),
    ],
)
def test_errors_of_the_interactions_api(code: int, word: str, message: str, kind: str) -> None:
    body = {"error": {"code": word, "message": message}}
    problem = explain(generated_error(code, body))
    assert (problem.kind, problem.code) == (kind, code)
    assert message in problem.detail
    if word:
        assert word in problem.detail
        assert in_body(body["error"]).kind == kind  # the same as an event in a stream


def test_a_refused_value_of_interactions_is_named() -> None:
    message = "The value 'x' is not supported for 'type' at 'tools[0]'."
    error = generated_error(400, {"error": {"code": "invalid_request", "message": message}})
    problem = explain(error)
    assert (problem.field, problem.cause) == ("tools[0]", message)


def test_interactions_may_answer_with_the_number_too() -> None:
    body = {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [RETRY]}}
    for answer in (body, [body]):
        problem = explain(generated_error(429, answer))
        assert problem.kind == "quota"
        assert "37 s" in problem.cause
    assert in_body(body["error"]).kind == "quota"


def test_a_page_of_a_proxy_is_not_taken_for_the_words_of_interactions() -> None:
    problem = explain(generated_error(404, "<html>Access through example.com only</html>"))
    assert problem.kind == "broken_reply"
    assert "<html>" not in problem.cause
    assert "<html>" in problem.detail


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("library", [httpx, httpx2])
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ConnectError", "offline"),
        ("ConnectTimeout", "offline"),
        ("ReadTimeout", "timeout"),
        ("PoolTimeout", "overloaded"),
        ("RemoteProtocolError", "cut"),
        ("ReadError", "cut"),
        ("DecodingError", "broken_reply"),
        ("LocalProtocolError", "bad_key"),
    ],
)
def test_errors_of_http_inside_those_of_interactions(library: Any, name: str, kind: str) -> None:
    inner = getattr(library, name)("inner words")
    assert explain(inner).kind == kind
    timeout = isinstance(inner, library.TimeoutException)
    outer = generated.APITimeoutError if timeout else generated.APIConnectionError
    request: Any = None  # as the SDK does where there was none
    problem = explain(caused(outer(request=request), inner))
    assert problem.kind == kind
    assert "inner words" in problem.detail


REQUEST = httpx2.Request("POST", "http://localhost")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (generated.APIConnectionError(request=REQUEST), "offline"),
        (generated.APITimeoutError(REQUEST), "timeout"),
        (generated.APIResponseValidationError(httpx2.Response(200, request=REQUEST), "x"), None),
        (generated.APIWebSocketError(), "offline"),
        (generated.APIWebSocketError(close_code=1000), "cut"),
        (generated.APIWebSocketError(close_code=1007), "bad_argument"),
        (generated.APIWebSocketError("API key not valid", close_code=1008), "bad_key"),
        (generated.APIWebSocketError(close_code=1011), "server_error"),
        (generated.APIWebSocketError(http_status=429), "quota"),
        (generated.APIWebSocketError(server_code="PERMISSION_DENIED"), "permission"),
        (generated.APIError("odd", REQUEST, body=None), "unexpected"),
        (generated.GeminiNextGenAPIClientError("odd"), "unexpected"),
    ],
)
def test_other_errors_of_the_generated_clients(error: Exception, kind: str | None) -> None:
    problem = explain(error)
    assert problem.kind == (kind or "broken_reply")
    assert type(error).__name__ in problem.detail


def test_a_long_answer_that_broke_off_says_why_and_that_its_beginning_is_kept() -> None:
    busy = generated_error(503, {"error": {"code": "unavailable", "message": "Overloaded."}})
    problem = explain(caused(errors.ContinuationInterruptedError("Hop 2 failed"), busy))
    assert (problem.kind, problem.code) == ("overloaded", 503)
    assert "what arrived is kept" in problem.cause
    assert "Hop 2 failed" in problem.detail
    assert "Overloaded." in problem.detail
    assert explain(errors.ContinuationInterruptedError("Hop 2 failed")).kind == "cut"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx2.ConnectError("refused"), "offline"),
        (httpx2.ConnectTimeout("slow"), "offline"),
        (httpx2.ProxyError("proxy"), "offline"),
        (httpx2.UnsupportedProtocol("no scheme"), "offline"),
        (httpx2.InvalidURL("no host"), "offline"),
        (httpx2.ReadTimeout("silent"), "timeout"),
        (httpx2.WriteTimeout("stuck"), "timeout"),
        (httpx2.PoolTimeout("full"), "overloaded"),
        (httpx2.RemoteProtocolError("peer closed connection"), "cut"),
        (httpx2.ReadError("reset"), "cut"),
        (httpx2.StreamClosed(), "cut"),
        (httpx2.DecodingError("not gzip"), "broken_reply"),
        (httpx2.TooManyRedirects("round and round"), "broken_reply"),
        (httpx2.LocalProtocolError("Illegal header value"), "bad_key"),
        (json.JSONDecodeError("Expecting value", "<html>", 0), "broken_reply"),
        (errors.UnknownApiResponseError("Failed to parse"), "broken_reply"),
        (UnicodeEncodeError("ascii", "ключ", 0, 1, "ordinal not in range"), "bad_key"),
        (ValueError("generate_images is not supported"), "unsupported"),
        (DefaultCredentialsError("none found"), "credentials"),
        (RefreshError("expired"), "credentials"),
        (KeyError("oops"), "unexpected"),
    ],
)
def test_errors_of_the_libraries(error: Exception, kind: str) -> None:
    problem = explain(error)
    assert problem.kind == kind
    assert problem.title == WORDS[kind][0]
    assert type(error).__name__ in problem.detail


def test_an_unknown_setting_is_named() -> None:
    problem = explain(validation_error())
    assert problem.kind == "bad_argument"
    assert problem.field == "temprature"
    assert "temprature" in problem.cause


def test_the_field_at_fault_is_named_by_its_violation() -> None:
    problem = explain(api_error(400, "INVALID_ARGUMENT", "Invalid request", [FIELD]))
    assert problem.field == "generation_config.top_k"
    assert problem.cause == "top_k is too large"


@pytest.mark.parametrize(
    "message",
    [
        "* GenerateContentRequest.generation_config.top_k: top_k must be positive",
        "Invalid value at 'generation_config.top_k' (TYPE_INT32), \"x\"",
    ],
)
def test_the_field_at_fault_is_found_in_the_message(message: str) -> None:
    problem = explain(api_error(400, "INVALID_ARGUMENT", message))
    assert problem.field == "generation_config.top_k"
    assert problem.cause == message


def test_the_wait_that_the_api_asks_for_is_told() -> None:
    problem = explain(api_error(429, "RESOURCE_EXHAUSTED", "Quota exceeded", [RETRY]))
    assert "37 s" in problem.cause


def test_the_reason_of_a_refused_key_is_seen_in_the_message_only_if_it_is_there() -> None:
    problem = explain(api_error(400, "INVALID_ARGUMENT", "API_KEY_INVALID", [REASON]))
    assert problem.kind == "bad_key"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, "broken_reply"),
        (404, "broken_reply"),
        (403, "permission"),
        (413, "too_large"),
        (429, "quota"),
        (502, "server_error"),
        (503, "overloaded"),
        (504, "timeout"),
    ],
)
def test_a_page_that_a_proxy_wrote_is_not_taken_for_the_apis_words(code: int, kind: str) -> None:
    page = "<html><body>Access through example.com only</body></html>"
    error = errors.APIError(code, {"message": page, "status": "Nope"})  # as the SDK makes it
    problem = explain(error)
    assert problem.kind == kind
    assert "<html>" not in problem.cause
    assert page in problem.detail


def test_a_list_with_one_error_is_read_like_the_error() -> None:
    body = [{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "no"}}]
    assert explain(errors.ClientError(429, body)).kind == "quota"


@pytest.mark.parametrize("body", [None, "text", 5, [], {"error": "text"}, {"error": None}])
def test_any_body_is_explained(body: Any) -> None:
    error = errors.APIError.__new__(errors.APIError)
    error.code, error.status, error.message, error.details = 400, None, None, body
    assert explain(error).kind in WORDS


@pytest.mark.parametrize("details", ["x", {}, [None], ["x"], [{"fieldViolations": []}]])
def test_odd_details_are_no_trouble(details: Any) -> None:
    assert explain(api_error(400, "INVALID_ARGUMENT", "Bad", details)).field is None


@pytest.mark.parametrize(
    ("finish", "has_content", "kind"),
    [
        ("STOP", True, None),
        ("STOP", False, "empty"),
        ("OTHER", True, None),
        ("OTHER", False, "empty"),
        ("MAX_TOKENS", True, None),
        ("MAX_TOKENS", False, "no_room"),
        ("SAFETY", False, "blocked_answer"),
        ("SAFETY", True, "blocked_answer"),
        ("RECITATION", True, "blocked_answer"),
        ("PROHIBITED_CONTENT", False, "blocked_answer"),
        ("MALFORMED_FUNCTION_CALL", False, "bad_tool_call"),
        (None, True, "cut"),
        (None, False, "cut"),
        ("A_REASON_OF_NEXT_YEAR", True, None),
    ],
)
def test_how_an_answer_ended(finish: str | None, has_content: bool, kind: str | None) -> None:
    problem = blocked_or_empty(finish, has_content=has_content)
    assert (problem.kind if problem else None) == kind
    if problem and finish:
        assert finish in problem.detail


def test_a_blocked_prompt_comes_before_all_else() -> None:
    problem = blocked_or_empty(None, has_content=False, block_reason="SAFETY", message="why")
    assert problem is not None
    assert problem.kind == "blocked_prompt"
    assert problem.detail == "blockReason: SAFETY\nwhy"


@pytest.mark.parametrize(
    ("reason", "safety"),
    [
        ("SAFETY", True),
        ("IMAGE_SAFETY", True),
        ("OTHER", False),
        ("BLOCKLIST", False),
        ("PROHIBITED_CONTENT", False),
        ("NEXT_YEAR", False),
        ("MODEL_ARMOR", False),
    ],
)
def test_only_what_the_safety_filters_blocked_is_laid_to_them(reason: str, safety: bool) -> None:
    problem = blocked_or_empty(None, has_content=False, block_reason=reason)
    assert problem is not None
    assert problem.cause.endswith(".")
    assert ("under Safety" in problem.remedy) == safety


def test_an_answer_that_was_blocked_is_kept_as_far_as_it_came() -> None:
    for reason in ("SAFETY", "RECITATION", "SPII", "LANGUAGE"):
        problem = blocked_or_empty(reason, has_content=True)
        assert problem is not None
        assert problem.cause.endswith("What arrived is kept.")
        assert ("under Safety" in problem.remedy) == (reason == "SAFETY")


def test_how_often_it_was_tried_is_said_where_it_was() -> None:
    problem = explain(api_error(503, "UNAVAILABLE", "busy"))
    assert "tried" not in tried(problem, 1).cause
    assert tried(problem, 3).cause.endswith(" It was tried 3 times.")


def test_every_kind_says_what_why_and_what_now() -> None:
    for title, cause, remedy in WORDS.values():
        assert title
        assert not title.endswith(".")
        assert cause.endswith(".")
        assert remedy.endswith(".")


def test_long_details_are_cut() -> None:
    problem = explain(api_error(400, "INVALID_ARGUMENT", "x" * 10_000))
    assert len(problem.detail) == LONGEST_DETAIL
    assert len(problem.cause) == LONGEST_CAUSE


# Secrets

KEYS = st.one_of(
    st.from_regex(r"AIza[\w-]{35}", fullmatch=True),
    st.from_regex(r"AQ\.[A-Za-z0-9_-]{20,60}", fullmatch=True),
    st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=8, max_size=60),
)


def texts_of(problem: Problem) -> list[str]:
    return [value for value in astuple(problem) if isinstance(value, str)]


def assert_hidden(secret: str, problem: Problem) -> None:
    forms = (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1])
    for text in texts_of(problem):
        assert not any(form in text for form in forms)


def is_ordinary(secret: str) -> bool:
    """Whether a made-up secret happens to be part of our own words, which then stay."""
    own = f"{HIDDEN} 400 INVALID_ARGUMENT INTERNAL message details status {WORDS}"
    return any(form in own or HIDDEN in form for form in (secret, repr(secret)[1:-1]))


@given(KEYS, st.text(max_size=20), st.text(max_size=20))
def test_no_key_survives_in_an_error_of_the_api(secret: str, before: str, after: str) -> None:
    assume(not is_ordinary(secret))
    message = f"{before} {secret} {after}"
    violation = {"fieldViolations": [{"field": secret, "description": message}]}
    for code in (400, 403, 404, 429, 500):
        assert_hidden(secret, explain(api_error(code, "X", message, [violation]), [secret]))
        body = {"error": {"code": "x", "message": message, "details": [violation]}}
        assert_hidden(secret, explain(generated_error(code, body), [secret]))
        assert_hidden(secret, in_body(body["error"], [secret]))


@given(KEYS)
def test_no_key_survives_in_an_error_of_a_library(secret: str) -> None:
    assume(not is_ordinary(secret))
    for error in (
        ValueError(f"key {secret}"),
        httpx2.ConnectError(f"https://host/?key={secret}"),
        httpx2.LocalProtocolError(f"Illegal header value {secret.encode()!r}"),
        RuntimeError({"headers": {"x-goog-api-key": secret}}),
    ):
        assert_hidden(secret, explain(error, [secret]))


@given(KEYS, st.integers(0, LONGEST_DETAIL + 50))
def test_no_key_survives_where_the_text_is_cut(secret: str, at: int) -> None:
    assume(not is_ordinary(secret))
    problem = explain(RuntimeError("." * at + secret), [secret])
    assert secret not in problem.detail
    assert secret[: len(secret) // 2 + 1] not in problem.detail.removeprefix("RuntimeError: ")


@given(st.from_regex(r"AIza[\w-]{35}|ya29\.[\w-]{30,60}|AQ\.[\w-]{20,60}", fullmatch=True))
def test_what_looks_like_googles_secrets_is_hidden_without_being_told(secret: str) -> None:
    assert secret not in redact(f"(consumer 'api_key:{secret}')")
    problem = blocked_or_empty("SAFETY", has_content=False, message=secret)
    assert problem is not None
    assert secret not in problem.detail
