"""Tokens: what an answer used, what a prompt will use, and a guess where nobody can be asked."""

import hashlib
import json
import math
import re
import threading
import wave
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any, cast
from weakref import WeakKeyDictionary

from google import genai
from google.genai import types
from PIL import Image, UnidentifiedImageError

from gemini.models.capabilities import version_of
from gemini.request import Content

KINDS: tuple[tuple[str, str, str], ...] = (
    ("Prompt", "prompt_token_count", "prompt_tokens_details"),
    ("Cached", "cached_content_token_count", "cache_tokens_details"),
    ("Tool use", "tool_use_prompt_token_count", "tool_use_prompt_tokens_details"),
    ("Thoughts", "thoughts_token_count", ""),
    ("Answer", "candidates_token_count", "candidates_tokens_details"),
    ("Total", "total_token_count", ""),
)
"""Label, field of `types.GenerateContentResponseUsageMetadata`, and its field by modality."""

COUNTED_ALONG = ("system_instruction", "tools")
"""What Vertex AI counts beside the contents; the Gemini API can't be asked about it."""

MOST_COUNTS = 512  # prompts remembered per client
COUNT_TIMEOUT = 30_000  # milliseconds without a byte

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


def breakdown(usage: Mapping[str, Any]) -> list[tuple[str, int]]:
    """A `usage_metadata` dictionary as (label, tokens), in the order of `KINDS`.

    Holds what the API said and nothing else. Where it tells modalities apart, and there is more
    than text, each follows its sum: ("Prompt, image", 258). The cached part is also in the prompt.
    """
    counts: list[tuple[str, int]] = []
    for label, name, by_modality in KINDS:
        count = usage.get(name)
        if count is None:
            continue
        counts.append((label, count))
        details = usage.get(by_modality) or []
        if any(d.get("modality") != "TEXT" for d in details):
            counts += [
                (f"{label}, {str(d.get('modality', 'other')).lower()}", d.get("token_count") or 0)
                for d in details
            ]
    return counts


def total_of(usage: Mapping[str, Any]) -> int:
    """All tokens of a request: what the API said, or the sum of its parts where that is more.

    Thoughts and what tools bring in are parts of their own, the cached part is in the prompt.
    """
    parts = ("prompt_token_count", "tool_use_prompt_token_count", "thoughts_token_count",
             "candidates_token_count")  # fmt: skip
    return max(usage.get("total_token_count") or 0, sum(usage.get(name) or 0 for name in parts))


class TokenCounter:
    """Asks the API how many tokens a prompt has, and remembers the answers. Safe across threads."""

    def __init__(self, most: int = MOST_COUNTS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._counts: WeakKeyDictionary[genai.Client, OrderedDict[str, int]] = WeakKeyDictionary()

    def count(
        self,
        client: genai.Client,
        model: str,
        contents: list[Content],
        *,
        system_instruction: str | None = None,
    ) -> int:
        """The tokens of contents and system instruction. Failures of the API propagate.

        A count is a courtesy: one that takes longer than `COUNT_TIMEOUT` has failed.

        The Gemini API counts contents only, and the SDK raises ValueError when it is given a
        system instruction; there the instruction is counted as one more content, so the sum is
        an estimate, off by a few tokens. Vertex AI counts it exactly.
        """
        key = _digest(model, contents, system_instruction)
        with self._lock:
            known = self._counts.setdefault(client, OrderedDict())
            if key in known:
                known.move_to_end(key)
                return known[key]
        count = _ask(client, model, contents, system_instruction)
        with self._lock:
            known[key] = count
            while len(known) > self._most:
                known.popitem(last=False)
        return count


def count_arguments(
    model: str, contents: list[Content], config: Mapping[str, Any], *, vertex: bool
) -> dict[str, Any]:
    """The arguments of `models.count_tokens` for what a request with this config would send.

    Vertex AI counts system instruction and tools along; for the Gemini API the SDK refuses both
    with a ValueError, so there the count is of the contents alone.
    """
    arguments: dict[str, Any] = {"model": model, "contents": contents}
    along = {name: config[name] for name in COUNTED_ALONG if name in config} if vertex else {}
    return {**arguments, "config": along} if along else arguments


def estimate(
    contents: Iterable[Content], *, model: str = "", media_resolution: str | None = None
) -> int:
    """A guess of the tokens of contents, made without asking anyone. Always label it as one.

    Four characters a token, audio 32 tokens a second. Images and pages by the rule of the model's
    generation: from Gemini 3 on a fixed number by `media_resolution`, before (and for a model
    without a number) 258 a page and 258 a tile of 768 pixels. Compressed audio is taken to be
    128 kbit/s. Video, and files that are only referred to, count as nothing.
    """
    fixed = None
    if version_of(model) >= 3:
        fixed = GEMINI_3_TOKENS.get(media_resolution, GEMINI_3_TOKENS[None])
    parts = (part for content in contents for part in content.get("parts") or ())
    return sum(_estimate_part(part, fixed) for part in parts)


def _ask(
    client: genai.Client, model: str, contents: list[Content], system_instruction: str | None
) -> int:
    config: types.CountTokensConfigDict = {"http_options": {"timeout": COUNT_TIMEOUT}}
    if system_instruction and client.vertexai:
        config["system_instruction"] = system_instruction
    elif system_instruction:
        contents = [{"role": "user", "parts": [{"text": system_instruction}]}, *contents]
    response = client.models.count_tokens(
        model=model, contents=cast(types.ContentListUnionDict, contents), config=config
    )
    return response.total_tokens or 0


def _digest(model: str, contents: list[Content], system_instruction: str | None) -> str:
    """What tells one count from another. Media goes in by its own digest."""
    said = [model, contents, system_instruction]
    text = json.dumps(said, sort_keys=True, default=lambda data: hashlib.sha256(data).hexdigest())
    return hashlib.sha256(text.encode()).hexdigest()


def _estimate_part(part: Mapping[str, Any], fixed: tuple[int, int] | None) -> int:
    """`fixed` are the tokens of an image and of a page, None for those that depend on size."""
    if text := part.get("text"):
        return math.ceil(len(text) / CHARACTERS_PER_TOKEN)
    blob = part.get("inline_data")
    if not blob:
        return 0
    mime_type, data = blob.get("mime_type") or "", blob.get("data") or b""
    if mime_type.startswith("image/"):
        return fixed[0] if fixed else _estimate_image(data)
    if mime_type.startswith("audio/"):
        return math.ceil(_seconds(data) * AUDIO_TOKENS_PER_SECOND)
    if mime_type == "application/pdf":
        return _pages(data) * (fixed[1] if fixed else PAGE_TOKENS)
    if mime_type.startswith("text/"):
        return math.ceil(len(data.decode("utf-8", "replace")) / CHARACTERS_PER_TOKEN)
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


def _seconds(data: bytes) -> float:
    try:
        with wave.open(BytesIO(data)) as sound:
            return sound.getnframes() / sound.getframerate()
    except (wave.Error, EOFError, ZeroDivisionError):
        return len(data) / COMPRESSED_AUDIO_BYTES_PER_SECOND


def _pages(data: bytes) -> int:
    """The page objects of a PDF that can be seen without unpacking it; at least one."""
    return max(1, len(re.findall(rb"/Type\s*/Page(?![A-Za-z])", data)))
