"""A Run as JSON-ready data and back. The record of the wire is left out: it can be large."""

import math
from dataclasses import asdict
from datetime import datetime
from typing import Any

from google.genai import types
from pydantic import TypeAdapter, ValidationError

from gemini.api.problems import Problem
from gemini.api.surrogates import whole
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


def _usage(data: Any) -> dict[str, Any]:
    types.GenerateContentResponseUsageMetadata.model_validate(data)
    return data


def _timing(data: Any) -> Timing:
    timing = TIMING.validate_python(data)
    times = (timing.first_part, timing.first_text, timing.end)
    if any(t is not None and not math.isfinite(t) for t in times):
        raise ValueError("a time in it is no number")
    return timing


def _text(data: Any) -> str | None:
    return None if data is None else str(data)


def _candidate(data: Any) -> Candidate:
    candidate = CANDIDATE.validate_python(data)
    candidate.parts = [checked_part(part) for part in candidate.parts]
    return candidate
