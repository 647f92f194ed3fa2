"""Sound as a speech model streams it, raw samples, made playable.

The API says `audio/L16;codec=pcm;rate=24000`: 16-bit samples, mono unless `channels` says more.
Other than RFC 2586 has it for that type, the bytes come with the low one first
(https://ai.google.dev/gemini-api/docs/speech-generation saves them as WAV unchanged).
"""

import io
import wave
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from gemini.request import Part

DEFAULT_RATE = 24_000  # samples a second
SAMPLE = 2  # bytes
RAW = ("audio/l16", "audio/pcm")


@dataclass(frozen=True)
class Sound:
    """A sound that can be played; `seconds` is None where that is unknown without decoding."""

    mime_type: str
    data: bytes = field(repr=False)
    seconds: float | None = None


def is_raw(mime_type: str) -> bool:
    """Whether a type stands for samples without a header."""
    return mime_type.partition(";")[0].strip().lower() in RAW


def seconds_of(parts: Iterable[Part]) -> float:
    """How long the raw sound among parts is so far."""
    raw = [b for p in parts if (b := p.get("inline_data")) and is_raw(_type(b))]
    return sum(len(b["data"]) / _bytes_a_second(b["mime_type"]) for b in raw)


def sounds(parts: Iterable[Part]) -> list[Sound]:
    """The sounds among parts; raw ones of one type that follow each other are one, as WAV."""
    blobs = [b for p in parts if (b := p.get("inline_data")) and _type(b).startswith("audio/")]
    heard: list[Sound] = []
    for raw_type, run in groupby(blobs, lambda b: _type(b) if is_raw(_type(b)) else ""):
        if raw_type:
            heard.append(_wav([blob["data"] for blob in run], raw_type))
        else:
            heard += [Sound(_type(b), b["data"], wav_seconds(b["data"])) for b in run]
    return heard


def playable(parts: Iterable[Part]) -> list[Part]:
    """Parts with raw sound as WAV, for a screen: each run of its pieces becomes one part."""
    result: list[Part] = []
    for raw, run in groupby(parts, lambda part: is_raw(_type(part.get("inline_data") or {}))):
        if not raw:
            result += run
            continue
        for sound in sounds(run):
            result.append({"inline_data": {"mime_type": sound.mime_type, "data": sound.data}})
    return result


def _type(blob: Mapping[str, Any]) -> str:
    return blob.get("mime_type") or ""


def _wav(pieces: list[bytes], mime_type: str) -> Sound:
    data = b"".join(pieces)
    data = data[: len(data) - len(data) % SAMPLE]  # a stream that was cut may end in a half sample
    target = io.BytesIO()
    rate, channels = _number(mime_type, "rate", DEFAULT_RATE), _number(mime_type, "channels", 1)
    with wave.open(target, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(SAMPLE)
        file.setframerate(rate)
        file.writeframes(data)
    return Sound("audio/wav", target.getvalue(), len(data) / _bytes_a_second(mime_type))


def wav_seconds(data: bytes) -> float | None:
    """How long a WAV is; None for anything else."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            return file.getnframes() / file.getframerate()
    except (wave.Error, EOFError, ZeroDivisionError):
        return None


def _bytes_a_second(mime_type: str) -> int:
    return SAMPLE * _number(mime_type, "channels", 1) * _number(mime_type, "rate", DEFAULT_RATE)


def _number(mime_type: str, name: str, default: int) -> int:
    """A parameter of a MIME type, `rate=24000`."""
    for parameter in mime_type.split(";")[1:]:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == name and value.strip().isdigit() and int(value) > 0:
            return int(value)
    return default
