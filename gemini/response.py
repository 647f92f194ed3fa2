"""What responses of generateContent say of a candidate, and of what is wrong at their end."""

from typing import Any

from google.genai import types

from gemini.api.methods import METHODS
from gemini.api.problems import Problem, blocked_or_empty
from gemini.api.surrogates import whole
from gemini.creation.missing import missing
from gemini.run import Run


def merge_metadata(metadata: dict[str, Any], answer: types.Candidate) -> None:
    """Add what a chunk says of a candidate. Log probabilities go on where the last chunk ended.

    Grounding is told again and again, each time as far as it is known, and not always at the end:
    what a later chunk leaves out stays.
    """
    known = {"index", "content", "finish_reason", "finish_message", "token_count"}
    if answer.model_fields_set <= known:  # most chunks are no more than text
        return
    new = whole(answer.model_dump(mode="json", exclude_none=True, exclude=known))
    logprobs = new.pop("logprobs_result", None)
    for name, value in new.items():
        if isinstance(value, dict):
            known_now = {k: v for k, v in value.items() if v}
            metadata[name] = {**metadata.get(name, {}), **known_now}
        else:
            metadata[name] = value
    if logprobs:
        merged = metadata.setdefault("logprobs_result", {})
        for name, values in logprobs.items():
            is_list = isinstance(values, list)
            merged[name] = [*merged.get(name, []), *values] if is_list else values


def _finish_message(run: Run) -> str | None:
    """What the API says of the first candidate's end, which the SDK drops for the Gemini API."""
    for _, event in reversed(run.exchanges[-1].events() if run.exchanges else []):
        candidates = event.get("candidates") if isinstance(event, dict) else None
        first = candidates[0] if isinstance(candidates, list) and candidates else None
        message = first.get("finishMessage") if isinstance(first, dict) else None
        if isinstance(message, str):
            return whole(message)
    return None


def ending_problem(run: Run) -> Problem | None:
    """What is wrong with a response that came to its end, judged by its first candidate."""
    if not run.request.generates:
        empty = not run.result and not run.candidates
        amiss = METHODS[run.request.method].problem(run.result)
        return amiss or blocked_or_empty("STOP", has_content=not empty)
    block_reason = run.prompt_feedback.get("block_reason")
    if block_reason or run.candidates:
        first = run.candidate(0)
        if first.finish_reason != "STOP" and not first.finish_message:
            first.finish_message = _finish_message(run)
        problem = blocked_or_empty(
            first.finish_reason,
            has_content=any(p.get("text") != "" and not p.get("thought") for p in first.parts),
            block_reason=block_reason,
            message=first.finish_message or run.prompt_feedback.get("block_reason_message"),
        )
        return problem if problem and problem.kind != "empty" else missing(run) or problem
    return blocked_or_empty("EMPTY" if run.exchanges else None, has_content=False)
