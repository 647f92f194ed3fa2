"""A guess of the tokens an attachment takes, from its measured size. Always label it as one."""

import math
from collections.abc import Iterable

from gemini.capabilities import version_of
from gemini.media.attachment import Attachment
from gemini.tokens import (
    AUDIO_TOKENS_PER_SECOND,
    GEMINI_3_TOKENS,
    PAGE_TOKENS,
    estimate,
)


def estimate_tokens(
    attachments: Iterable[Attachment], *, model: str = "", media_resolution: str | None = None
) -> int:
    """The tokens of attachments by the published rules: pixels, pages and seconds as measured.

    The rules are those of `gemini.tokens.estimate`, which has to guess pages and seconds itself.
    """
    return sum(_one(a, model, media_resolution) for a in attachments)


def _one(attachment: Attachment, model: str, media_resolution: str | None) -> int:
    if attachment.seconds is not None:
        return math.ceil(attachment.seconds * AUDIO_TOKENS_PER_SECOND)
    if attachment.pages is not None:
        fixed = GEMINI_3_TOKENS.get(media_resolution, GEMINI_3_TOKENS[None])
        return attachment.pages * (fixed[1] if version_of(model) >= 3 else PAGE_TOKENS)
    contents = [{"role": "user", "parts": [attachment.part()]}]
    return estimate(contents, model=model, media_resolution=media_resolution)
