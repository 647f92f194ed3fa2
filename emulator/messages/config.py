"""Generation settings."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import PlainValidator

from emulator.messages.base import Bool, Float, Int32, Message, Repeated, Struct, Text, enum_reader
from emulator.messages.tools import Schema


class ThinkingLevel(StrEnum):
    THINKING_LEVEL_UNSPECIFIED = "THINKING_LEVEL_UNSPECIFIED"
    MINIMAL = "MINIMAL"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    XHIGH = "XHIGH"


class ThinkingConfig(Message):
    include_thoughts: Bool = False
    thinking_budget: Int32 | None = None
    thinking_level: (
        Annotated[
            ThinkingLevel,
            PlainValidator(enum_reader(ThinkingLevel, "ThinkingConfig.ThinkingLevel")),
        ]
        | None
    ) = None


class Modality(StrEnum):
    MODALITY_UNSPECIFIED = "MODALITY_UNSPECIFIED"
    TEXT = "TEXT"
    IMAGE = "IMAGE"
    AUDIO = "AUDIO"
    VIDEO = "VIDEO"


class MediaResolution(StrEnum):
    MEDIA_RESOLUTION_UNSPECIFIED = "MEDIA_RESOLUTION_UNSPECIFIED"
    MEDIA_RESOLUTION_LOW = "MEDIA_RESOLUTION_LOW"
    MEDIA_RESOLUTION_MEDIUM = "MEDIA_RESOLUTION_MEDIUM"
    MEDIA_RESOLUTION_HIGH = "MEDIA_RESOLUTION_HIGH"
    MEDIA_RESOLUTION_ULTRA_HIGH = "MEDIA_RESOLUTION_ULTRA_HIGH"


_MODALITIES = dict(enumerate(("MODALITY_UNSPECIFIED", "TEXT", "IMAGE", "AUDIO")))
_RESOLUTIONS = dict(enumerate(list(MediaResolution.__members__)[:4]))

ModalityName = Annotated[
    Modality, PlainValidator(enum_reader(Modality, "GenerationConfig.Modality", _MODALITIES))
]


class GenerationConfig(Message):
    temperature: Float | None = None
    top_p: Float | None = None
    top_k: Float | None = None
    candidate_count: Int32 = 1
    max_output_tokens: Int32 | None = None
    stop_sequences: Repeated[Text] = ()
    response_logprobs: Bool = False
    logprobs: Int32 | None = None
    presence_penalty: Float | None = None
    frequency_penalty: Float | None = None
    seed: Int32 | None = None
    response_mime_type: Text = ""
    response_schema: Schema | None = None
    response_json_schema: Any = None
    response_format: Any = None
    response_modalities: Repeated[ModalityName] = ()
    media_resolution: (
        Annotated[
            MediaResolution,
            PlainValidator(
                enum_reader(MediaResolution, "GenerationConfig.MediaResolution", _RESOLUTIONS)
            ),
        ]
        | None
    ) = None
    thinking_config: ThinkingConfig | None = None
    speech_config: Struct | None = None
    image_config: Struct | None = None
    translation_config: Struct | None = None
    audio_transcription_config: Struct | None = None
    enable_enhanced_civic_answers: Bool = False
