"""A video that is being made: a long operation, looked at until it is done.

`generate_videos` answers with an operation at once. Its name is in the Run's result, so that the
run can be looked at again after a reload, a restart, or from the history; what it made then comes
into the same Run.
"""

import json
from typing import Any

from google.genai import types

from gemini.api.methods import filtered_videos, result_of, videos
from gemini.api.problems import Problem, filtered
from gemini.api.redaction import redact
from gemini.run import Run

GET = "operations.get"


def operation_name(run: Run) -> str | None:
    """The name of the operation that a run began; None where it began none."""
    return run.result.get("name")


def is_pending(run: Run) -> bool:
    """Whether a run began an operation that wasn't done when it was last looked at."""
    return operation_name(run) is not None and not run.result.get("done")


def get_arguments(run: Run) -> dict[str, Any]:
    """What `operations.get` is called with, to learn how far a run's operation is."""
    name = operation_name(run)
    return {"operation": types.GenerateVideosOperation.model_validate({"name": name})}


def take(run: Run, operation: types.GenerateVideosOperation, seconds: float) -> None:
    """Bring into a run what its operation has come to, `seconds` after it was begun."""
    name = operation_name(run)
    run.result = {"name": name, **result_of(operation)}
    if not operation.done:
        return
    run.timing.end = seconds
    parts = videos(operation)
    if parts:
        run.candidate(0).parts = parts
    run.problem = _problem(operation, run.result, has_parts=bool(parts))
    run.outcome = "failed" if run.problem else "done"


def progress(run: Run) -> float | None:
    """How much is done, 0 to 1, where the service says it."""
    metadata: dict[str, Any] = run.result.get("metadata") or {}
    percent = next((v for k, v in metadata.items() if "percent" in k.lower()), None)
    return min(max(percent / 100, 0.0), 1.0) if isinstance(percent, int | float) else None


def _problem(
    operation: types.GenerateVideosOperation, result: dict[str, Any], *, has_parts: bool
) -> Problem | None:
    """What is wrong with an operation that is done; nothing where a video came of it."""
    if operation.error:
        said = redact(str(operation.error.get("message") or "No reason was given."))
        remedy = "Change what it names, or start again."
        detail = redact(json.dumps(operation.error, ensure_ascii=False))
        return Problem("operation", "The video wasn't generated", said, remedy, detail)
    if has_parts:
        return None
    if reasons := filtered_videos(result):
        return filtered("\n".join(reasons))
    remedy = "Start again, or change the prompt a little."
    return Problem("empty", "No video came back", "The operation ended without one.", remedy)
