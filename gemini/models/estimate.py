"""A guess of tokens by the published rules, made without asking anyone. Always label it as one."""

import math
import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Any

from PIL import Image, UnidentifiedImageError

from gemini.media.attachment import Attachment
from gemini.media.clip import WHOLE, Clip
from gemini.media.pcm import wav_seconds
from gemini.models.capabilities import version_of
from gemini.request import Content

# https://ai.google.dev/gemini-api/docs/tokens
CHARACTERS_PER_TOKEN = 4
AUDIO_TOKENS_PER_SECOND = 32
COMPRESSED_AUDIO_BYTES_PER_SECOND = 16_000  # an assumption: 128 kbit/s
IMAGE_TOKENS = 258  # before Gemini 3: a small image, or a tile of a larger one
SMALL_IMAGE = 384  # pixels; up to this in both directions an image is one tile
TILE = 768  # pixels
PAGE_TOKENS = 258  # before Gemini 3: a page of a PDF

# https://ai.google.dev/gemini-api/docs/media-resolution: tokens of (an image, a page of a PDF)
GEMINI_3_TOKENS: dict[str | None, tuple[int, int]] = {
    None: (1120, 560),
    "MEDIA_RESOLUTION_LOW": (280, 280),
    "MEDIA_RESOLUTION_MEDIUM": (560, 560),
    "MEDIA_RESOLUTION_HIGH": (1120, 1120),
}

# https://ai.google.dev/gemini-api/docs/video-understanding and /media-resolution: tokens a frame
FRAMES_PER_SECOND = 1.0
FRAME_TOKENS: dict[str | None, int] = {None: 258, "MEDIA_RESOLUTION_LOW": 66}
GEMINI_3_FRAME_TOKENS: dict[str | None, int] = {None: 70, "MEDIA_RESOLUTION_HIGH": 280}

NO_CLIPS: Mapping[str, Clip] = MappingProxyType({})


def text_tokens(characters: int) -> int:
    """The tokens of a text of so many characters."""
    return math.ceil(characters / CHARACTERS_PER_TOKEN)


def estimate(
    contents: Iterable[Content], *, model: str = "", media_resolution: str | None = None
) -> int:
    """The tokens of contents.

    Audio takes 32 tokens a second, compressed it is taken to be 128 kbit/s. Images and pages by the
    rule of the model's generation: from Gemini 3 on a fixed number by `media_resolution`, before
    (and for a model without a number) 258 a page and 258 a tile of 768 pixels. Video, and files
    that are only referred to, count as nothing.
    """
    fixed = None
    if version_of(model) >= 3:
        fixed = GEMINI_3_TOKENS.get(media_resolution, GEMINI_3_TOKENS[None])
    parts = (part for content in contents for part in content.get("parts") or ())
    return sum(_estimate_part(part, fixed) for part in parts)


def estimate_tokens(
    attachments: Iterable[Attachment],
    *,
    model: str = "",
    media_resolution: str | None = None,
    clips: Mapping[str, Clip] = NO_CLIPS,
) -> int:
    """The tokens of attachments by the rules of `estimate`, pages and seconds as measured.

    `clips` are what is looked at of videos, by their digest. One of unknown length counts nothing.
    """
    return sum(
        _video(a, clips.get(a.digest, WHOLE), model, media_resolution)
        if a.kind == "video"
        else _attachment(a, model, media_resolution)
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


def _attachment(attachment: Attachment, model: str, media_resolution: str | None) -> int:
    if attachment.seconds is not None:
        return math.ceil(attachment.seconds * AUDIO_TOKENS_PER_SECOND)
    if attachment.pages is not None:
        fixed = GEMINI_3_TOKENS.get(media_resolution, GEMINI_3_TOKENS[None])
        return attachment.pages * (fixed[1] if version_of(model) >= 3 else PAGE_TOKENS)
    contents = [{"role": "user", "parts": [attachment.part()]}]
    return estimate(contents, model=model, media_resolution=media_resolution)


def _estimate_part(part: Mapping[str, Any], fixed: tuple[int, int] | None) -> int:
    """`fixed` are the tokens of an image and of a page, None for those that depend on size."""
    if text := part.get("text"):
        return text_tokens(len(text))
    blob = part.get("inline_data")
    if not blob:
        return 0
    mime_type, data = blob.get("mime_type") or "", blob.get("data") or b""
    if mime_type.startswith("image/"):
        return fixed[0] if fixed else _estimate_image(data)
    if mime_type.startswith("audio/"):
        seconds = wav_seconds(data) or len(data) / COMPRESSED_AUDIO_BYTES_PER_SECOND
        return math.ceil(seconds * AUDIO_TOKENS_PER_SECOND)
    if mime_type == "application/pdf":
        return _pages(data) * (fixed[1] if fixed else PAGE_TOKENS)
    if mime_type.startswith("text/"):
        return text_tokens(len(data.decode("utf-8", "replace")))
    return 0


def _estimate_image(data: bytes) -> int:
    try:
        with Image.open(BytesIO(data)) as image:
            width, height = image.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return IMAGE_TOKENS
    if max(width, height) <= SMALL_IMAGE:
        return IMAGE_TOKENS
    return IMAGE_TOKENS * math.ceil(width / TILE) * math.ceil(height / TILE)


def _pages(data: bytes) -> int:
    """The page objects of a PDF that can be seen without unpacking it; at least one."""
    return max(1, len(re.findall(rb"/Type\s*/Page(?![A-Za-z])", data)))
