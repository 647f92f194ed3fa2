"""The bodies of the calls."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, PlainValidator

from emulator.messages.base import (
    Bool,
    Bytes,
    Int32,
    Map,
    Message,
    Repeated,
    TaskType,
    Text,
    enum_reader,
)
from emulator.messages.config import GenerationConfig
from emulator.messages.content import Content
from emulator.messages.tools import Tool, ToolConfig


class HarmCategory(StrEnum):
    HARM_CATEGORY_UNSPECIFIED = "HARM_CATEGORY_UNSPECIFIED"
    HARM_CATEGORY_HARASSMENT = "HARM_CATEGORY_HARASSMENT"
    HARM_CATEGORY_HATE_SPEECH = "HARM_CATEGORY_HATE_SPEECH"
    HARM_CATEGORY_SEXUALLY_EXPLICIT = "HARM_CATEGORY_SEXUALLY_EXPLICIT"
    HARM_CATEGORY_DANGEROUS_CONTENT = "HARM_CATEGORY_DANGEROUS_CONTENT"
    HARM_CATEGORY_CIVIC_INTEGRITY = "HARM_CATEGORY_CIVIC_INTEGRITY"
    HARM_CATEGORY_JAILBREAK = "HARM_CATEGORY_JAILBREAK"


class HarmBlockThreshold(StrEnum):
    HARM_BLOCK_THRESHOLD_UNSPECIFIED = "HARM_BLOCK_THRESHOLD_UNSPECIFIED"
    BLOCK_LOW_AND_ABOVE = "BLOCK_LOW_AND_ABOVE"
    BLOCK_MEDIUM_AND_ABOVE = "BLOCK_MEDIUM_AND_ABOVE"
    BLOCK_ONLY_HIGH = "BLOCK_ONLY_HIGH"
    BLOCK_NONE = "BLOCK_NONE"
    OFF = "OFF"


_CATEGORIES = {
    0: "HARM_CATEGORY_UNSPECIFIED",
    7: "HARM_CATEGORY_HARASSMENT",
    8: "HARM_CATEGORY_HATE_SPEECH",
    9: "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    10: "HARM_CATEGORY_DANGEROUS_CONTENT",
    11: "HARM_CATEGORY_CIVIC_INTEGRITY",
}  # 1 to 6 are PaLM's
_THRESHOLDS = dict(enumerate(HarmBlockThreshold.__members__))


class SafetySetting(Message):
    category: Annotated[
        HarmCategory, PlainValidator(enum_reader(HarmCategory, "HarmCategory", _CATEGORIES))
    ] = HarmCategory.HARM_CATEGORY_UNSPECIFIED
    threshold: Annotated[
        HarmBlockThreshold,
        PlainValidator(
            enum_reader(HarmBlockThreshold, "SafetySetting.HarmBlockThreshold", _THRESHOLDS)
        ),
    ] = HarmBlockThreshold.HARM_BLOCK_THRESHOLD_UNSPECIFIED


class GenerateContentRequest(Message):
    model: Text = ""
    contents: Repeated[Content] = ()
    system_instruction: Content | None = None
    generation_config: GenerationConfig = GenerationConfig()
    safety_settings: Repeated[SafetySetting] = ()
    tools: Repeated[Tool] = ()
    tool_config: ToolConfig = ToolConfig()
    cached_content: Text = ""
    labels: Map[Text] = Field(default_factory=dict)
    service_tier: Text = ""
    continuation_token: Bytes | None = None
    store: Bool | None = None


class CountTokensRequest(Message):
    model: Text = ""
    contents: Repeated[Content] = ()
    generate_content_request: GenerateContentRequest | None = None


class EmbedContentConfig(Message):
    task_type: TaskType = ""
    title: Text = ""
    output_dimensionality: Int32 | None = None
    auto_truncate: Bool = True
    document_ocr: Bool = False
    audio_track_extraction: Bool = False


class EmbedContentRequest(Message):
    model: Text = ""
    content: Content = Content()
    task_type: TaskType = ""
    title: Text = ""
    output_dimensionality: Int32 | None = None
    embed_content_config: EmbedContentConfig = EmbedContentConfig()


class BatchEmbedContentsRequest(Message):
    model: Text = ""
    requests: Repeated[EmbedContentRequest] = ()
