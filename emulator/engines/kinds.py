"""What kind of media a MIME type is, and how many tokens the API counts for it.

Figures: https://ai.google.dev/gemini-api/docs/tokens (images and pages of models before
Gemini 3, 32 tokens a second of audio).
"""

import math

from emulator.engines import Measure, Media, Modality, UnsupportedError

IMAGE_TOKENS, TILE, SMALL_IMAGE = 258, 768, 384  # sides in pixels
PAGE_TOKENS = 258
AUDIO_TOKENS_A_SECOND = 32

# Text that doesn't say so in the first half of its MIME type.
_TEXT_TYPES = {
    "application/json",
    "application/xml",
    "application/xhtml+xml",
    "application/javascript",
    "application/x-javascript",
    "application/x-python",
    "application/x-python-code",
    "application/x-typescript",
    "application/yaml",
    "application/x-yaml",
    "application/toml",
}
_FAMILIES: dict[str, Modality] = {"image": "IMAGE", "audio": "AUDIO", "video": "VIDEO"}
_CANNOT_WATCH = (
    "This machine can't understand video: no model here can watch it. Gemini can, with a Gemini "
    "API key. The audio alone can be transcribed here."
)


def plain_type(mime_type: str) -> str:
    """The type without its parameters, in small letters."""
    return mime_type.partition(";")[0].strip().lower()


def is_text(mime_type: str) -> bool:
    """Whether the API takes a file of this type as text."""
    return mime_type.startswith("text/") or mime_type in _TEXT_TYPES


def modality_of(mime_type: str) -> Modality | None:
    """The modality that the API counts a type under, None for a type it doesn't take."""
    if is_text(mime_type):
        return "TEXT"
    if mime_type == "application/pdf":
        return "DOCUMENT"
    return _FAMILIES.get(mime_type.partition("/")[0])


def readable(media: Media) -> Modality:
    """The modality, where something on this machine can read it. Raises UnsupportedError."""
    modality = modality_of(media.mime_type)
    if modality == "VIDEO":
        raise UnsupportedError(_CANNOT_WATCH)
    if modality is None:
        raise UnsupportedError(f"Unsupported MIME type: {media.mime_type}")
    return modality


def measure(media: Media) -> Measure:
    """Tokens by the file's own figures: pixels, pages or seconds; for all but text.

    Raises EngineError for what can't be opened, UnsupportedError for a kind that isn't read here.
    """
    modality = readable(media)
    if modality == "IMAGE":
        return Measure(modality, _image_tokens(media.data))
    if modality == "AUDIO":
        return Measure(modality, math.ceil(_seconds(media.data) * AUDIO_TOKENS_A_SECOND))
    return Measure(modality, _pages(media.data) * PAGE_TOKENS)


def _image_tokens(data: bytes) -> int:
    from emulator.engines.pictures import size_of

    width, height = size_of(data)
    if max(width, height) <= SMALL_IMAGE:
        return IMAGE_TOKENS
    return math.ceil(width / TILE) * math.ceil(height / TILE) * IMAGE_TOKENS


def _seconds(data: bytes) -> float:
    from emulator.engines import audio

    return audio.seconds(data)


def _pages(data: bytes) -> int:
    from emulator.engines import document

    return document.count_pages(data)
