"""A Run as JSON-ready data and back; the record of its wire apart, for it can be large.

Of the wire every name and value of a body is kept but long base64, which becomes its size
(`wire.shown_json`): the media themselves are in the run. A streamed response is kept event by event
with its times.
"""

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from google.genai import types
from pydantic import TypeAdapter, ValidationError

from gemini.api.problems import Problem
from gemini.api.redaction import body_without_secrets, redact, without
from gemini.api.surrogates import whole
from gemini.api.wire import Chunk, Exchange, shown_json
from gemini.request import Request, checked_part, from_jsonable, to_jsonable
from gemini.run import Candidate, Run, Timing

TIMING, PROBLEM, CANDIDATE = TypeAdapter(Timing), TypeAdapter(Problem), TypeAdapter(Candidate)


def run_to_json(run: Run) -> dict[str, Any]:
    """Everything of a Run but its exchanges. One that still streams is written as stopped."""
    return {
        "id": run.id,
        "backend": run.backend,
        "created": run.created.isoformat(),
        "outcome": "stopped" if run.outcome == "running" else run.outcome,
        "request": run.request.to_json(),
        "candidates": to_jsonable([asdict(c) for c in run.candidates]),
        "usage": run.usage,
        "timing": asdict(run.timing),
        "problem": asdict(run.problem) if run.problem else None,
        "model_version": run.model_version,
        "response_id": run.response_id,
        "prompt_feedback": run.prompt_feedback,
        "result": run.result,
    }


def run_from_json(data: Any) -> Run:
    """The inverse of `run_to_json`.

    Raises:
        ValueError: the data is not such a run; the text says what is wrong.
    """
    data = whole(data)
    try:
        run = Run(
            request=Request.from_json(data["request"]),
            backend=data["backend"],
            id=str(data["id"]),
            created=datetime.fromisoformat(data["created"]),
            outcome=data["outcome"] if data["outcome"] in {"done", "failed"} else "stopped",
            candidates=[_candidate(c) for c in from_jsonable(data["candidates"])],
            usage=_usage(data["usage"]),
            timing=_timing(data["timing"]),
            problem=PROBLEM.validate_python(data["problem"]) if data["problem"] else None,
            model_version=_text(data["model_version"]),
            response_id=_text(data["response_id"]),
            prompt_feedback={**data["prompt_feedback"]},
            result={**(data.get("result") or {})},  # older records have none
        )
    except (LookupError, TypeError, AttributeError, ArithmeticError, ValidationError) as error:
        raise ValueError(f"a run in it is damaged ({type(error).__name__})") from error
    return run


def exchanges_to_json(
    exchanges: Iterable[Exchange], secrets: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """One entry an attempt.

    Keys in the address and the headers are masked already. `secrets` are hidden wherever they
    are, and what looks like a key in what a server said when it refused: it may well repeat it.
    """
    known = [secret for secret in secrets if secret]
    return [_hidden(_exchange_to_json(e), known) for e in exchanges]


def exchanges_from_json(data: Any) -> list[Exchange]:
    """The inverse of `exchanges_to_json`: exchanges that show the same bodies and events.

    Raises:
        ValueError: the data is no such record.
    """
    try:
        return [_exchange_from_json(entry) for entry in data]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a record of the wire is damaged ({type(error).__name__})") from error


def _usage(data: Any) -> dict[str, Any]:
    known = {name: value for name, value in data.items() if name != "service_tier"}
    types.GenerateContentResponseUsageMetadata.model_validate(known)
    _text(data.get("service_tier"))
    return data


def _timing(data: Any) -> Timing:
    timing = TIMING.validate_python(data)
    times = (timing.first_part, timing.first_text, timing.end)
    if any(t is not None and not math.isfinite(t) for t in times):
        raise ValueError("a time in it isn't a number")
    return timing


def _text(data: Any) -> str | None:
    return None if data is None else str(data)


def _candidate(data: Any) -> Candidate:
    candidate = CANDIDATE.validate_python(data)
    candidate.parts = [checked_part(part) for part in candidate.parts]
    if not all(map(math.isfinite, candidate.times)):
        candidate.times = []
    return candidate


def _exchange_to_json(exchange: Exchange) -> dict[str, Any]:
    headers = {k: v for k, v in exchange.response_headers.items() if k != "content-encoding"}
    events = [[at, event] for at, event in exchange.events()]
    if exchange.status is None or exchange.status >= 400:
        events = _mapped(events, redact)
    return {
        "method": exchange.method,
        "url": exchange.url,
        "headers": exchange.headers,
        "body": body_without_secrets(shown_json(exchange.body)),
        "status": exchange.status,
        "response_headers": headers,
        "events": events,
    }


def _exchange_from_json(entry: dict[str, Any]) -> Exchange:
    events = [(float(at), _bytes(event)) for at, event in entry["events"]]
    if len(events) > 1 or "text/event-stream" in entry["response_headers"].get("content-type", ""):
        events = [(at, b"data: " + b"\ndata: ".join(text.split(b"\n"))) for at, text in events]
    return Exchange(
        method=str(entry["method"]),
        url=str(entry["url"]),
        headers=dict(entry["headers"]),
        body=_bytes(entry["body"]),
        status=entry["status"],
        response_headers=dict(entry["response_headers"]),
        chunks=[Chunk(at, text + b"\n\n") for at, text in events],
    )


def _hidden(value: Any, secrets: list[str]) -> Any:
    return _mapped(value, lambda text: without(text, secrets)) if secrets else value


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """Plain data with `change` made to each text in it."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {k: _mapped(v, change) for k, v in value.items()}
    return [_mapped(v, change) for v in value] if isinstance(value, list) else value


def _bytes(value: Any) -> bytes:
    """A body or an event that `shown_json` reads as this value."""
    if value is None:
        return b""
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "replace")
