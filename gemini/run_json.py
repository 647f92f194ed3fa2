"""A Run as JSON-ready data and back. The record of the wire is left out: it can be large."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from google.genai import types
from pydantic import ValidationError

from gemini.problems import Problem
from gemini.request import Part, Request, from_jsonable, to_jsonable
from gemini.run import Candidate, Run, Timing
from gemini.surrogates import whole


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
            usage=dict(data["usage"]),
            timing=Timing(**data["timing"]),
            problem=Problem(**data["problem"]) if data["problem"] else None,
            model_version=data["model_version"],
            response_id=data["response_id"],
            prompt_feedback=dict(data["prompt_feedback"]),
            result=dict(data.get("result") or {}),  # older records have none
        )
    except (KeyError, TypeError, AttributeError, ValidationError) as error:
        raise ValueError(f"a run in it is damaged ({type(error).__name__})") from error
    return run


def _candidate(data: dict[str, Any]) -> Candidate:
    known = {f.name for f in fields(Candidate)}
    candidate = Candidate(**{k: v for k, v in data.items() if k in known})
    parts: list[Part] = candidate.parts
    for part in parts:
        types.Part.model_validate(part)
    return candidate
