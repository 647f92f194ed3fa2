"""Sound as a speech model streams it, raw samples, made playable.

The API says `audio/L16;codec=pcm;rate=24000`: 16-bit samples, mono unless `channels` says more.
Other than RFC 2586 has it for that type, the bytes come with the low one first
(https://ai.google.dev/gemini-api/docs/speech-generation saves them as WAV unchanged).
"""

import io
import wave
from collections.abc import Iterable
from dataclasses import dataclass, field

from gemini.request import Part

DEFAULT_RATE = 24_000  # samples a second
SAMPLE = 2  # bytes
RAW = ("audio/l16", "audio/pcm")


@dataclass(frozen=True)
class Sound:
    """A sound that can be played; `seconds` is None where that isn't known without decoding."""

    mime_type: str
    data: bytes = field(repr=False)
    seconds: float | None = None


def is_raw(mime_type: str) -> bool:
    """Whether a type stands for samples without a header."""
    return mime_type.partition(";")[0].strip().lower() in RAW


def seconds_of(parts: Iterable[Part]) -> float:
    """How long the raw sound among parts is so far."""
    raw = [b for p in parts if (b := p.get("inline_data")) and is_raw(b.get("mime_type") or "")]
    return sum(len(b["data"]) / _bytes_a_second(b["mime_type"]) for b in raw)


def sounds(parts: Iterable[Part]) -> list[Sound]:
    """The sounds among parts; raw ones of one type that follow each other are one, as WAV."""
    sounds_found: list[Sound] = []
    pieces: list[bytes] = []
    raw_type = ""
    for part in parts:
        blob = part.get("inline_data") or {}
        mime_type = blob.get("mime_type") or ""
        if pieces and mime_type != raw_type and mime_type.startswith("audio/"):
            sounds_found.append(_wav(pieces, raw_type))
            pieces = []
        if is_raw(mime_type):
            raw_type = mime_type
            pieces.append(blob["data"])
        elif mime_type.startswith("audio/"):
            sounds_found.append(Sound(mime_type, blob["data"], _wav_seconds(blob["data"])))
    return [*sounds_found, *([_wav(pieces, raw_type)] if pieces else [])]


def playable(parts: Iterable[Part]) -> list[Part]:
    """Parts with raw sound as WAV, for a screen: each run of its pieces becomes one part."""
    result: list[Part] = []
    run: list[Part] = []
    for part in [*parts, {}]:
        blob = part.get("inline_data") or {}
        if is_raw(blob.get("mime_type") or ""):
            run.append(part)
            continue
        for sound in sounds(run):
            result.append({"inline_data": {"mime_type": sound.mime_type, "data": sound.data}})
        run = []
        result.append(part)
    return result[:-1]


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


def _wav_seconds(data: bytes) -> float | None:
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
