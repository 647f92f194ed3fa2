"""A guess of the tokens an attachment takes, from its measured size. Always label it as one."""

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from gemini.media.attachment import Attachment
from gemini.media.clip import WHOLE, Clip
from gemini.models.capabilities import version_of
from gemini.models.tokens import (
    AUDIO_TOKENS_PER_SECOND,
    GEMINI_3_TOKENS,
    PAGE_TOKENS,
    estimate,
)

# https://ai.google.dev/gemini-api/docs/video-understanding and /media-resolution: tokens a frame
FRAMES_PER_SECOND = 1.0
FRAME_TOKENS: dict[str | None, int] = {None: 258, "MEDIA_RESOLUTION_LOW": 66}
GEMINI_3_FRAME_TOKENS: dict[str | None, int] = {None: 70, "MEDIA_RESOLUTION_HIGH": 280}

NO_CLIPS: Mapping[str, Clip] = MappingProxyType({})


def estimate_tokens(
    attachments: Iterable[Attachment],
    *,
    model: str = "",
    media_resolution: str | None = None,
    clips: Mapping[str, Clip] = NO_CLIPS,
) -> int:
    """The tokens of attachments by the published rules: pixels, pages and seconds as measured.

    The rules are those of `gemini.models.tokens.estimate`, which has to guess pages and seconds.
    `clips` are what is looked at of videos, by their digest. One of unknown length counts nothing.
    """
    return sum(
        _video(a, clips.get(a.digest, WHOLE), model, media_resolution)
        if a.kind == "video"
        else _one(a, model, media_resolution)
        for a in attachments
    )


def _video(attachment: Attachment, clip: Clip, model: str, media_resolution: str | None) -> int:
    """Frames by the model's generation and the resolution, and the sound beside them."""
    seconds = clip.seconds(attachment.seconds)
    if not seconds:
        return 0
    frames = math.ceil(seconds * (clip.fps or FRAMES_PER_SECOND))
    table = GEMINI_3_FRAME_TOKENS if version_of(model) >= 3 else FRAME_TOKENS
    sound = math.ceil(seconds * AUDIO_TOKENS_PER_SECOND) if attachment.has_sound else 0
    return frames * table.get(media_resolution, table[None]) + sound


def _one(attachment: Attachment, model: str, media_resolution: str | None) -> int:
    if attachment.seconds is not None:
        return math.ceil(attachment.seconds * AUDIO_TOKENS_PER_SECOND)
    if attachment.pages is not None:
        fixed = GEMINI_3_TOKENS.get(media_resolution, GEMINI_3_TOKENS[None])
        return attachment.pages * (fixed[1] if version_of(model) >= 3 else PAGE_TOKENS)
    contents = [{"role": "user", "parts": [attachment.part()]}]
    return estimate(contents, model=model, media_resolution=media_resolution)
