"""A song as a request to Lyria: a description, lyrics of one's own, pictures.

There are no settings: style, tempo, key, length and "no vocals" are said in the prompt, and lyrics
stand apart from it (https://ai.google.dev/gemini-api/docs/music-generation, 4 Sep 2026).
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from gemini.data import table
from gemini.media.attachment import Attachment, MediaError
from gemini.media.pcm import Sound
from gemini.media.recordings import recording
from gemini.request import CREATE_INTERACTION, Part, Request, text_of

INSTRUMENTAL = "Instrumental only, no vocals."
LYRICS = "Lyrics:"


def most_pictures() -> int:
    """How many pictures a prompt may have."""
    return table("creation")["music_images"]["most"]


def complaints(prompt: str, lyrics: str, pictures: Sequence[Attachment]) -> list[str]:
    """What keeps a song from being made, in sentences."""
    said: list[str] = []
    if not prompt.strip() and not lyrics.strip():
        said.append("Describe the music, or write lyrics.")
    if (over := len(pictures) - most_pictures()) > 0:
        said.append(f"Lyria takes {most_pictures()} images: remove {over}.")
    return said


def song_request(
    model: str,
    prompt: str,
    pictures: Sequence[Attachment] = (),
    *,
    lyrics: str = "",
    instrumental: bool = False,
    config: Mapping[str, Any] | None = None,
) -> Request:
    """A request for a song. `lyrics` are those to be sung, "" to leave them to the model."""
    texts = [prompt.strip()]
    if instrumental:
        texts.append(INSTRUMENTAL)
    if lyrics.strip():
        texts.append(f"{LYRICS}\n{lyrics.strip()}")
    text = "\n\n".join(filter(None, texts))
    parts: list[Part] = [{"text": text}, *(one.part() for one in pictures)]
    contents = [{"role": "user", "parts": parts}]
    return Request(model, contents, dict(config or {}), CREATE_INTERACTION)


def words_of(request: Request) -> tuple[str, str, bool]:
    """What `song_request` was told: the description, the lyrics, whether it is instrumental."""
    prompt, _, lyrics = text_of(request.last_parts).partition(f"{LYRICS}\n")
    prompt = prompt.strip()
    rest = prompt.removesuffix(INSTRUMENTAL)
    return rest.strip(), lyrics.strip(), rest != prompt


def songs(parts: Sequence[Part]) -> list[Sound]:
    """The songs among parts, each measured; pieces of one type that follow each other are one.

    An MP3 is a row of frames, so that its pieces put together are the whole.
    """
    blobs = [blob for part in parts if (blob := part.get("inline_data")) and _is_sound(blob)]
    result: list[Sound] = []
    for mime_type, run in groupby(blobs, lambda blob: blob["mime_type"]):
        pieces = [blob["data"] for blob in run]
        whole = [b"".join(pieces)] if mime_type in {"audio/mp3", "audio/mpeg"} else pieces
        result += [Sound(mime_type, data, _seconds(mime_type, data)) for data in whole]
    return result


def _is_sound(blob: Mapping[str, Any]) -> bool:
    return bool(blob.get("data")) and (blob.get("mime_type") or "").startswith("audio/")


def _seconds(mime_type: str, data: bytes) -> float | None:
    try:
        return recording("song", mime_type, data).seconds
    except MediaError:
        return None
