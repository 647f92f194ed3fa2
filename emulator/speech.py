"""generateContent of the model that speaks: text in, raw sound out.

The voice is always the same one, whichever is asked for, and follows no style: the reply's
modelVersion says what spoke. What it can't do at all is refused.
"""

import asyncio
import base64
import secrets
from collections.abc import AsyncGenerator, Iterator
from typing import Any

from emulator.engines import voice
from emulator.errors import invalid_argument, invalid_field
from emulator.messages.requests import GenerateContentRequest
from emulator.rules import CONFIG

MIME_TYPE = f"audio/L16;codec=pcm;rate={voice.RATE}"


async def stream(request: GenerateContentRequest) -> AsyncGenerator[dict[str, Any]]:
    """A response for each sentence. Raises ApiError before the first."""
    text, response_id = _text(request), secrets.token_urlsafe(16)
    pieces = voice.speak(text)
    piece = await asyncio.to_thread(next, pieces, b"")
    while piece:
        following = await asyncio.to_thread(next, pieces, b"")
        yield _response(piece, response_id, last=not following)
        piece = following


async def whole(request: GenerateContentRequest) -> dict[str, Any]:
    """One response with all of the sound. Raises ApiError."""
    text = _text(request)
    pieces = await asyncio.to_thread(lambda: list(voice.speak(text)))
    return _response(b"".join(pieces), secrets.token_urlsafe(16), last=True)


def _response(sound: bytes, response_id: str, *, last: bool) -> dict[str, Any]:
    inline = {"mimeType": MIME_TYPE, "data": base64.b64encode(sound).decode()}
    candidate: dict[str, Any] = {
        "content": {"role": "model", "parts": [{"inlineData": inline}]},
        "index": 0,
    }
    if last:
        candidate["finishReason"] = "STOP"
    return {
        "candidates": [candidate],
        "modelVersion": voice.called(),
        "responseId": response_id,
    }


def _text(request: GenerateContentRequest) -> str:
    """What is to be said. Raises ApiError for a request that it can't be taken from."""
    problems = list(_problems(request))
    if problems:
        raise problems[0]
    parts = [part for content in request.contents for part in content.parts]
    text = "\n".join(part.text or "" for part in parts).strip()
    if not any(letter.isalnum() for letter in text):
        raise invalid_argument("There is no text to speak.")
    if len(text) > voice.LONGEST:
        raise invalid_argument(
            f"The text has {len(text)} characters; the voice here takes {voice.LONGEST}."
        )
    return text


def _problems(request: GenerateContentRequest) -> Iterator[Exception]:
    config = request.generation_config
    if set(config.response_modalities) != {"AUDIO"}:
        message = f"{voice.NAME} answers in audio only: set it to [AUDIO]."
        yield invalid_field(f"{CONFIG}.response_modalities", message)
    speech: dict[str, Any] = config.speech_config or {}
    names = {name.replace("_", "").lower(): value for name, value in speech.items()}
    if "multispeakervoiceconfig" in names:
        message = (
            "there is one voice on this machine, so no two speakers. A Gemini model that "
            "speaks, with a Gemini API key, has them."
        )
        yield invalid_field(f"{CONFIG}.speech_config.multi_speaker_voice_config", message)
    language = str(names.get("languagecode") or "en")
    if not language.lower().startswith("en"):
        message = f"the voice on this machine speaks English, not {language!r}."
        yield invalid_field(f"{CONFIG}.speech_config.language_code", message)
    for content in request.contents:
        if any(part.text is None for part in content.parts):
            yield invalid_argument(f"{voice.NAME} reads text only: leave out the media.")
