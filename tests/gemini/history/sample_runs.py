"""Runs as a stream would have left them, for tests of the history."""

from datetime import UTC, datetime, timedelta
from typing import Any

from gemini.history.database import History
from gemini.history.retention import apply
from gemini.request import Part, Request
from gemini.run import Candidate, Run, Timing

MORNING = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
PICTURE = b"\x89PNG" + bytes(range(256)) * 4


def user(*parts: Part | str) -> dict[str, Any]:
    """A content of the user's."""
    return {"role": "user", "parts": [{"text": p} if isinstance(p, str) else p for p in parts]}


def picture(data: bytes = PICTURE) -> Part:
    """A part with media."""
    return {"inline_data": {"mime_type": "image/png", "data": data}}


def running(prompt: str = "Why is the sky blue?", *media: Part, model: str = "gemini-x") -> Run:
    """A run of which nothing has come yet."""
    return Run(Request(model, [user(prompt, *media)], {"temperature": 0.5}), "gemini")


def ended(
    prompt: str = "Why is the sky blue?",
    answer: str = "Because of Rayleigh scattering.",
    *media: Part,
    model: str = "gemini-x",
    minutes: float = 0.0,
) -> Run:
    """A run that is done, made `minutes` after MORNING; signatures, thoughts and all."""
    run = running(prompt, *media, model=model)
    run.created = MORNING + timedelta(minutes=minutes)
    thought = {"text": "Let me think.", "thought": True, "thought_signature": b"\x00\xff" * 300}
    run.candidates = [Candidate(0, [thought, {"text": answer}], "STOP")]
    run.usage = {
        "prompt_token_count": 7,
        "candidates_token_count": 5,
        "thoughts_token_count": 3,
        "total_token_count": 15,
        "prompt_tokens_details": [{"modality": "TEXT", "token_count": 7}],
    }
    run.timing = Timing(0.1, 0.2, 1.5)
    run.outcome = "done"
    return run


def delete_what_is_old(history: History, moment: datetime | None = None) -> None:
    """What the history does by itself at its start and every hour."""
    at = moment or datetime.now(UTC)
    while history._writer.run(lambda c: apply(c, history.retention, at)):
        pass
