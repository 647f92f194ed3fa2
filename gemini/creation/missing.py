"""What is wrong where a model that makes videos or music ended without making one."""

from gemini.api.problems import WORDS, Problem
from gemini.api.redaction import redact
from gemini.creation.choices import is_omni
from gemini.models.capabilities import unknown
from gemini.request import Part, Request, text_of
from gemini.run import Run

MEDIA = {"video": "video/", "music": "audio/"}
"""By what a model makes, how the MIME type of that begins."""
LONGEST = 300  # characters of what the model said instead


def missing(run: Run) -> Problem | None:
    """The Problem of a run that came to its end without the video or song; None for all others.

    Where a video was sent to be edited and nothing was written at all, Google doesn't edit videos
    in that region, and says so by the empty answer only
    (https://github.com/google-gemini/gemini-skills, gemini-omni-flash-api).
    """
    outputs = unknown(run.request.model).outputs
    begins = [begin for kind, begin in MEDIA.items() if kind in outputs]
    parts = run.candidates[0].parts if run.candidates else []
    if not begins or any(_is_media(part, begins[0]) for part in parts):
        return None
    written = text_of(parts).strip()
    if is_omni(run.request.model) and sends_video(run.request) and not written:
        return Problem("region", *WORDS["region"])
    title, cause, remedy = WORDS["nothing_made"]
    if written:
        cause = redact(f"The model answered in words only: {written[:LONGEST]}")
    return Problem("empty", title, cause, remedy)


def sends_video(request: Request) -> bool:
    """Whether a video is sent with a request, in it or as a file of the Files API."""
    return any(_is_media(part, "video/") for part in request.parts)


def _is_media(part: Part, begin: str) -> bool:
    about = part.get("inline_data") or part.get("file_data") or {}
    if about.get("data") == b"":
        return False
    return (about.get("mime_type") or "").startswith(begin)
