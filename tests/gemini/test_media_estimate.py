"""Estimates of tokens from what was measured."""

import pytest

from gemini.media.attachment import Attachment
from gemini.models.estimate import estimate_tokens

PDF = Attachment("a.pdf", "application/pdf", b"%PDF-", pages=10)
SOUND = Attachment("a.mp3", "audio/mp3", b"x", seconds=60.5)


@pytest.mark.parametrize(
    ("one", "model", "resolution", "tokens"),
    [
        (PDF, "gemini-2.5-flash", None, 2580),
        (PDF, "gemini-3.8-flash", None, 5600),
        (PDF, "gemini-3.8-flash", "MEDIA_RESOLUTION_LOW", 2800),
        (SOUND, "gemini-3.8-flash", None, 1936),
        (Attachment("a.txt", "text/plain", b"four" * 5), "", None, 5),
    ],
)
def test_by_pages_seconds_and_letters(
    one: Attachment, model: str, resolution: str | None, tokens: int
) -> None:
    assert estimate_tokens([one], model=model, media_resolution=resolution) == tokens
