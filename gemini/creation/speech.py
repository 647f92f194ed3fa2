"""Text as a request to speak it, by one voice or by two that talk to each other.

Newer models read the text word for word and are told style and speaker beside it
(`types.SpeechMetadata`); older ones find both in the text
(https://ai.google.dev/gemini-api/docs/speech-generation).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from gemini.data import table
from gemini.models.capabilities import version_of
from gemini.plain import mapping, mappings
from gemini.request import Part, Request

SPEAKERS = 2  # a conversation has exactly so many, types.MultiSpeakerVoiceConfig
NAMED = re.compile(r"\s*([^:\n]{1,40}?)\s*:\s*(.*)")  # a line that begins with who says it


@dataclass(frozen=True)
class Speaker:
    """A name as in the text, and the voice that speaks for it."""

    name: str
    voice: str


@dataclass(frozen=True)
class SpokenLine:
    """What one speaker says before another one does."""

    name: str
    text: str


def voices() -> Mapping[str, str]:
    """The prebuilt voices by name, each with its character in a word."""
    return table("creation")["speech"]["voices"]


def languages() -> list[str]:
    """Languages to choose from, as BCP 47 codes; the model knows them from the text as well."""
    return table("creation")["speech"]["languages"]


def takes_metadata(model: str) -> bool:
    """Whether a model is told style and speaker beside the text, rather than in it."""
    speech = table("creation")["speech"]
    newer = version_of(model) >= speech["metadata_since"]
    return newer or any(fnmatchcase(model, glob) for glob in speech["metadata_too"])


def script(text: str) -> list[SpokenLine]:
    """A conversation, line by line; a line without a name goes on with the one before.

    What stands before the first name has the name "".
    """
    lines: list[SpokenLine] = []
    for raw in filter(str.strip, text.splitlines()):
        named = NAMED.fullmatch(raw)
        if named:
            lines.append(SpokenLine(named[1], named[2].strip()))
        elif lines:
            lines[-1] = SpokenLine(lines[-1].name, f"{lines[-1].text}\n{raw.strip()}")
        else:
            lines.append(SpokenLine("", raw.strip()))
    return lines


def complaints(text: str, speakers: Sequence[Speaker]) -> list[str]:
    """What keeps a text from being spoken by these speakers, in sentences. None for one voice."""
    if not text.strip():
        return ["Write what to say."]
    return list(_complaints(script(text), [s.name.strip() for s in speakers])) if speakers else []


def _complaints(lines: list[SpokenLine], names: list[str]) -> Iterator[str]:
    if not all(names) or len(set(names)) < SPEAKERS:
        yield f"Give the {SPEAKERS} speakers two different names."
        return
    said = {line.name for line in lines}
    pair = " and ".join(names)
    if "" in said:
        yield f"The first line names no speaker. Begin it with {names[0]}: or {names[1]}:."
    for stranger in sorted(said - set(names) - {""}):
        yield f"A line begins with {stranger}:, and the speakers are {pair}."
    for silent in (name for name in names if name not in said):
        yield f"{silent} says nothing: no line begins with {silent}:."


def speech_request(
    model: str,
    text: str,
    voice: str,
    speakers: Sequence[Speaker] = (),
    *,
    style: str = "",
    language: str = "",
) -> Request:
    """A request to speak a text. With `speakers` it is their conversation, and `voice` is unused.

    `style` is how to speak, in words; `language` a BCP 47 code, "" to leave it to the model.
    """
    beside = takes_metadata(model)
    parts = _told_beside(text, speakers, style) if beside else [_told_within(text, speakers, style)]
    config: dict[str, Any] = {"response_modalities": ["AUDIO"]}
    speech = _several(speakers) if speakers else {"voice_config": _prebuilt(voice)}
    config["speech_config"] = {**speech, **({"language_code": language} if language else {})}
    return Request(model, [{"role": "user", "parts": parts}], config)


def _told_beside(text: str, speakers: Sequence[Speaker], style: str) -> list[Part]:
    """A part for each turn of the conversation, or one."""
    lines = script(text) if speakers else [SpokenLine("", text.strip())]
    return [
        {"text": line.text, **({"speech_metadata": about} if about else {})}
        for line in lines
        if (about := _about(line.name, style)) is not None
    ]


def _about(name: str, style: str) -> dict[str, str]:
    return {k: v for k, v in {"speaker": name, "style": style.strip()}.items() if v}


def _told_within(text: str, speakers: Sequence[Speaker], style: str) -> Part:
    style = style.strip().rstrip(":.")
    if speakers:
        intro = _intro(speakers)
        return {"text": f"{intro}, {style}:\n{text.strip()}" if style else f"{intro}:\n{text}"}
    return {"text": f"{style}: {text.strip()}" if style else text.strip()}


def _prebuilt(voice: str) -> dict[str, Any]:
    return {"prebuilt_voice_config": {"voice_name": voice}}


def _several(speakers: Sequence[Speaker]) -> dict[str, Any]:
    each = [{"speaker": s.name.strip(), "voice_config": _prebuilt(s.voice)} for s in speakers]
    return {"multi_speaker_voice_config": {"speaker_voice_configs": each}}


@dataclass(frozen=True)
class SpeechWords:
    """What is spoken and how: by one `voice`, or by `speakers`. "" is what wasn't told."""

    text: str
    style: str = ""
    language: str = ""
    voice: str = ""
    speakers: tuple[Speaker, ...] = ()


def words_of(request: Request) -> SpeechWords:
    """What `speech_request` was told; a style that one voice found within the text stays there."""
    speech = mapping(request.config.get("speech_config"))
    several = mapping(speech.get("multi_speaker_voice_config"))
    each = mappings(several.get("speaker_voice_configs"))
    speakers = tuple(Speaker(str(one.get("speaker") or ""), _voice_in(one)) for one in each)
    lines = [
        (str(part.get("text") or ""), mapping(part.get("speech_metadata")))
        for part in request.last_parts
    ]
    text = "\n".join(
        f"{about['speaker']}: {line}" if about.get("speaker") else line for line, about in lines
    )
    style = next((str(about["style"]) for _, about in lines if about.get("style")), "")
    intro = _intro(speakers)
    if speakers and text.startswith(intro):
        style, _, text = text.removeprefix(intro).removeprefix(", ").partition(":\n")
    return SpeechWords(
        text, style, str(speech.get("language_code") or ""), _voice_in(speech), speakers
    )


def _voice_in(config: Mapping[str, Any]) -> str:
    prebuilt = mapping(mapping(config.get("voice_config")).get("prebuilt_voice_config"))
    return str(prebuilt.get("voice_name") or "")


def _intro(speakers: Sequence[Speaker]) -> str:
    """How a text begins that names its speakers itself."""
    return f"TTS the following conversation between {' and '.join(s.name for s in speakers)}"
